"""Watching the jobs of one project: its ledger is polled for changes, and its jobs are values."""

import asyncio
import os
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING

from workhorse_core.git.repository import Repository
from workhorse_core.services.session import Session
from workhorse_core.settings.folders import ledger_folder

if TYPE_CHECKING:
    from workhorse_core.jobs.job import Job

_FILES = ("ledger.db", "ledger.db-wal")


class JobWatcher:
    """The jobs of one repository as of the last reading; empty where no job was ever recorded."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.jobs: tuple[Job, ...] = ()
        """Those that are not over, newest first."""
        self._marks: tuple[object, ...] = ()

    @property
    def waiting(self) -> "list[Job]":
        """The jobs that wait for a verdict or for landing."""
        return [job for job in self.jobs if job.status in ("verified", "approved")]

    def poll(self) -> bool:
        """Read the jobs if the ledger's files have changed since the last call; return whether they have.

        It costs two calls of ``stat`` where nothing has changed, and waits for the disk where something has.

        Raises:
            LedgerError: The ledger cannot be used.
        """
        marks = tuple(_mark(ledger_folder(self.repository.common_dir) / name) for name in _FILES)
        if marks == self._marks:
            return False
        self._marks = marks
        self.read()
        return True

    def read(self) -> None:
        """Read the jobs.

        Raises:
            LedgerError: The ledger cannot be used.
        """
        with Session.at(self.repository) as session:
            self.jobs = tuple(session.jobs(over=False)) if session.existing_ledger else ()

    async def changes(self, interval: float = 1.0) -> "AsyncGenerator[tuple[Job, ...]]":
        """Yield the jobs now if there are any, and again after every change; polls every ``interval`` seconds.

        Raises:
            LedgerError: The ledger cannot be used.
        """
        while True:
            if await asyncio.to_thread(self.poll):
                yield self.jobs
            await asyncio.sleep(interval)


def _mark(path: Path) -> object:
    try:
        found = os.stat(path)  # noqa: PTH116  Path.stat does the same and costs more, once a second
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
