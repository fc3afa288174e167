"""Coverage of a project by an action: places that have what it adds, of all there are, file by file."""

from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.task import Target
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.project import Project


class Coverage(NamedTuple):
    """Coverage of one file: ``annotated`` places of ``total``; ``before`` were so before a job."""

    path: str
    annotated: int
    total: int
    before: int

    @property
    def percent(self) -> float:
        """Share in percent; 100 where there is no place."""
        return 100 * self.annotated / self.total if self.total else 100.0


@runtime_checkable
class Measuring(Protocol):
    """Action that can measure its coverage: its description has a `report`."""

    def measure(self, project: Project, targets: Sequence[Target], drafts: Iterable[Draft] = ()) -> list[Coverage]:
        """Measure the files that targets name, with what these drafts add.

        Raises:
            TargetError: A target is missing or cannot be read.
        """
        ...


def total(files: Sequence[Coverage]) -> Coverage:
    """Return the sum over files, under the path "together"."""
    return Coverage(
        "together",
        sum(each.annotated for each in files),
        sum(each.total for each in files),
        sum(each.before for each in files),
    )
