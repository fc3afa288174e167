import asyncio
import math
import os
from pathlib import Path

import psutil
import pytest

from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import Patch, make_patch
from workhorse_core.pipeline.check import Baseline, CheckCost, CheckResult, CheckStatus, Comparison, Evidence, Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verification, Verifier, closing_checks, verify
from workhorse_core.settings.config import Config
from workhorse_core.tools.process import run_tool
from workhorse_core.tools.tool import Origin, Tool
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

BEFORE = b"def a():\n    pass\n\n\ndef b():\n    pass\n"
FIRST = Part("a", (Edit("m.py", 9, 9, b'    """A."""\n'),))
SECOND = Part("b", (Edit("m.py", 29, 29, b'    """B.\n\n    More.\n    """\n'),))


def a_patch() -> Patch:
    return make_patch({"m.py": BEFORE}.get, [*FIRST.edits, *SECOND.edits])


class Fixed:
    """A check with the given outcome."""

    def __init__(self, name: str, status: CheckStatus, proof: bool = False, turns: float = 0) -> None:
        self.name, self.proof, self._status, self._turns = name, proof, status, turns
        self.cost = CheckCost.PROOF
        self.ended = False

    async def run(self, comparison: Comparison) -> CheckResult:
        try:
            while self._turns > 0:  # the others have theirs
                self._turns -= 1
                await asyncio.sleep(0)
        finally:
            self.ended = True
        return CheckResult(self.name, self._status, reason="because")


def a_comparison(tmp_path: Path) -> Comparison:
    project = Project(tmp_path, None, WorkTree(tmp_path, None, {}), Config())
    return Comparison(project, Task("toy", ()), a_patch())


async def test_results_come_in_the_order_of_the_checks_however_long_they_take(tmp_path: Path) -> None:
    checks = [Fixed("slow", CheckStatus.PASSED, turns=100), Fixed("quick", CheckStatus.SKIPPED)]
    results = [result async for result in verify(a_comparison(tmp_path), checks)]
    assert [(r.name, r.status) for r in results] == [("slow", "passed"), ("quick", "skipped")]
    assert Verification(tuple(results)).passed


async def test_a_proof_that_could_not_run_is_a_failure(tmp_path: Path) -> None:
    (result,) = [r async for r in verify(a_comparison(tmp_path), [Fixed("p", CheckStatus.SKIPPED, proof=True)])]
    assert (result.status, result.reason) == ("failed", "because")


class Waiting(Fixed):
    """A check of a tool that runs until it is stopped."""

    async def run(self, comparison: Comparison) -> CheckResult:
        tool = Tool("sleep", ("/bin/sleep",), Origin.BESIDE)
        await asyncio.gather(run_tool(tool, ["3600"], comparison.project, Path("/")))
        return await super().run(comparison)


class Looking(Fixed):
    """A proof that looks which processes this one has started."""

    async def run(self, comparison: Comparison) -> CheckResult:
        self.children = [child.pid for child in psutil.Process().children()]
        return await super().run(comparison)


@pytest.mark.skipif(os.name == "nt", reason="the tool is sleep")
async def test_proof_is_made_while_a_tool_runs(tmp_path: Path) -> None:
    proof, waiting = Looking("proof", CheckStatus.PASSED, proof=True), Waiting("tool", CheckStatus.PASSED)
    waiting.cost = CheckCost.TOOL
    before = {child.pid for child in psutil.Process().children()}
    results = verify(a_comparison(tmp_path), [proof, waiting])
    await anext(results)
    await results.aclose()
    assert len(set(proof.children) - before) == 1


async def test_closing_the_results_early_stops_the_other_checks(tmp_path: Path) -> None:
    endless = Fixed("endless", CheckStatus.PASSED, turns=math.inf)
    results = verify(a_comparison(tmp_path), [Fixed("quick", CheckStatus.PASSED), endless])
    await anext(results)
    await results.aclose()
    assert endless.ended


def test_evidence_digest_covers_findings_and_figures_and_not_seconds() -> None:
    result = CheckResult("lint", CheckStatus.FAILED, (Finding("m.py", 1, "x"),), seconds=1)
    same = CheckResult("lint", CheckStatus.FAILED, (Finding("m.py", 1, "x"),), seconds=2)
    other = CheckResult("lint", CheckStatus.FAILED, (Finding("m.py", 2, "x"),), seconds=1)
    proved = result._replace(evidence=(Evidence("killed", 12, 15, "mutants"),))
    assert Verification((result,)).evidence_digest == Verification((same,)).evidence_digest
    assert Verification((result,)).evidence_digest != Verification((other,)).evidence_digest
    assert Verification((result,)).evidence_digest != Verification((proved,)).evidence_digest


def test_evidence_digest_without_figures_is_that_of_older_versions() -> None:
    result = CheckResult("lint", CheckStatus.FAILED, (Finding("m.py", 1, "x"),))
    assert Verification((result,)).evidence_digest == "cfdbce8ea7de88da77f25be6844c7453fea7485f668c7653235eaee07258b132"


class Baselined(Fixed):
    def baseline_key(self, project: Project, task: Task) -> str:
        return ""

    async def baseline(self, project: Project, task: Task) -> Baseline:
        return Baseline("the base")

    async def run(self, comparison: Comparison) -> CheckResult:
        assert comparison.baseline == Baseline("the base")
        return await super().run(comparison)


async def test_check_with_a_baseline_is_given_it(tmp_path: Path) -> None:
    results = [r async for r in verify(a_comparison(tmp_path), [Baselined("b", CheckStatus.PASSED)])]
    assert results[0].status is CheckStatus.PASSED


async def test_suite_waits_for_the_others_and_does_not_run_where_one_failed(tmp_path: Path) -> None:
    suite, failing = Fixed("suite", CheckStatus.PASSED), Fixed("quick", CheckStatus.FAILED)
    suite.cost = CheckCost.SUITE
    results = [r async for r in Verifier([suite, failing]).verify(a_comparison(tmp_path))]
    assert [r.name for r in results] == ["quick"]
    assert not suite.ended


class Closing(Fixed):
    closed = 0

    async def close(self) -> None:
        self.closed += 1


async def test_checks_that_can_be_closed_are_closed_once_also_after_an_error() -> None:
    checks = [Closing("c", CheckStatus.PASSED), Fixed("s", CheckStatus.PASSED)]
    with pytest.raises(ZeroDivisionError):
        async with closing_checks(checks):
            _ = 1 / 0
    assert isinstance(checks[0], Closing)
    assert checks[0].closed == 1
