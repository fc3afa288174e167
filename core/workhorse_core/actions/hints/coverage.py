"""Share of annotated places, file by file."""

from collections import Counter
from collections.abc import Iterable, Sequence

from workhorse_core.actions.coverage import Coverage
from workhorse_core.actions.hints.slot_search import find_slots
from workhorse_core.languages.python.language import Python
from workhorse_core.languages.python.source import PythonSource, python_source
from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.region import Refused, Scope, select
from workhorse_core.pipeline.task import Target
from workhorse_core.workspace.project import Project


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
