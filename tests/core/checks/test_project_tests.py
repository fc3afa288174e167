import sys
from pathlib import Path

import pytest

from workhorse_core.change.edit import Edit
from workhorse_core.checks.project_tests import ProjectTests
from workhorse_core.pipeline.baseline import Baselines
from workhorse_core.pipeline.check import CheckResult, CheckStatus, Comparison, Evidence
from workhorse_core.pipeline.part import Part, patch_of_parts
from workhorse_core.pipeline.task import Target, Task
from workhorse_core.pipeline.verification import Verifier
from workhorse_core.settings.config import Config
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

FILES = {
    "src/pkg/__init__.py": "",
    "src/pkg/a.py": "def f(x):\n    return x\n",
    "tests/test_a.py": "from pkg.a import f\n\n\ndef test_f():\n    assert f.__annotations__ == {}\n\n\n"
    "def test_wrong():\n    assert f(1) == 2\n",
}
TASK = Task("hints", (Target("src"),), options={"tests": "yes"})


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return Project(tmp_path, None, WorkTree(tmp_path), Config())


def candidate(project: Project, new: str, task: Task = TASK) -> Comparison:
    part = Part("edit", (Edit("src/pkg/a.py", 6, 7, new.encode()),))
    return Comparison(project, task, patch_of_parts(project.tree.read, [part]))


async def check(verifier: Verifier, comparison: Comparison) -> CheckResult:
    (result,) = [result async for result in verifier.verify(comparison)]
    return result


class CountingTests(ProjectTests):
    baselines = 0

    async def baseline(self, project: Project, task: Task):  # type: ignore[no-untyped-def]
        self.baselines += 1
        return await super().baseline(project, task)


async def test_test_that_passed_on_the_base_and_fails_on_the_candidate_is_a_finding(project: Project) -> None:
    tests = CountingTests()
    verifier = Verifier([tests], Baselines())
    failed = await check(verifier, candidate(project, "x: int"))
    assert failed.status is CheckStatus.FAILED
    assert [finding.message for finding in failed.findings] == ["tests/test_a.py::test_f passed before"]
    assert failed.findings[0].line == 0
    passed = await check(verifier, candidate(project, "x, y=0"))
    assert passed.status is CheckStatus.PASSED
    assert passed.evidence == (Evidence("tests passed", 1, 2),)
    assert tests.baselines == 1


@pytest.mark.slow
async def test_suite_that_no_longer_runs_fails_and_one_that_never_ran_is_skipped(project: Project) -> None:
    verifier = Verifier([ProjectTests()], Baselines())
    broken = await check(verifier, candidate(project, "1"))
    assert broken.status is CheckStatus.FAILED
    (project.root / "tests/test_a.py").unlink()
    without = project._replace(tree=WorkTree(project.root))
    skipped = await check(Verifier([ProjectTests()], Baselines()), candidate(without, "x: int"))
    assert skipped.status is CheckStatus.SKIPPED
    assert skipped.reason.startswith("the tests do not run")


async def test_untrusted_project_is_skipped_without_a_baseline_unless_tests_are_asked_for(project: Project) -> None:
    tests = CountingTests()
    result = await check(Verifier([tests], Baselines()), candidate(project, "x: int", Task("hints", (Target("src"),))))
    assert (result.status, result.reason) == (CheckStatus.SKIPPED, "ask for them with --tests")
    assert tests.baselines == 0
