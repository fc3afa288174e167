"""Type hints: each missing annotation is a part of its own, from several sources, kept only when it holds."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from workhorse_core.actions.hints.info import INFO
from workhorse_core.actions.hints.slot_search import Wishes, belongs, find_slots
from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.python.definitions import source_of
from workhorse_core.pipeline.action import Action, Work
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.task import Target, Task
from workhorse_core.settings.config import Config
from workhorse_core.workspace.project import Project

if TYPE_CHECKING:
    from workhorse_core.actions.coverage import Coverage
    from workhorse_core.pipeline.draft import Draft


class HintsAction:
    """Adds missing type hints; see `workhorse_core.pipeline.action.Action`."""

    name = INFO.name
    title = INFO.title
    argument = INFO.argument
    checks: tuple[str, ...] = (
        "same-code-unannotated",
        "syntax",
        "imports",
        "annotation-types",
        "format",
        "lint",
        "project-tests",
    )

    def offer(self, region: Region, config: Config) -> str | None:
        """Offer to annotate a function that has a slot."""
        if region.kind not in (RegionKind.FUNCTION, RegionKind.METHOD) or region.path.endswith(".pyi"):
            return None
        found = find_slots(source_of(region), Wishes(config.hints.exclude))
        return self.title if any(belongs(slot, region) for slot in found.slots) else None

    def start(self, task: Task, project: Project) -> Work:
        """Read the options.

        Raises:
            UsageError: An option is unknown or has a value that it cannot have.
        """
        from workhorse_core.actions.hints.options import read_options
        from workhorse_core.actions.hints.sources.proposer import Proposer
        from workhorse_core.actions.hints.work import HintsWork
        from workhorse_core.actions.hints.writer import Writer
        from workhorse_core.workspace.python_files import index_project

        options = read_options(task.options)
        index = index_project(project)
        return HintsWork(
            task, project, options, Writer(project, index), lambda: Proposer(project, index, options.trace)
        )

    def measure(self, project: Project, targets: Sequence[Target], drafts: Iterable["Draft"] = ()) -> "list[Coverage]":
        """Measure how much of the targets is annotated; see `workhorse_core.actions.coverage.Measuring`."""
        from workhorse_core.actions.hints.coverage import measure

        return measure(project, targets, drafts)


ACTION: Action = HintsAction()
