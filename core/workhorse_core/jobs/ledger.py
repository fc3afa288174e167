"""The record of every job: an append-only list of events in the repository's common git folder."""

import json
import re
import secrets
import sqlite3
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from workhorse_core.errors import JobError, LedgerError
from workhorse_core.system.file_lock import file_lock

NEWEST = "@"
_FILE = "ledger.db"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing that is read as something else
_LOOKS_LIKE = str.maketrans("ilo", "110")
_ID_LENGTH = 4
_BUSY_SECONDS = 20.0
_LISTED = 5


class EventKind(StrEnum):
    """What can happen to a job."""

    STARTED = "started"
    DRAFTED = "drafted"
    SCRATCHED = "scratched"
    CHECKED = "checked"
    FAILED = "failed"
    NOTHING = "nothing"
    VERDICT = "verdict"
    LANDING = "landing"
    """It is about to land: the data is all that is needed to go on after a kill."""
    LANDED = "landed"
    UNDONE = "undone"
    """A landing was given up; what it had changed is as it was."""
    DISCARDED = "discarded"
    RETRIED = "retried"


_OVER = (EventKind.LANDED, EventKind.DISCARDED, EventKind.NOTHING)


class Event(NamedTuple):
    """One thing that happened; ``at`` is in seconds since 1970."""

    number: int
    job: str
    at: float
    kind: EventKind
    data: Mapping[str, Any]


_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE jobs (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at REAL NOT NULL)",
        """CREATE TABLE events (number INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL REFERENCES jobs (id),
        at REAL NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL)""",
        "CREATE INDEX events_by_job ON events (job, number)",
        *(
            f"CREATE TRIGGER {table}_refuse_{change.lower()} BEFORE {change} ON {table}"
            " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            for table in ("jobs", "events")
            for change in ("UPDATE", "DELETE")
        ),
    ),
)
"""Each brings the schema from its position to the next; never edited, only added to."""


class Ledger:
    """The events of one repository, shared by all its work trees and by any number of processes."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, folder: Path) -> "Ledger":
        """Open the ledger in a folder (``<common git dir>/workhorse``), made when it is not there.

        Raises:
            LedgerError: It cannot be read or written, is damaged, or was written by a newer Workhorse.
        """
        path = folder / _FILE
        with _said(path):
            folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            try:
                _prepare(connection, path)
            except BaseException:
                connection.close()
                raise
        return cls(connection, path)

    @classmethod
    def open_existing(cls, folder: Path) -> "Ledger | None":
        """Open the ledger in a folder if one was ever begun there; None, and nothing is made, where not.

        Raises:
            LedgerError: It cannot be read or written, is damaged, or was written by a newer Workhorse.
        """
        return cls.open(folder) if (folder / _FILE).exists() else None

    @property
    def folder(self) -> Path:
        """The folder that it lies in, where other records of this repository may lie beside it."""
        return self._path.parent

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- jobs

    def new_job(self) -> str:
        """Give a job id that nobody has: four characters, more when those are crowded."""
        length = _ID_LENGTH
        while True:
            job = "".join(secrets.choice(_ALPHABET) for _ in range(length))
            with _said(self._path):
                new = "INSERT INTO jobs (id, at) VALUES (?, ?) ON CONFLICT DO NOTHING"
                if self._connection.execute(new, (job, time.time())).rowcount == 1:
                    return job
            length += 1

    def jobs(self, over: bool = True) -> list[str]:
        """List the jobs, newest first; without ``over`` only those that can still go on or wait for somebody."""
        left_out = () if over else _OVER
        marks = ", ".join("?" * len(left_out))
        with _said(self._path):
            rows = self._connection.execute(
                "SELECT id FROM jobs WHERE NOT EXISTS"  # noqa: S608 - only question marks are put in
                f" (SELECT 1 FROM events WHERE job = jobs.id AND kind IN ({marks})) ORDER BY number DESC",
                left_out,
            )
            return [job for (job,) in rows]

    def find_job(self, text: str) -> str:
        """Give the job that an id, a unique beginning of one, or ``@`` (the newest) means.

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
        """Keep every other process from working on a job; a kill lets go of it.

        Raises:
            JobError: Another process works on it.
        """
        with ExitStack() as stack:
            with _said(self._path):
                mine = stack.enter_context(file_lock(self._path.with_name(f"job-{job}.lock")))
            if not mine:
                raise JobError(f"Another Workhorse is at work on job {job}.", f"When it is done: workhorse show {job}")
            yield

    # -- events

    def append(self, job: str, kind: EventKind, data: Mapping[str, Any] | None = None) -> None:
        """Add an event; it is there for every process when this returns."""
        with _said(self._path):
            self._connection.execute(
                "INSERT INTO events (job, at, kind, data) VALUES (?, ?, ?, ?)",
                (job, time.time(), kind.value, json.dumps(data or {})),
            )

    def events(self, job: str) -> list[Event]:
        """Give a job's events in the order in which they were added."""
        with _said(self._path):
            rows = self._connection.execute(
                "SELECT number, job, at, kind, data FROM events WHERE job = ? ORDER BY number", (job,)
            ).fetchall()
        return [Event(number, name, at, EventKind(kind), json.loads(data)) for number, name, at, kind, data in rows]


# -- the file


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    if _version(connection) == len(_MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection)  # another process may have been first
    if version > len(_MIGRATIONS):
        sentence = f"The record of jobs was written by a newer Workhorse: {path}"
        raise LedgerError(sentence, "Update Workhorse: python -m pip install --upgrade workhorse")
    for statements in _MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


_REASONS = (
    (r"disk is full|No space left", "the disk is full", "Free some disk space, then run it again"),
    (
        r"readonly|unable to open|Permission denied|Read-only|Not a directory|exists",
        "it cannot be written",
        "Make that folder writable, then run it again",
    ),
    (r"disk I/O error", "the disk does not take it", "See whether it is full, then run it again: df -h"),
    (r"locked|busy", "another process has held it for too long", "Wait for the other Workhorse, then run it again"),
    (
        r"not a database|malformed|corrupt",
        "it is damaged",
        "Move it away and run it again; the scratch branches stay: git branch --list 'workhorse/*'",
    ),
)


@contextmanager
def _said(path: Path) -> Generator[None]:
    """Make what SQLite and the file system complain about a sentence."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        for words, reason, hint in _REASONS:
            if re.search(words, str(error)):
                raise LedgerError(f"The record of jobs cannot be used, {reason}: {path}", hint) from error
        raise LedgerError(f"The record of jobs cannot be used ({error}): {path}") from error
