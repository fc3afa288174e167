"""The ledger's SQLite file: its schema by version, who may read it, and its errors in words."""

import errno
import re
import sqlite3
import stat
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from workhorse_core.errors import LedgerError
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.system.private_files import make_private_file, make_private_folder

UPGRADE = "Update Workhorse: python -m pip install --upgrade workhorse"
_BUSY_SECONDS = 20.0


class Migration(NamedTuple):
    """Statements that bring the schema from its position in :data:`MIGRATIONS` to the next.

    ``needs`` is the oldest Workhorse that can use the schema afterwards; None where older ones still can, because
    something was only added.
    """

    statements: tuple[str, ...]
    needs: str | None = None


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
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
        )
    ),
    Migration(
        (
            "ALTER TABLE jobs ADD COLUMN parent TEXT REFERENCES jobs (id)",
            "CREATE INDEX jobs_by_parent ON jobs (parent) WHERE parent IS NOT NULL",
            "CREATE TABLE requirements (schema INTEGER PRIMARY KEY, workhorse TEXT NOT NULL)",
        ),
        needs="0.1.0",
    ),
    Migration(
        (
            "CREATE TABLE candidates (change TEXT NOT NULL, job TEXT NOT NULL REFERENCES jobs (id))",
            "CREATE INDEX candidates_by_change ON candidates (change)",
        )
    ),
)
"""Never edited, only added to."""


def open_ledger_file(path: Path, migrations: Sequence[Migration]) -> sqlite3.Connection:
    """Open the file, made where it is not there, and bring its schema up to date; only the owner may read it.

    Raises:
        LedgerError: It cannot be read or written, is damaged, or needs a newer Workhorse.
    """
    with sqlite_errors(path):
        make_private_folder(path.parent)
        make_private_file(path)  # SQLite gives its mode to the files that it puts beside it
        _refuse_odd_files(path)
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, path, migrations)
        except BaseException:
            connection.close()
            raise
    return connection


def _refuse_odd_files(path: Path) -> None:
    """Refuse links and pipes in the places of SQLite's own files.

    Raises:
        OSError: There is one.
    """
    for suffix in ("-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            place = path.with_name(path.name + suffix)
            if not stat.S_ISREG(place.lstat().st_mode):
                raise OSError(errno.EINVAL, "it is no ordinary file", str(place))


def _prepare(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    if _version(connection) == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection)  # another process may have been first
    if version > len(migrations):
        connection.execute("ROLLBACK")
        _refuse_newer(connection, path, len(migrations))
        return
    for number, migration in enumerate(migrations[version:], version + 1):
        for statement in migration.statements:
            connection.execute(statement)
        if migration.needs:
            connection.execute("INSERT INTO requirements VALUES (?, ?)", (number, migration.needs))
    connection.execute(f"PRAGMA user_version = {len(migrations)}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _refuse_newer(connection: sqlite3.Connection, path: Path, known: int) -> None:
    """Refuse a schema that a newer Workhorse made, unless it has only added to ours.

    Raises:
        LedgerError: It names the version that is needed.
    """
    newest = "SELECT workhorse FROM requirements WHERE schema > ? ORDER BY schema DESC LIMIT 1"
    if (row := connection.execute(newest, (known,)).fetchone()) is not None:
        raise LedgerError(f"The record of jobs needs Workhorse {row[0]} or newer: {path}", UPGRADE)


_REASONS = (
    (r"disk is full|No space left", "the disk is full", "Free some disk space, then run it again"),
    (
        r"readonly|unable to open|Permission denied|Read-only|Not a directory|Is a directory|exists",
        "it cannot be written",
        "Make that folder writable, then run it again",
    ),
    (
        r"no ordinary file|link|symbolic|No such device",
        "it is a link or no ordinary file",
        "See who made it, and move it away",
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
def sqlite_errors(path: Path) -> Generator[None]:
    """Translate errors of SQLite and the file system.

    Raises:
        LedgerError: One of them occurred.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        for words, reason, hint in _REASONS:
            if re.search(words, str(error)):
                raise LedgerError(f"The record of jobs cannot be used, {reason}: {path}", hint) from error
        raise LedgerError(f"The record of jobs cannot be used ({error}): {path}") from error
