"""The jobs of the open projects: read from their records, and watched for change."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from workhorse_lsp_server.projects import Home
from workhorse_lsp_server.records import read_jobs

if TYPE_CHECKING:
    from workhorse_core.jobs.job import Job

_LEDGER_FILES = ("ledger.db", "ledger.db-wal")


@dataclass(slots=True)
class Desk:
    """One project's jobs, as they were when its record was last read."""

    home: Home
    jobs: "tuple[Job, ...]" = ()
    seen: tuple[object, ...] = field(default=())

    def has_changed(self) -> bool:
        """Whether the record is another than before: two looks at the disk."""
        marks = tuple(_mark(self.home.ledger / name) for name in _LEDGER_FILES) if self.home.ledger else ()
        changed, self.seen = marks != self.seen, marks
        return changed

    def read(self) -> None:
        """Read the jobs that are not over; a project without a record has none, and gets none by being looked at."""
        ledger = self.home.ledger
        self.jobs = tuple(read_jobs(self.home, over=False)) if ledger and (ledger / _LEDGER_FILES[0]).exists() else ()

    @property
    def waiting(self) -> "list[Job]":
        """Those that wait for a verdict or for landing."""
        return [job for job in self.jobs if job.status in ("verified", "approved")]


def _mark(path: Path) -> object:
    try:
        found = os.stat(path)  # noqa: PTH116  Path.stat does the same and costs more, once a second
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
