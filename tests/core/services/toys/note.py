"""A toy action: a comment above each function; and another one, which makes a file and moves one."""

from collections.abc import Iterator

from workhorse_core.change.edit import Edit, Move
from workhorse_core.errors import AnswerMalformed
from workhorse_core.languages.language import RegionKind
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Proposal, Retry, Skipped
from workhorse_core.pipeline.check import CheckCost, CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Region, Selection, select
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.workspace.project import Project


class NoteWork:
    """Puts a comment above each function: by rule for short names, by the model for the others."""

    def __init__(self, task: Task, project: Project) -> None:
        self._task, self._project = task, project

    def regions(self) -> Iterator[Region | Skipped]:
        for selection in select(self._project.tree, self._task.targets):
            assert isinstance(selection, Selection)
            for region in selection.regions:
                if region.kind is RegionKind.FUNCTION and b"#" in region.text:
                    yield Skipped(region.path, region.name, region.first, region.last, "It has a note.")
                elif region.kind is RegionKind.FUNCTION:
                    yield region

    async def by_rule(self, region: Region) -> Proposal:
        return _note(region, "Short.") if region.name == "one" else Proposal(missing=("a note",))

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> Question | None:
        return Question("Write a note.", "", region.text.decode() + (f"\nNot: {retry.words}" if retry else ""))

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        if "\n" in text:
            raise AnswerMalformed("A note is one line.")
        return _note(region, text)


def _note(region: Region, words: str) -> Proposal:
    return Proposal((Part("note", (Edit(region.path, region.start, region.start, f"# {words}\n".encode()),)),))


class Note:
    name, title, argument, checks = "note", "Add note", None, ("politeness",)

    def offer(self, region: Region, config: Config) -> str | None:
        return self.title if region.kind is RegionKind.FUNCTION else None

    def start(self, task: Task, project: Project) -> NoteWork:
        return NoteWork(task, project)


class SplitWork(NoteWork):
    """Needs an argument, has no single region, makes a new file and moves another."""

    def regions(self) -> Iterator[Region | Skipped]:
        (selection,) = select(self._project.tree, self._task.targets)
        assert isinstance(selection, Selection)
        yield selection.regions[0]

    async def by_rule(self, region: Region) -> Proposal:
        folder = self._task.options["into"]
        new = Part("package", (Edit(f"{folder}/__init__.py", 0, 0, b"# made\n"),))
        move = Move(region.path, f"{folder}/first.py")
        return Proposal((new, Part("moved", (Edit(region.path, 0, 0, b"# moved\n"),), moves=(move,))))


class Split(Note):
    name, title, argument = "split", "Move into a package", "the package"

    def start(self, task: Task, project: Project) -> SplitWork:
        return SplitWork(task, project)


class Politeness:
    name, proof, cost = "politeness", True, CheckCost.PROOF

    async def run(self, comparison: Comparison) -> CheckResult:
        rude = tuple(
            Finding(change.path, number, "Be polite.")
            for change in comparison.patch.changes
            for number, line in enumerate((change.after or b"").split(b"\n"), 1)
            if b"stupid" in line
        )
        return CheckResult(self.name, CheckStatus.FAILED if rude else CheckStatus.PASSED, rude)
