"""A toy rename of a module: edits in three files, a move and a deletion in one part; its proof needs the project."""

import re
from collections.abc import Iterator

from workhorse_core.change.edit import Delete, Edit, Move
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Proposal, Retry, Skipped
from workhorse_core.pipeline.check import CheckCost, CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Region, Selection, select
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.workspace.project import Project

FILES = {
    "shapes.py": "# shapes: areas\ndef area(side):\n    return side * side\n",
    "app.py": "import shapes\n\nprint(shapes.area(2))\n",
    "tests/test_shapes.py": "from shapes import area\n\n\ndef test_area():\n    assert area(2) == 4\n",
    "shapes_compat.py": "from shapes import *\n",
    "other.py": "OTHER = 1\n",
}
AFTER = {
    "geometry.py": "# geometry: areas\ndef area(side):\n    return side * side\n",
    "app.py": "import geometry\n\nprint(geometry.area(2))\n",
    "tests/test_shapes.py": "from geometry import area\n\n\ndef test_area():\n    assert area(2) == 4\n",
    "other.py": "OTHER = 1\n",
}


class RenameWork:
    """Renames the module of the target to the option "new name"; what imports it in ``missed`` is overlooked."""

    def __init__(self, task: Task, project: Project) -> None:
        self._task, self._project = task, project

    def regions(self) -> Iterator[Region | Skipped]:
        (selection,) = select(self._project.tree, self._task.targets)
        assert isinstance(selection, Selection)
        yield selection.regions[0]

    async def by_rule(self, region: Region) -> Proposal:
        old, new = region.path.removesuffix(".py"), self._task.options["new name"]
        alias = f"{old}_compat.py"
        edits: list[Edit] = []
        for path in self._project.tree.files(""):
            if path.endswith(".py") and path not in (alias, self._task.options.get("missed")):
                data = self._project.tree.read(path) or b""
                found = re.finditer(rb"\b%s\b" % old.encode(), data)
                edits += [Edit(path, match.start(), match.end(), new.encode()) for match in found]
        moves = (Move(region.path, f"{new}.py"),)
        return Proposal((Part(f"{old} to {new}", tuple(edits), (), moves, (Delete(alias),)),))

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> Question | None:
        return None

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        raise AssertionError


class Rename:
    name, title, argument, checks = "toy-rename", "Rename module…", "new name", ("toy-bindings",)

    def offer(self, region: Region, config: Config) -> str | None:
        return self.title

    def start(self, task: Task, project: Project) -> RenameWork:
        return RenameWork(task, project)


class Bindings:
    """Proves that every module that is imported in the project is there: it needs the files beside the patch."""

    name, proof, cost = "toy-bindings", True, CheckCost.PROOF

    async def run(self, comparison: Comparison) -> CheckResult:
        tree = comparison.project.tree
        files = {path: tree.read(path) for path in tree.files("")}
        for change in comparison.patch.changes:
            files.pop(change.moved_from or change.path, None)
            files |= {} if change.after is None else {change.path: change.after}
        findings = tuple(
            Finding(path, number, f"There is no module {match[1].decode()}.")
            for path, data in files.items()
            if path.endswith(".py")
            for number, line in enumerate((data or b"").split(b"\n"), 1)
            if (match := re.match(rb"(?:import|from) (\w+)", line)) and f"{match[1].decode()}.py" not in files
        )
        return CheckResult(self.name, CheckStatus.FAILED if findings else CheckStatus.PASSED, findings)
