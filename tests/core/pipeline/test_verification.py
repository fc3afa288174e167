import asyncio
import math
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import Patch, make_patch
from workhorse_core.pipeline.check import CheckCost, CheckResult, CheckStatus, Comparison, Evidence, Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verification, blame, find_guilty, verify
from workhorse_core.settings.config import Config
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

BEFORE = b"def a():\n    pass\n\n\ndef b():\n    pass\n"
FIRST = Part("a", (Edit("m.py", 9, 9, b'    """A."""\n'),))
SECOND = Part("b", (Edit("m.py", 29, 29, b'    """B.\n\n    More.\n    """\n'),))


def a_patch() -> Patch:
    return make_patch({"m.py": BEFORE}.get, [*FIRST.edits, *SECOND.edits])


def test_a_finding_is_blamed_on_the_part_that_wrote_its_line() -> None:
    guilty, homeless = blame([Finding("m.py", 8, "too long", "E501")], a_patch(), [FIRST, SECOND])
    assert guilty == {SECOND: "E501: too long"}
    assert homeless == []


def test_a_finding_in_nobodys_lines_is_homeless() -> None:
    findings = [Finding("m.py", 1, "x"), Finding("m.py", 3, "x"), Finding("other.py", 2, "x")]
    guilty, homeless = blame(findings, a_patch(), [FIRST, SECOND])
    assert guilty == {}
    assert homeless == findings


def test_a_shared_edit_blames_everyone_who_needs_it() -> None:
    line = Edit("m.py", 0, 0, b"import x\n", shared=True)
    parts = [Part("a", (line,)), Part("b", (line,))]
    patch = make_patch({"m.py": BEFORE}.get, [line, line])
    assert set(blame([Finding("m.py", 1, "unused")], patch, parts)[0]) == set(parts)


@given(st.sets(st.integers(0, 63)), st.integers(1, 64))
def test_halving_finds_exactly_the_guilty_and_asks_seldom(wrong: set[int], count: int) -> None:
    wrong = {n for n in wrong if n < count}
    asked = 0

    async def holds(kept: Sequence[int]) -> bool:
        nonlocal asked
        asked += 1
        return not wrong & set(kept)

    assert sorted(asyncio.run(find_guilty(range(count), holds))) == sorted(wrong)
    assert asked <= 1 + len(wrong) * (2 * math.ceil(math.log2(count)) + 1)


def test_of_two_that_are_wrong_only_together_one_stays() -> None:
    async def holds(kept: Sequence[int]) -> bool:
        return not {1, 5} <= set(kept)

    assert asyncio.run(find_guilty(range(8), holds)) == [5]


class Says:
    """A check that says what it is told to."""

    def __init__(self, name: str, status: CheckStatus, proof: bool = False, delay: float = 0) -> None:
        self.name, self.proof, self._status, self._delay = name, proof, status, delay
        self.cost = CheckCost.PROOF
        self.ended = False

    async def run(self, comparison: Comparison) -> CheckResult:
        try:
            await asyncio.sleep(self._delay)
        finally:
            self.ended = True
        return CheckResult(self.name, self._status, reason="because")


def a_comparison(tmp_path: Path) -> Comparison:
    project = Project(tmp_path, None, WorkTree(tmp_path, None, {}), Config())
    return Comparison(project, Task("toy", ()), a_patch())


async def test_results_come_in_the_order_of_the_checks_however_long_they_take(tmp_path: Path) -> None:
    checks = [Says("slow", CheckStatus.PASSED, delay=0.02), Says("quick", CheckStatus.SKIPPED)]
    results = [result async for result in verify(a_comparison(tmp_path), checks)]
    assert [(r.name, r.status) for r in results] == [("slow", "passed"), ("quick", "skipped")]
    assert Verification(tuple(results)).passed


async def test_a_proof_that_could_not_run_is_a_failure(tmp_path: Path) -> None:
    (result,) = [r async for r in verify(a_comparison(tmp_path), [Says("p", CheckStatus.SKIPPED, proof=True)])]
    assert (result.status, result.reason) == ("failed", "because")


async def test_nobody_reading_on_stops_the_other_checks(tmp_path: Path) -> None:
    endless = Says("endless", CheckStatus.PASSED, delay=3600)
    results = verify(a_comparison(tmp_path), [Says("quick", CheckStatus.PASSED), endless])
    await anext(results)
    await results.aclose()
    assert endless.ended


def test_evidence_digest_covers_findings_and_figures_and_not_seconds() -> None:
    said = CheckResult("lint", CheckStatus.FAILED, (Finding("m.py", 1, "x"),), seconds=1)
    same = CheckResult("lint", CheckStatus.FAILED, (Finding("m.py", 1, "x"),), seconds=2)
    other = CheckResult("lint", CheckStatus.FAILED, (Finding("m.py", 2, "x"),), seconds=1)
    proved = said._replace(evidence=(Evidence("killed", 12, 15, "mutants"),))
    assert Verification((said,)).evidence_digest == Verification((same,)).evidence_digest
    assert Verification((said,)).evidence_digest != Verification((other,)).evidence_digest
    assert Verification((said,)).evidence_digest != Verification((proved,)).evidence_digest


def test_evidence_digest_without_figures_is_that_of_older_versions() -> None:
    said = CheckResult("lint", CheckStatus.FAILED, (Finding("m.py", 1, "x"),))
    assert Verification((said,)).evidence_digest == "cfdbce8ea7de88da77f25be6844c7453fea7485f668c7653235eaee07258b132"
