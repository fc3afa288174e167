from pathlib import Path

from workhorse_core.pipeline.baseline import Baselines
from workhorse_core.pipeline.check import Baseline, CheckCost, CheckResult, CheckStatus, Comparison
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

TASK = Task("toy", ())


class Counting:
    """A check whose baseline is the number of times that it was computed."""

    name, proof, cost = "counting", False, CheckCost.SUITE

    def __init__(self, key: str | None = "") -> None:
        self.key = key
        self.baselines = 0

    def baseline_key(self, project: Project, task: Task) -> str | None:
        return self.key

    async def baseline(self, project: Project, task: Task) -> Baseline:
        self.baselines += 1
        return Baseline(str(self.baselines))

    async def run(self, comparison: Comparison) -> CheckResult:
        return CheckResult(self.name, CheckStatus.PASSED)


def a_project(root: Path, **files: str) -> Project:
    buffers = {f"{name}.py": text.encode() for name, text in files.items()}
    return Project(root, None, WorkTree(root, None, buffers), Config())


async def test_baseline_is_computed_once_in_a_run(tmp_path: Path) -> None:
    check, baselines = Counting(), Baselines()
    assert await baselines.of(check, a_project(tmp_path, a="1"), TASK) == Baseline("1")
    assert await baselines.of(check, a_project(tmp_path, a="1"), TASK) == Baseline("1")


async def test_stored_baseline_serves_a_later_run_over_the_same_files_and_settings(tmp_path: Path) -> None:
    folder, check = tmp_path / "baselines", Counting()
    root = tmp_path / "project"
    root.mkdir()
    for _ in range(2):
        assert await Baselines(folder).of(check, a_project(root, a="1"), TASK) == Baseline("1")
    assert await Baselines(folder).of(check, a_project(root, a="2"), TASK) == Baseline("2")
    assert await Baselines(folder).of(check, a_project(root, a="1", b=""), TASK) == Baseline("3")
    check.key = "another interpreter"
    assert await Baselines(folder).of(check, a_project(root, a="1"), TASK) == Baseline("4")
    assert (folder.stat().st_mode & 0o777) == 0o700


async def test_stored_baselines_are_kept_up_to_a_bound(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    for number in range(60):
        await Baselines(tmp_path / "baselines").of(Counting(), a_project(root, a=str(number)), TASK)
    assert len(list((tmp_path / "baselines").iterdir())) == 50


async def test_baseline_that_cannot_be_stored_is_computed_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    check = Counting()
    for expected in "12":
        assert await Baselines(tmp_path / "file").of(check, a_project(tmp_path, a="1"), TASK) == Baseline(expected)


async def test_check_without_a_key_has_no_baseline(tmp_path: Path) -> None:
    check = Counting(key=None)
    assert await Baselines().of(check, a_project(tmp_path), TASK) is None
    assert check.baselines == 0
