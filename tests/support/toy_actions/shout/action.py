from collections.abc import Iterable, Iterator, Sequence

from support.toy_actions.shout.info import INFO
from workhorse_core.actions.coverage import Coverage
from workhorse_core.change.edit import Edit
from workhorse_core.languages.language import RegionKind
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Action, Proposal, Retry, Skipped
from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Region, Selection, select
from workhorse_core.pipeline.task import Target, Task
from workhorse_core.settings.config import Config
from workhorse_core.workspace.project import Project


class ShoutWork:
    def __init__(self, task: Task, project: Project) -> None:
        self._task, self._project = task, project

    def regions(self) -> Iterator[Region | Skipped]:
        for selection in select(self._project.tree, self._task.targets):
            assert isinstance(selection, Selection)
            yield from (region for region in selection.regions if _is_quiet(region))

    async def by_rule(self, region: Region) -> Proposal:
        words = " ".join(["HO"] * (2 if self._task.options.get("twice") else 1))
        start = region.start + region.text.index(b":\n") + 1
        return Proposal((Part("shout", (Edit(region.path, start, start, f"  # {words}!".encode()),)),))

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> Question | None:
        return None

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        raise AssertionError


class ShoutAction:
    name, title, argument = INFO.name, INFO.title, INFO.argument
    checks: tuple[str, ...] = ("syntax",)

    def offer(self, region: Region, config: Config) -> str | None:
        return self.title if _is_quiet(region) else None

    def start(self, task: Task, project: Project) -> ShoutWork:
        return ShoutWork(task, project)

    def measure(self, project: Project, targets: Sequence[Target], drafts: Iterable[Draft] = ()) -> list[Coverage]:
        return [Coverage("a.py", 1, 2, 1)]


def _is_quiet(region: Region) -> bool:
    return region.kind is RegionKind.FUNCTION and b"HO!" not in region.text


ACTION: Action = ShoutAction()
