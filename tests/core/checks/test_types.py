from pathlib import Path

import pytest

from workhorse_core.change.edit import Move
from workhorse_core.checks.annotation_types import AnnotationTypes
from workhorse_core.checks.types import Types
from workhorse_core.pipeline.check import CheckStatus, Closable, Comparison, Evidence
from workhorse_core.settings.config import Config
from workhorse_core.type_checking import sessions
from workhorse_core.type_checking.checkers import CheckScope
from workhorse_core.type_checking.copies import Copies
from workhorse_core.type_checking.sessions import TypeCheckSession
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

CODE = """\
import os


def area(side: int) -> float:
    return side * side * 1.5


def wrong() -> str:
    return 1
"""
USER = "from own.a import area\n\nx: float = area(2)\n"
FILES = {"own/__init__.py": "", "own/a.py": CODE, "own/b.py": USER}
TABLES = {
    "mypy": "[tool.mypy]\nstrict = true\n",
    "pyright": "[tool.pyright]\n",
    "pyrefly": "[tool.pyrefly]\n",
    "ty": "[tool.ty.rules]\n",
}
SLOW = ("mypy", "pyright", "pyrefly")
CHECKER = pytest.mark.parametrize(
    "checker", [pytest.param(n, marks=pytest.mark.slow if n in SLOW else ()) for n in TABLES]
)
GOOD = [("side: int", "side: 'int'")]
BAD = [("-> float", "-> str")]
"""Wrong in the file itself, and in the one that uses it."""


def with_checker(checker: str) -> dict[str, str]:
    return {"pyproject.toml": TABLES[checker], **FILES}


def places(result) -> set[tuple[str, int]]:
    return {(finding.path, finding.line) for finding in result.findings}


def snapshot(root: Path) -> dict[str, tuple[bytes, int, int]]:
    files = (path for path in root.rglob("*") if path.is_file() and ".venv" not in path.parts)
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ctime_ns) for path in files}


@CHECKER
async def test_finding_of_the_base_is_not_new(compare, checker: str) -> None:
    result = await Types().run(compare(with_checker(checker), {"own/a.py": GOOD}))

    assert (result.status, result.findings, result.reason) == (CheckStatus.PASSED, (), "")


@pytest.mark.parametrize("checker", ["ty", pytest.param("pyrefly", marks=pytest.mark.slow)])
async def test_a_checker_that_can_look_at_one_file_does(compare, project: Project, checker: str) -> None:
    comparison = compare(with_checker(checker), {"own/a.py": BAD})
    session = TypeCheckSession(project)
    (whole,) = filter(None, await session.check(comparison))
    (part,) = filter(None, await session.check(comparison, CheckScope({checker}, {"own/b.py"})))
    session.close()

    assert {finding.path for finding in whole.after} == {"own/a.py", "own/b.py"}
    assert part.after == tuple(finding for finding in whole.after if finding.path == "own/b.py")
    assert part.before == whole.before


@CHECKER
async def test_new_finding_in_another_file_is_found_too(compare, project: Project, checker: str) -> None:
    comparison = compare(with_checker(checker), {"own/a.py": BAD})
    before = snapshot(project.root)

    result = await Types().run(comparison)

    assert result.status is CheckStatus.FAILED
    assert places(result) == {("own/a.py", 5), ("own/b.py", 3)}
    assert snapshot(project.root) == before


@CHECKER
async def test_lines_that_shift_make_no_false_finding(compare, checker: str) -> None:
    result = await Types().run(compare(with_checker(checker), {"own/a.py": [("<def area", "x: int = 1\n\n\n")]}))

    assert result.findings == ()


async def test_without_a_configured_checker_it_is_skipped(compare) -> None:
    result = await Types().run(compare(FILES, {"own/a.py": BAD}))

    assert (result.status, result.reason) == (CheckStatus.SKIPPED, "the project configures no type checker")


@CHECKER
async def test_base_is_checked_once_for_many_candidates(compare, monkeypatch: pytest.MonkeyPatch, checker: str) -> None:
    asked: list[str] = []
    original = sessions.run_tool

    async def counted(*args):
        asked.append(args[0].name)
        return await original(*args)

    monkeypatch.setattr(sessions, "run_tool", counted)
    check = Types()
    variants = [BAD, GOOD, [*BAD, *GOOD], [("-> float", "-> int")], GOOD]

    results = [await check.run(compare(with_checker(checker), {"own/a.py": variant})) for variant in variants]

    assert [result.status.value for result in results] == ["failed", "passed", "failed", "failed", "passed"]
    assert places(results[3]) == {("own/a.py", 5)}
    assert len(asked) == 1 + len(variants)


@pytest.mark.parametrize("checker", [pytest.param("mypy", marks=pytest.mark.slow), "ty"])
async def test_another_base_is_asked_about_again(compare, project: Project, checker: str) -> None:
    check = Types()
    await check.run(compare(with_checker(checker), {"own/a.py": GOOD}))

    result = await check.run(
        compare({"own/a.py": CODE.replace("-> float", "-> str")}, {"own/a.py": [("* 1.5", "* 2.5")]})
    )

    assert result.findings == ()


@CHECKER
async def test_an_editors_unsaved_text_is_what_counts(compare, project: Project, checker: str) -> None:
    compare(with_checker(checker), {})
    unsaved = {"own/b.py": USER.replace("x: float", "x: str").encode()}
    tree = WorkTree(project.root, None, unsaved)
    edited = project._replace(tree=tree)

    result = await Types().run(compare({}, {"own/a.py": BAD}, within=edited))

    assert places(result) == {("own/a.py", 5)}


@pytest.mark.parametrize("checker", [pytest.param("mypy", marks=pytest.mark.slow), "ty"])
async def test_new_and_moved_files_are_checked(compare, checker: str) -> None:
    new = "from own.a import area\n\ny: str = area(2)\n"

    result = await Types().run(compare(with_checker(checker), {"own/c.py": [("<", new)]}))
    assert places(result) == {("own/c.py", 3)}

    moved = await Types().run(compare({}, {}, moves=(Move("own/a.py", "own/z.py"),)))
    assert ("own/b.py", 1) in places(moved)


async def test_mypy_checks_the_configured_files_alone(compare) -> None:
    files = {**FILES, "pyproject.toml": '[tool.mypy]\nfiles = ["own/b.py"]\nfollow_imports = "silent"\n'}

    result = await Types().run(compare(files, {"own/a.py": BAD}))

    assert places(result) == {("own/b.py", 3)}


@pytest.mark.parametrize(
    "path", ["setup.cfg", *(pytest.param(path, marks=pytest.mark.slow) for path in ("mypy.ini", ".mypy.ini"))]
)
async def test_mypy_is_found_in_its_other_files(compare, path: str) -> None:
    result = await Types().run(compare({**FILES, path: "[mypy]\nstrict = True\n"}, {"own/a.py": BAD}))

    assert places(result) == {("own/a.py", 5), ("own/b.py", 3)}


async def test_configuration_that_the_tool_refuses_skips_with_its_message(compare) -> None:
    files = {**FILES, "pyproject.toml": '[tool.ty.rules]\nno-such-rule = "no-such-level"\n'}

    result = await Types().run(compare(files, {"own/a.py": BAD}))

    assert result.status is CheckStatus.SKIPPED
    assert result.reason.startswith("ty could not be used: ")


async def test_configuration_that_cannot_be_parsed_skips_with_its_path(compare) -> None:
    files = {**FILES, "ty.toml": "rules = [\n", "mypy.ini": "[mypy]\nstrict\n = 1\n[mypy]\n"}

    result = await Types().run(compare(files, {"own/a.py": BAD}))

    assert result.status is CheckStatus.SKIPPED
    assert "mypy.ini cannot be read: " in result.reason
    assert "ty.toml cannot be read: " in result.reason


async def test_a_checker_that_takes_too_long_skips(compare, project: Project) -> None:
    comparison = compare(with_checker("mypy"), {"own/a.py": BAD})

    reports = await TypeCheckSession(project, time_limit=0.05).check(comparison)

    assert [report.reason for report in reports if report] == ["mypy took longer than 0.05 seconds"]


# -- trust


async def test_a_plugin_runs_once_the_project_is_trusted(compare, trusted: Project, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    plugin = f"from mypy.plugin import Plugin\nopen({str(mark)!r}, 'w')\ndef plugin(version):\n    return Plugin\n"
    files = {**FILES, "pyproject.toml": '[tool.mypy]\nplugins = ["plugin.py"]\n', "plugin.py": plugin}
    comparison = compare(files, {"own/a.py": BAD}, within=trusted)
    before = snapshot(trusted.root)

    result = await Types().run(comparison)

    assert mark.exists()
    assert result.status is CheckStatus.FAILED
    assert snapshot(trusted.root) == before


@pytest.mark.parametrize("key", ["html_report", "any_exprs_report", "junit_xml"])
async def test_reports_are_not_written(compare, trusted: Project, tmp_path: Path, key: str) -> None:
    files = {**FILES, "mypy.ini": f"[mypy]\n{key} = {tmp_path / 'report'}\n"}

    result = await Types().run(compare(files, {"own/a.py": BAD}, within=trusted))

    assert result.status is CheckStatus.SKIPPED
    assert result.reason == f"mypy would write files, because mypy.ini sets {key}"
    assert not (tmp_path / "report").exists()


async def test_a_tool_that_is_missing_is_named(compare, project: Project) -> None:
    missing = project._replace(config=Config(commands={"mypy": ("no-such-mypy",)}))

    result = await Types().run(compare(with_checker("mypy"), {"own/a.py": BAD}, within=missing))

    assert (result.status, result.reason) == (CheckStatus.SKIPPED, "mypy is not installed")


# -- the copies


def content(side: Path) -> dict[str, bytes]:
    return {path.relative_to(side).as_posix(): path.read_bytes() for path in side.rglob("*") if path.is_file()}


def test_copies_hold_base_and_candidate_and_go_back(compare, project: Project) -> None:
    comparison: Comparison = compare({**FILES, "data.bin": b"1", "py.typed": ""}, {"own/a.py": BAD})
    before = snapshot(project.root)
    copies = Copies(project)

    copies.place(comparison.patch.changes)
    assert b"-> str" in content(copies.after)["own/a.py"]
    assert content(copies.before)["own/a.py"] == CODE.encode()
    assert "data.bin" not in content(copies.before)

    copies.place(())
    assert content(copies.after) == content(copies.before)
    assert snapshot(project.root) == before

    copies.close()
    assert not copies.before.exists()


def test_copies_are_no_links_to_the_users_files(compare, project: Project) -> None:
    """A link would change a file's times, and git would read it anew; what is written to it would be the user's."""
    compare(FILES, {})
    copies = Copies(project)

    assert (project.root / "own/a.py").stat().st_nlink == 1
    copies.close()


def test_copies_are_removed_when_collected(compare, project: Project) -> None:
    compare(FILES, {})
    folder = Copies(project).before

    assert not folder.exists()


# -- close and evidence


@pytest.mark.parametrize("check", [Types(), AnnotationTypes()], ids=["types", "annotation-types"])
async def test_closed_check_leaves_no_folder_and_may_run_again(
    compare, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, check: Types | AnnotationTypes
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    assert isinstance(check, Closable)
    comparison = compare(with_checker("ty"), {"own/a.py": BAD})

    first = await check.run(comparison)
    assert list(folder.iterdir()) != []
    await check.close()

    assert list(folder.iterdir()) == []
    assert (await check.run(comparison)).status is first.status is CheckStatus.FAILED
    await check.close()


async def test_result_counts_the_files_that_each_tool_has_checked(compare) -> None:
    result = await Types().run(compare(with_checker("ty"), {"own/a.py": BAD, "own/b.py": [("<x", "y: int = 1\n")]}))

    assert result.evidence == (Evidence("changed files checked by ty", 2),)
