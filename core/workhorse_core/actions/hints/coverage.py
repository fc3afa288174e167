"""How much of a project is annotated, file by file: places with a type, of all there are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from workhorse_core.actions.hints.slot import find_slots
from workhorse_core.languages.python.language import Python
from workhorse_core.languages.python.source import PythonSource, python_source
from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.region import Refused, Scope, select
from workhorse_core.pipeline.task import Target
from workhorse_core.workspace.project import Project


class Coverage(NamedTuple):
    """One file: how many places have an annotation, of how many; ``before`` says how many had one before a job."""

    path: str
    annotated: int
    total: int
    before: int

    @property
    def percent(self) -> float:
        """The share that is annotated, 100 where there is nothing to annotate."""
        return 100 * self.annotated / self.total if self.total else 100.0


def measure(project: Project, targets: Sequence[Target], drafts: Iterable[Draft] = ()) -> list[Coverage]:
    """Measure the files that targets name, as they are and with what these drafts add.

    Raises:
        TargetError: A target is missing or cannot be read.
    """
    added = Counter(draft.path for draft in drafts for _ in draft.parts)
    config = project.config
    whole = [Target(target.path) for target in targets]
    scope = Scope(config.include, config.exclude, (Python.name,))
    return [
        _measured(python_source(found.source), added[found.source.path])
        for found in select(project.tree, whole, scope)
        if not isinstance(found, Refused)
    ]


def _measured(source: PythonSource, added: int) -> Coverage:
    found = find_slots(source)
    places = found.annotated + len(found.slots) + found.hidden
    return Coverage(source.path, found.annotated + added, places, found.annotated)


def total(files: Sequence[Coverage]) -> Coverage:
    """Add up the files."""
    return Coverage(
        "together",
        sum(each.annotated for each in files),
        sum(each.total for each in files),
        sum(each.before for each in files),
    )
