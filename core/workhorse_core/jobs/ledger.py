"""The ledger: an append-only list of the events of every job, in the repository's common git folder."""

import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from workhorse_core.errors import JobError
from workhorse_core.jobs.ledger_file import MIGRATIONS, Migration, open_ledger_file, sqlite_errors
from workhorse_core.system.file_lock import file_lock
from workhorse_core.system.named_tuple import NamedTuple

NEWEST = "@"
_FILE = "ledger.db"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letter that is read as a digit
_LOOKS_LIKE = str.maketrans("ilo", "110")
_ID_LENGTH = 4
_LISTED = 5


class EventKind(StrEnum):
    """Kinds of events in the life of a job."""

    STARTED = "started"
    DRAFTED = "drafted"
    SCRATCHED = "scratched"
    CHECKED = "checked"
    FAILED = "failed"
    NOTHING = "nothing"
    VERDICT = "verdict"
    LANDING = "landing"
    """A landing begins: the data is everything needed to continue it after a kill."""
    LANDED = "landed"
    UNDONE = "undone"
    """A landing was given up; its changes have been taken back."""
    DISCARDED = "discarded"
    RETRIED = "retried"
    UNKNOWN = "unknown"
    """A kind that only a newer Workhorse knows; never written."""


_KINDS = {kind.value: kind for kind in EventKind}
_OVER = (EventKind.LANDED, EventKind.DISCARDED, EventKind.NOTHING)


class Event(NamedTuple):
    """One event; ``at`` is in seconds since 1970. ``needs`` is the oldest Workhorse that can read it, None for any."""

    number: int
    job: str
    at: float
    kind: EventKind
    data: Mapping[str, Any]
    needs: str | None = None


class NewEvent(NamedTuple):
    """An event to be added."""

    job: str
    kind: EventKind
    data: Mapping[str, Any]


def draw_id(length: int) -> str:
    """Draw a random job id."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


class Ledger:
    """The events of one repository, shared by all its work trees and by any number of processes."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, folder: Path, migrations: Sequence[Migration] = MIGRATIONS) -> "Ledger":
        """Open the ledger in a folder (``<common git dir>/workhorse``), made when it is not there.

        Raises:
            LedgerError: It cannot be read or written, is damaged, or needs a newer Workhorse.
        """
        path = folder / _FILE
        return cls(open_ledger_file(path, migrations), path)

    @classmethod
    def open_existing(cls, folder: Path) -> "Ledger | None":
        """Open the ledger in a folder if there is one; None, and nothing is made, where there is none.

        Raises:
            LedgerError: It cannot be read or written, is damaged, or needs a newer Workhorse.
        """
        return cls.open(folder) if (folder / _FILE).exists() else None

    @property
    def folder(self) -> Path:
        """The folder that it lies in, where other records of this repository may lie beside it."""
        return self._path.parent

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- jobs

    def new_job(self, parent: str | None = None, draw: Callable[[int], str] = draw_id) -> str:
        """Return a new job id: four characters, more when those are crowded.

        Args:
            parent: The job that this one is a child of, None for none.
            draw: Draws an id of a length.
        """
        length = _ID_LENGTH
        while True:
            job = draw(length)
            with sqlite_errors(self._path):
                new = "INSERT INTO jobs (id, at, parent) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
                if self._connection.execute(new, (job, time.time(), parent)).rowcount == 1:
                    return job
            length += 1

    def jobs(self, over: bool = True) -> list[str]:
        """List the jobs, newest first; without ``over`` only those that can continue or wait for a verdict."""
        left_out = () if over else _OVER
        marks = ", ".join("?" * len(left_out))
        return self._ids(
            "SELECT id FROM jobs WHERE NOT EXISTS"  # noqa: S608 - only question marks are put in
            f" (SELECT 1 FROM events WHERE job = jobs.id AND kind IN ({marks})) ORDER BY number DESC",
            left_out,
        )

    def children(self, job: str) -> list[str]:
        """List the children of a job that were started, oldest first: a kill may leave an id that never was."""
        started = "EXISTS (SELECT 1 FROM events WHERE job = jobs.id)"
        return self._ids(f"SELECT id FROM jobs WHERE parent = ? AND {started} ORDER BY number", (job,))  # noqa: S608

    def parent(self, job: str) -> str | None:
        """Return the job that this one is a child of."""
        parents = self._ids("SELECT parent FROM jobs WHERE id = ? AND parent IS NOT NULL", (job,))
        return parents[0] if parents else None

    def jobs_of_change(self, change: str) -> list[str]:
        """List the jobs that had a candidate with this change (:attr:`Scratch.changes`), newest first."""
        query = "SELECT DISTINCT job FROM candidates WHERE change = ? ORDER BY rowid DESC"
        return self._ids(query, (change,))

    def _ids(self, query: str, parameters: Sequence[str]) -> list[str]:
        with sqlite_errors(self._path):
            return [job for (job,) in self._connection.execute(query, parameters)]

    def find_job(self, text: str) -> str:
        """Return the job that an id, a unique prefix of one, or ``@`` (the newest) means.

        Raises:
            JobError: There is none, or more than one.
        """
        jobs = self.jobs()
        if text == NEWEST and jobs:
            return jobs[0]
        wanted = text.strip().lower().translate(_LOOKS_LIKE)
        found = [job for job in jobs if job == wanted] or [job for job in jobs if wanted and job.startswith(wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise JobError(f"{text} is the beginning of several jobs.", f"One of: {', '.join(found[:_LISTED])}")
        if not jobs:
            raise JobError("There is no job here yet.", "Make one: workhorse docstrings PATH")
        from difflib import get_close_matches  # deferred: only a mistake needs it

        near = get_close_matches(wanted, jobs, n=_LISTED, cutoff=0.5) or jobs[:_LISTED]
        raise JobError(f"There is no job {text}.", f"Perhaps {', '.join(near)}; see them all: workhorse jobs --all")

    @contextmanager
    def hold(self, job: str) -> Generator[None]:
        """Keep every other process from working on a job; a kill releases it.

        Raises:
            JobError: Another process works on it.
        """
        with ExitStack() as stack:
            with sqlite_errors(self._path):
                mine = stack.enter_context(file_lock(self._path.with_name(f"job-{job}.lock")))
            if not mine:
                raise JobError(f"Another Workhorse is at work on job {job}.", f"When it is done: workhorse show {job}")
            yield

    # -- events

    def append(self, job: str, kind: EventKind, data: Mapping[str, Any] | None = None) -> None:
        """Add an event; every process can read it when this returns."""
        self.append_all([NewEvent(job, kind, data or {})])

    def append_all(self, events: Iterable[NewEvent]) -> None:
        """Add events, all of them or none, whenever the program is killed."""
        now = time.time()
        events = list(events)
        rows = [(event.job, now, event.kind.value, json.dumps(event.data)) for event in events]
        candidates = [
            (change, event.job)
            for event in events
            if event.kind is EventKind.SCRATCHED
            for change in event.data.get("scratch", {}).get("changes", ())
        ]
        with sqlite_errors(self._path), self._transaction():
            self._connection.executemany("INSERT INTO events (job, at, kind, data) VALUES (?, ?, ?, ?)", rows)
            self._connection.executemany("INSERT INTO candidates (change, job) VALUES (?, ?)", candidates)

    @contextmanager
    def _transaction(self) -> Generator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def events(self, job: str) -> list[Event]:
        """Return a job's events in the order in which they were added."""
        with sqlite_errors(self._path):
            rows = self._connection.execute(
                "SELECT number, job, at, kind, data FROM events WHERE job = ? ORDER BY number", (job,)
            ).fetchall()
        return [_event(*row) for row in rows]


def _event(number: int, job: str, at: float, kind: str, text: str) -> Event:
    """Read an event's row; ``needs`` in its data names the oldest Workhorse that knows such an event."""
    data = json.loads(text)
    return Event(number, job, at, _KINDS.get(kind, EventKind.UNKNOWN), data, data.get("needs"))
