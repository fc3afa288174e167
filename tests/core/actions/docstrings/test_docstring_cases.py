import ast
import re
import subprocess
from pathlib import Path

import pytest
from ruff import find_ruff_bin

from core.actions.docstrings.docstring_cases import FOLDER, Case, Outcome, read_case, run_case
from workhorse_core.change.edit import splice
from workhorse_core.change.patch import FileChange
from workhorse_core.checks.same_code import differences

CASES = sorted(FOLDER.glob("*.txt"))
pytestmark = pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem, scope="module")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder: the files of a case are buffers."""
    return tmp_path_factory.mktemp("case")


@pytest.fixture(scope="module")
def case(path: Path) -> Case:
    return read_case(path)


@pytest.fixture(scope="module")
def outcome(case: Case, root: Path) -> Outcome:
    return run_case(case, root)


def test_the_result_is_the_expected_one(case: Case, outcome: Outcome) -> None:
    assert outcome.after == case.data("expected")


def test_skipped_definitions_are_reported_with_their_reason(case: Case, outcome: Outcome) -> None:
    expected = [line.partition(": ") for line in case.parts.get("skipped", "").splitlines()]
    assert [skipped.name for skipped in outcome.skipped] == [name for name, _, _ in expected]
    for skipped, (_, _, words) in zip(outcome.skipped, expected, strict=True):
        assert words in skipped.reason


def test_the_code_without_docstrings_stays_the_same(outcome: Outcome) -> None:
    assert _bare_tree(outcome.after) == _bare_tree(outcome.before)


def test_edits_replace_docstrings_only_or_insert(case: Case, outcome: Outcome) -> None:
    for edit in outcome.edits:
        old = outcome.before[edit.start : edit.end]
        assert not old or isinstance(ast.literal_eval(f"({old.decode(case.encoding)})"), str)
    assert splice(outcome.before, outcome.edits) == outcome.after


def test_the_proof_holds_on_the_two_files_alone_as_it_does_on_the_edits(case: Case, outcome: Outcome) -> None:
    change = FileChange(case.path, outcome.before, outcome.after, tuple(sorted(outcome.edits)))
    assert [d.message for d in differences(FileChange(case.path, outcome.before, outcome.after))] == [
        d.message for d in differences(change)
    ]


def test_a_second_run_finds_nothing_more_to_do(case: Case, outcome: Outcome, root: Path) -> None:
    if case.flags.get("again") == "no":
        pytest.skip("something remains that nobody has words for")
    again = Case(
        case.flags | {"newline": "", "end": "", "bom": "", "encoding": "latin-1"},
        {**case.parts, "source": outcome.after.decode("latin-1")},
    )
    if b"coding" in outcome.after or not outcome.after.isascii():
        pytest.skip("the case cannot be written back as text")
    assert not run_case(again, root).edits


@pytest.mark.parametrize("tool", ["black", "ruff"])
def test_formatters_leave_the_docstrings_as_they_are(tool: str, case: Case, outcome: Outcome) -> None:
    format_code = {"black": _black, "ruff": _ruff}[tool]
    before = format_code(outcome.before, case)
    if before is None or case.flags.get(tool) == "no":
        pytest.skip("the base is nothing that the formatter can read")
    if before == outcome.before:
        assert format_code(outcome.after, case) == outcome.after
        return
    formatted = format_code(outcome.after, case)
    assert formatted is not None
    assert _docstrings(formatted) == _docstrings(outcome.after)


def _bare_tree(data: bytes) -> str:
    tree = ast.parse(data)
    for node in ast.walk(tree):
        if (
            isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            and ast.get_docstring(node) is not None
        ):
            del node.body[0]
    return ast.dump(tree)


def _docstrings(data: bytes) -> list[list[list[str]]]:
    """Return every docstring line by line without blanks: a formatter replaces tabs by spaces."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    texts = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(data)) if isinstance(node, documented)]
    return [[line.split() for line in text.split("\n")] for text in texts]


def _black(data: bytes, case: Case) -> bytes | None:
    import black

    mode = black.Mode(line_length=int(case.flags.get("width", 88)))
    try:
        text, encoding, _ = black.decode_bytes(data, mode)
        return black.format_file_contents(text, fast=True, mode=mode).replace("\n", _newline(data)).encode(encoding)
    except black.NothingChanged:
        return data
    except (black.InvalidInput, SyntaxError):
        return None


def _ruff(data: bytes, case: Case) -> bytes | None:
    if re.match(rb"(.*\n)?#.*coding", data) or data.startswith(b"\xef\xbb\xbf"):
        return None  # ruff reads UTF-8 only
    settings = f"line-length = {case.flags.get('width', 88)}"
    command = [find_ruff_bin(), "format", "--isolated", "--config", settings, "--stdin-filename", "a.py", "-"]
    done = subprocess.run(command, input=data, capture_output=True)
    return done.stdout if done.returncode == 0 else None


def _newline(data: bytes) -> str:
    return "\r\n" if b"\r\n" in data else "\n"
