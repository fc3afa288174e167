import math
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from workhorse_core.actions.hints.slot_search import find_slots
from workhorse_core.actions.hints.writer import insertion
from workhorse_core.change.patch import make_patch
from workhorse_core.checks.annotation_types import AnnotationTypes
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.check import CheckStatus, Comparison, Finding, Isolating
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.tools.findings import Report
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project


def project_of(root: Path, files: dict[str, str]) -> Project:
    for path, text in files.items():
        (root / path).write_text(text)
    return Project(root, None, WorkTree(root), Config())


def parts_of(project: Project, path: str, types: dict[str, str], sources: dict[str, int] | None = None) -> list[Part]:
    source = PythonSource(path, project.tree.read(path) or b"")
    return [
        Part(
            slot.title, (insertion(source, slot, types[slot.title]),), ("a", "b")[: (sources or {}).get(slot.title, 1)]
        )
        for slot in find_slots(source).slots
        if slot.title in types
    ]


class Candidates:
    """Makes candidates of some parts, as settling does."""

    def __init__(self, project: Project, **options: str) -> None:
        self._project = project
        self._options = options

    def __call__(self, parts: Sequence[Part]) -> Comparison:
        edits = [edit for part in parts for edit in part.edits]
        return Comparison(
            self._project, Task("hints", (), options=self._options), make_patch(self._project.tree.read, edits)
        )


async def judge(project: Project, parts: list[Part], **options: str) -> tuple[dict[str, str], AnnotationTypes]:
    """Return the parts that the check leaves out, each with its finding; the rest must pass."""
    check = AnnotationTypes()
    assert isinstance(check, Isolating)
    compare = Candidates(project, **options)
    first = await check.run(compare(parts))
    if first.status is CheckStatus.PASSED:
        return {}, check
    guilty = await check.isolate(parts, compare)
    last = await check.run(compare([part for part in parts if part not in guilty]))
    assert last.status is not CheckStatus.FAILED, last.findings
    return {part.name: words for part, words in guilty.items()}, check


CALLERS = """\
def double(number):
    return number * 2


def join(words):
    return ",".join(words)


def use():
    return double(3), join(["a"])
"""


async def test_a_wrong_parameter_shows_at_a_caller_and_goes_alone(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.py": CALLERS})
    types = {"double(number)": "str", "double return": "str", "join(words)": "list[str]", "join return": "str"}
    guilty, _ = await judge(project, parts_of(project, "a.py", types))
    assert set(guilty) == {"double(number)", "double return"} or set(guilty) == {"double(number)"}


async def test_a_wrong_result_goes_and_the_parameter_on_its_line_stays(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.py": CALLERS})
    types = {"double(number)": "int", "double return": "bytes", "join(words)": "list[str]", "join return": "str"}
    guilty, _ = await judge(project, parts_of(project, "a.py", types))
    assert set(guilty) == {"double return"}


HIDDEN = "def f(x):\n    return int('1').upper()\n\n\ndef g(y):\n    return y\n"


async def test_function_whose_body_has_an_error_stays_unannotated_by_default(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.py": HIDDEN, "mypy.ini": "[mypy]\n"})
    parts = parts_of(project, "a.py", {"f(x)": "str", "f return": "str", "g(y)": "int", "g return": "int"})
    guilty, _ = await judge(project, parts)
    assert set(guilty) == {"f(x)", "f return"}
    assert "--uncover" in guilty["f(x)"]


@pytest.mark.slow
async def test_function_whose_body_has_an_error_is_annotated_if_asked_for_and_counted(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.py": HIDDEN, "mypy.ini": "[mypy]\n"})
    parts = parts_of(project, "a.py", {"f(x)": "str"})
    check, compare = AnnotationTypes(), Candidates(project, uncover="yes")
    assert (await check.run(compare(parts))).status is CheckStatus.FAILED
    assert await check.isolate(parts, compare) == {}
    result = await check.run(compare(parts))
    assert result.status is CheckStatus.PASSED
    assert "uncovered by annotating: 1 in a.py f (line 2: " in result.reason
    assert [finding.line for finding in result.findings] == [2]


@pytest.mark.slow
async def test_uncovered_error_counts_nothing_where_the_project_has_fewer_findings_in_all(tmp_path: Path) -> None:
    files = {"a.py": HIDDEN, "mypy.ini": "[mypy]\ndisallow_untyped_defs = true\n"}
    project = project_of(tmp_path, files)
    parts = parts_of(project, "a.py", {"f(x)": "str", "f return": "str", "g(y)": "int", "g return": "int"})
    guilty, _ = await judge(project, parts)
    assert guilty == {}


async def test_calls_without_types_count_nothing_where_the_project_has_some_already(tmp_path: Path) -> None:
    code = "def f(x):\n    return x\n\n\ndef a() -> None:\n    f(1)\n\n\ndef g(y):\n    f(y)\n"
    project = project_of(tmp_path, {"a.py": code, "mypy.ini": "[mypy]\ndisallow_untyped_calls = true\n"})
    guilty, _ = await judge(project, parts_of(project, "a.py", {"g(y)": "int", "g return": "None"}))
    assert guilty == {}


TWO_HIDDEN = """\
items = []


def f(x):
    return int("1").upper()


def g(y):
    return int("1").upper(), int("2").lower()
"""


async def test_of_functions_that_bring_errors_only_the_worst_go_until_there_are_no_more_than_before(
    tmp_path: Path,
) -> None:
    project = project_of(tmp_path, {"a.py": TWO_HIDDEN, "mypy.ini": "[mypy]\n"})
    parts = parts_of(project, "a.py", {"items": "list[int]", "f(x)": "str", "g(y)": "int"})
    guilty, _ = await judge(project, parts)
    assert set(guilty) == {"g(y)"}


@pytest.mark.parametrize(
    ("setting", "kept"),
    [("disallow_incomplete_defs", False), pytest.param("strict_equality", True, marks=pytest.mark.slow)],
)
async def test_half_a_signature_stays_out_where_the_project_demands_whole_ones(
    tmp_path: Path, setting: str, kept: bool
) -> None:
    project = project_of(tmp_path, {"a.py": HIDDEN, "mypy.ini": f"[mypy]\n{setting} = true\n"})
    guilty, _ = await judge(project, parts_of(project, "a.py", {"g(y)": "int"}))
    assert (set(guilty) == set()) is kept


BODY = "def f(x):\n    return x.upper()\n"


@pytest.mark.parametrize(("sources", "uncover", "kept"), [(1, "yes", False), (2, "yes", True), (2, "no", False)])
async def test_type_of_two_sources_that_the_body_contradicts_stays_if_asked_for(
    tmp_path: Path, sources: int, uncover: str, kept: bool
) -> None:
    project = project_of(tmp_path, {"a.py": BODY})
    parts = parts_of(project, "a.py", {"f(x)": "str | None"}, {"f(x)": sources})
    guilty, _ = await judge(project, parts, uncover=uncover)
    assert (set(guilty) == set()) is kept


async def test_a_project_without_a_configured_checker_is_checked_by_the_fastest(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.py": "def f():\n    return 1\n"})
    guilty, _ = await judge(project, parts_of(project, "a.py", {"f return": "str"}))
    assert "f return" in guilty


class Simulated:
    """A session whose checker reports some parts, each in a line of a caller that names the function."""

    def __init__(self, wrong: dict[bytes, int]) -> None:
        self._wrong = wrong

    async def check(self, comparison: Comparison, scope: object = None) -> list[Report | None]:
        after = comparison.patch.changes[0].after or b"" if comparison.patch.changes else b""
        found = (
            Finding("a.py", line, f'Argument 1 to "{mark.split()[1].decode().partition("(")[0]}" is wrong', "call")
            for mark, line in self._wrong.items()
            if mark in after
        )
        return [Report((), tuple(found), tool="mypy")]


@pytest.mark.parametrize("wrong_count", [1, 5, 20])
async def test_the_checker_is_asked_about_twice_the_logarithm_of_the_slots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong_count: int
) -> None:
    functions = 100
    text = "".join(f"def f{n}(a, b, c):\n    return a\n" for n in range(functions))
    text += "".join(f"f{n}(1, 2, 3)\n" for n in range(functions))
    project = project_of(tmp_path, {"a.py": text})
    types = {f"f{n}({name})": "str" if name == "b" else "int" for n in range(functions) for name in "abc"}
    parts = parts_of(project, "a.py", types)
    chosen = range(0, functions, functions // wrong_count)[:wrong_count]
    session = Simulated({b"def f%d(a: int, b: str" % n: 2 * functions + n + 1 for n in chosen})
    monkeypatch.setattr("workhorse_core.checks.annotation_types.TypeCheckSession", lambda *_, **__: session)
    check, compare = AnnotationTypes(), Candidates(project)
    assert (await check.run(compare(parts))).status is CheckStatus.FAILED
    guilty = await check.isolate(parts, compare)
    last = await check.run(compare([part for part in parts if part not in guilty]))
    assert last.status is CheckStatus.PASSED
    assert len(guilty) == wrong_count
    assert check.runs <= 2 * math.log2(len(parts)) + wrong_count


def named(project: Project, sources: dict[str, tuple[str, ...]]) -> list[Part]:
    parts = parts_of(project, "a.py", {"f(x)": "int", "f return": "None"})
    return [part._replace(sources=sources[part.name]) for part in parts]


async def test_a_configured_checker_that_is_missing_gives_its_place_to_one_that_is_installed(tmp_path: Path) -> None:
    files = {"a.py": "def f(x):\n    pass\n\n\nf(1)\n", "mypy.ini": "[mypy]\ndisallow_untyped_defs = true\n"}
    project = project_of(tmp_path, files)._replace(config=Config(commands={"mypy": ("no-such-mypy",)}))
    check, compare = AnnotationTypes(), Candidates(project)
    parts = parts_of(project, "a.py", {"f(x)": "str", "f return": "None"})

    guilty = await check.isolate(parts, compare)
    last = await check.run(compare([part for part in parts if part not in guilty]))

    assert [part.name for part in guilty] == ["f(x)"]
    assert last.status is CheckStatus.PASSED
    assert re.fullmatch(r"mypy is not installed; \w+ looked instead", last.reason)


async def test_without_a_checker_only_parts_of_trusted_sources_are_kept(tmp_path: Path) -> None:
    configuration = "[mypy]\nplugins = not_there\n"
    project = project_of(tmp_path, {"a.py": "def f(x):\n    pass\n", "mypy.ini": configuration})._replace(trusted=True)
    check, compare = AnnotationTypes(), Candidates(project)
    parts = named(project, {"f(x)": ("pyrefly", "name"), "f return": ("literal",)})
    first = await check.run(compare(parts))
    assert first.status is CheckStatus.FAILED
    guilty = await check.isolate(parts, compare)
    assert {part.name for part in guilty} == {"f(x)"}
    assert "mypy could not be used: " in guilty[parts[0]]
    last = await check.run(compare(parts[1:]))
    assert last.status is CheckStatus.SKIPPED
    assert "mypy could not be used: " in last.reason


async def test_without_a_checker_all_parts_are_kept_where_all_sources_are_trusted(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.py": "def f(x):\n    pass\n", "mypy.ini": "[mypy]\nplugins = not_there\n"})
    project = project._replace(trusted=True)
    check, compare = AnnotationTypes(), Candidates(project)
    parts = named(project, {"f(x)": ("docstring",), "f return": ("literal",)})
    assert await check.isolate(parts, compare) == {}
    assert (await check.run(compare(parts))).status is CheckStatus.SKIPPED


class Falling:
    """A session whose checker objects to one type, and fails whenever its turn has come."""

    def __init__(self, fails: Sequence[int]) -> None:
        self.fails = fails
        self.turn = 0

    async def check(self, comparison: Comparison, scope: object = None) -> list[Report | None]:
        self.turn += 1
        if self.turn in self.fails:
            return [Report(reason="mypy took longer than 180 seconds", tool="mypy")]
        after = comparison.patch.changes[0].after or b""
        lines = [
            number for number, line in enumerate(after.split(b"\n"), 1) if b"str" in line and b"def double" in line
        ]
        return [Report((), tuple(Finding("a.py", line, "wrong", "call") for line in lines), tool="mypy")]


@pytest.mark.parametrize("fails", [(), (2,), (3,), (4, 5), (5, 6), (6, 7), (7, 8), (9, 10)])
async def test_missing_answer_of_a_checker_in_between_changes_no_culprit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: Sequence[int]
) -> None:
    project = project_of(tmp_path, {"a.py": CALLERS})
    parts = parts_of(project, "a.py", {"double(number)": "str", "join(words)": "list[str]", "join return": "str"})
    session = Falling(fails)
    monkeypatch.setattr("workhorse_core.checks.annotation_types.TypeCheckSession", lambda *_, **__: session)
    guilty, _ = await judge(project, parts)
    assert set(guilty) == {"double(number)"}


async def test_a_whole_that_a_checker_could_not_answer_for_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(tmp_path, {"a.py": CALLERS})
    parts = parts_of(project, "a.py", {"join(words)": "list[str]", "join return": "str"})
    session = Falling((2, 3))
    monkeypatch.setattr("workhorse_core.checks.annotation_types.TypeCheckSession", lambda *_, **__: session)
    check, compare = AnnotationTypes(), Candidates(project)
    assert (await check.run(compare(parts))).status is CheckStatus.PASSED
    assert (await check.run(compare(parts[:1]))).status is CheckStatus.FAILED
    assert (await check.run(compare(parts[:1]))).status is CheckStatus.PASSED
