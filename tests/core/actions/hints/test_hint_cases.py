import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from core.actions.hints.hint_cases import FOLDER, Case, Outcome, read_case, run_case
from workhorse_core.change.patch import FileChange
from workhorse_core.checks.imports import new_cycles
from workhorse_core.checks.same_code_unannotated import differences
from workhorse_core.pipeline.check import Comparison, Finding

CASES = sorted(FOLDER.glob("*.txt"))
pytestmark = pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem, scope="module")


@pytest.fixture(scope="module")
def case(path: Path) -> Case:
    return read_case(path)


@pytest.fixture(scope="module")
def outcome(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run_case(case, tmp_path_factory.mktemp("case"))


def test_the_result_is_the_expected_one(case: Case, outcome: Outcome) -> None:
    assert outcome.after == case.files("expected")


def test_skipped_definitions_are_reported_with_their_reason(case: Case, outcome: Outcome) -> None:
    expected = [line.partition(": ") for line in case.parts.get("skipped", "").splitlines()]
    assert [skipped.name for skipped in outcome.skipped] == [name for name, _, _ in expected]
    for skipped, (_, _, words) in zip(outcome.skipped, expected, strict=True):
        assert words in skipped.reason


def proved(outcome: Outcome, changes: Iterable[FileChange]) -> list[Finding]:
    at_run_time = outcome.task.options.get("runtime") == "yes"
    return [each for one in changes for each in differences(one, outcome.project.look, at_run_time=at_run_time)]


def test_the_candidate_is_proved_to_be_the_same_code(outcome: Outcome) -> None:
    assert proved(outcome, outcome.patch.changes) == []


def test_the_proof_holds_on_the_two_files_alone(outcome: Outcome) -> None:
    alone = [FileChange(change.path, change.before, change.after) for change in outcome.patch.changes]
    assert proved(outcome, alone) == []


def test_no_circular_import_is_new(outcome: Outcome) -> None:
    assert list(new_cycles(Comparison(outcome.project, outcome.task, outcome.patch))) == []


def test_each_part_stands_alone(outcome: Outcome) -> None:
    for part in outcome.parts:
        from workhorse_core.change.patch import make_patch

        patch = make_patch(outcome.project.tree.read, part.edits)
        assert proved(outcome, patch.changes) == []
        for change in patch.changes:
            ast.parse(change.after or b"")


def test_a_second_run_finds_nothing_more_to_do(case: Case, outcome: Outcome, tmp_path: Path) -> None:
    again = {f"file {path}": text.replace("\t", "⇥") for path, text in {**case.files("file"), **outcome.after}.items()}
    second = run_case(Case(case.flags, {**case.parts, **again}), tmp_path)
    assert second.after == {}
