"""A toy generated test: a new file, and a check that runs it on the base and the candidate and counts what holds."""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from workhorse_core.change.edit import Edit
from workhorse_core.errors import AnswerMalformed
from workhorse_core.languages.language import RegionKind
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Proposal, Retry, Skipped
from workhorse_core.pipeline.check import Baseline, CheckCost, CheckResult, CheckStatus, Comparison, Evidence, Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Region, Selection, select
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.workspace.project import Project

FILES = {
    "shapes.py": "def area(side):\n    return side * side\n\n\ndef edge(area):\n    return area**0.5\n",
    "check_old.py": "import shapes\n\nassert shapes.area(1) == 1\n",
}
GOOD = "import shapes\n\nassert shapes.area(2) == 4\nassert shapes.area(3) == 9\n"
WRONG = "import shapes\n\nassert shapes.edge(4) == 3\n"
SCRIPT: Mapping[str, str] = {"def area": GOOD, "def edge": WRONG}
AFTER = FILES | {"check_area.py": GOOD}


class GeneratedTestWork:
    """Asks for a test of each function of the target, as plain text."""

    def __init__(self, task: Task, project: Project) -> None:
        self._task, self._project = task, project

    def regions(self) -> Iterator[Region | Skipped]:
        for selection in select(self._project.tree, self._task.targets):
            assert isinstance(selection, Selection)
            yield from (region for region in selection.regions if region.kind is RegionKind.FUNCTION)

    async def by_rule(self, region: Region) -> Proposal:
        return Proposal(missing=("a test",))

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> Question | None:
        return Question("Write assertions.", "", region.text.decode() + (f"\nNot: {retry.words}" if retry else ""))

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        try:
            compile(text, "answer", "exec")
        except SyntaxError as error:
            raise AnswerMalformed(f"That is not Python: {error}") from error
        return Proposal((Part("test", (Edit(f"check_{region.name}.py", 0, 0, text.encode()),)),))


class GenerateTests:
    name, title, argument, checks = "toy-tests", "Generate test", None, ("toy-run",)

    def offer(self, region: Region, config: Config) -> str | None:
        return self.title

    def start(self, task: Task, project: Project) -> GeneratedTestWork:
        return GeneratedTestWork(task, project)


class RunTests:
    """Runs every ``check_*.py`` in a folder of its own; what failed on the base already is no finding."""

    name, proof, cost = "toy-run", False, CheckCost.SUITE

    def __init__(self) -> None:
        self.folders: list[Path] = []
        self.baselines = 0

    def baseline_key(self, project: Project, task: Task) -> str:
        return sys.executable

    async def baseline(self, project: Project, task: Task) -> Baseline:
        self.baselines += 1
        return Baseline(json.dumps(await self._failing({path: project.tree.read(path) for path in files_of(project)})))

    async def run(self, comparison: Comparison) -> CheckResult:
        assert comparison.baseline is not None
        tree = comparison.project.tree
        files = {path: tree.read(path) for path in files_of(comparison.project)}
        files |= {change.path: change.after for change in comparison.patch.changes}
        failing = await self._failing(files)
        worse = sorted(set(failing) - set(json.loads(comparison.baseline.text)))
        findings = tuple(Finding(path, 0, f"{path} fails") for path in worse)
        new = b"".join(change.after or b"" for change in comparison.patch.changes)
        evidence = (Evidence("assertions that hold", new.count(b"assert "), unit="assertions"),)
        status = CheckStatus.FAILED if findings else CheckStatus.PASSED
        return CheckResult(self.name, status, findings, evidence=evidence)

    async def close(self) -> None:
        for folder in self.folders:
            shutil.rmtree(folder)
        self.folders.clear()

    async def _failing(self, files: Mapping[str, bytes | None]) -> list[str]:
        folder = Path(tempfile.mkdtemp())
        self.folders.append(folder)
        for path, data in files.items():
            (folder / path).write_bytes(data or b"")
        failing: list[str] = []
        for path in sorted(path for path in files if path.startswith("check_")):
            script = f"import sys; sys.path.insert(0, {str(folder)!r}); exec(open({str(folder / path)!r}).read())"
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-c", script, stderr=asyncio.subprocess.DEVNULL
            )
            failing += [path] if await process.wait() else []
        return failing


def files_of(project: Project) -> list[str]:
    return [path for path in project.tree.files("") if path.endswith(".py")]
