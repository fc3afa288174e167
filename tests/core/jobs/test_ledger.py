"""The ledger: append-only, shared by processes, readable by older programs; a sentence for each failure of its file."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from workhorse_core.errors import JobError, LedgerError
from workhorse_core.jobs.ledger import EventKind, Ledger, NewEvent
from workhorse_core.jobs.ledger_file import MIGRATIONS, Migration, open_ledger_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "git" / "workhorse"


@pytest.fixture
def ledger(folder: Path) -> Iterator[Ledger]:
    with Ledger.open(folder) as ledger:
        yield ledger


def test_events_come_back_in_order_and_survive_closing(ledger: Ledger, folder: Path) -> None:
    job = ledger.new_job()
    data = {"text": "ünï \udcff \x00 \u2028", "number": 1, "none": None, "list": [1.5, True]}
    ledger.append(job, EventKind.STARTED, data)
    ledger.append(job, EventKind.LANDED)
    ledger.close()
    with Ledger.open(folder) as again:
        events = again.events(job)
    assert [(event.job, event.kind) for event in events] == [(job, EventKind.STARTED), (job, EventKind.LANDED)]
    assert events[0].data == data
    assert events[0].number < events[1].number
    assert events[0].at <= events[1].at


@pytest.mark.parametrize("table", ["events", "jobs"])
@pytest.mark.parametrize("change", ["UPDATE {} SET at = 0", "DELETE FROM {}"])
def test_update_and_deletion_of_rows_are_refused(ledger: Ledger, folder: Path, table: str, change: str) -> None:
    ledger.append(ledger.new_job(), EventKind.STARTED)
    connection = sqlite3.connect(folder / "ledger.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(change.format(table))
    connection.close()


def test_event_of_a_missing_job_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError):
        ledger.append("none", EventKind.STARTED)


def test_a_job_is_found_by_its_id_a_beginning_or_as_the_newest(ledger: Ledger) -> None:
    jobs = [ledger.new_job() for _ in range(40)]
    assert len(set(jobs)) == 40
    assert all(len(job) >= 4 and not set(job) & set("ilou") for job in jobs)
    assert ledger.jobs() == jobs[::-1]
    assert ledger.find_job("@") == jobs[-1]
    for job in jobs:
        assert ledger.find_job(job) == job
        assert ledger.find_job(f" {job.upper()} ") == job
        alone = [other for other in jobs if other.startswith(job[:3])] == [job]
        if alone:
            assert ledger.find_job(job[:3]) == job


def test_letters_that_look_like_digits_mean_the_digits(ledger: Ledger) -> None:
    job = ledger.new_job(draw=lambda _: "1010")
    assert ledger.find_job("lOlo") == job


def test_ids_grow_when_they_are_used_up(ledger: Ledger) -> None:
    assert [ledger.new_job(draw=lambda length: "0" * length) for _ in range(3)] == ["0000", "00000", "000000"]
    assert ledger.find_job("00000") == "00000"
    with pytest.raises(JobError, match="several jobs"):
        ledger.find_job("000")


def test_started_children_are_listed_by_their_parent(ledger: Ledger) -> None:
    parent, other = ledger.new_job(), ledger.new_job()
    children = [ledger.new_job(parent=parent) for _ in range(3)]
    for child in children:
        ledger.append(child, EventKind.STARTED)
    ledger.new_job(parent=parent)  # killed before it started
    assert ledger.children(parent) == children
    assert ledger.children(other) == []
    assert [ledger.parent(job) for job in (parent, children[0])] == [None, parent]
    with pytest.raises(LedgerError):
        ledger.new_job(parent="none")


def test_events_are_added_together_or_not_at_all(ledger: Ledger) -> None:
    job = ledger.new_job()
    with pytest.raises(LedgerError):
        ledger.append_all([NewEvent(job, EventKind.STARTED, {}), NewEvent("none", EventKind.STARTED, {})])
    assert ledger.events(job) == []
    ledger.append_all([NewEvent(job, EventKind.STARTED, {}), NewEvent(job, EventKind.NOTHING, {})])
    assert [event.kind for event in ledger.events(job)] == [EventKind.STARTED, EventKind.NOTHING]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are those of POSIX")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_may_read_the_ledger_whatever_the_umask(folder: Path, umask: int) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o755)  # as an earlier version made it
    before = os.umask(umask)
    try:
        with Ledger.open(folder) as ledger, ledger.hold(ledger.new_job()):
            modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(modes) == 4  # the file, its two companions, and the lock
    assert set(modes.values()) == {0o600}


def test_missing_job_is_answered_with_the_nearest(ledger: Ledger) -> None:
    with pytest.raises(JobError, match="no job here yet"):
        ledger.find_job("@")
    job = ledger.new_job()
    wrong = job[:-1] + ("0" if job[-1] != "0" else "1")
    with pytest.raises(JobError, match=f"no job {wrong}") as caught:
        ledger.find_job(wrong)
    assert job in caught.value.hint
    with pytest.raises(JobError, match="no job"):
        ledger.find_job("")


def test_jobs_that_are_over_can_be_left_out(ledger: Ledger) -> None:
    jobs = {kind: ledger.new_job() for kind in EventKind}
    for kind, job in jobs.items():
        ledger.append_all([NewEvent(job, EventKind.STARTED, {}), NewEvent(job, kind, {})])
    over = {EventKind.LANDED, EventKind.DISCARDED, EventKind.NOTHING}
    assert set(ledger.jobs(over=False)) == {job for kind, job in jobs.items() if kind not in over}
    assert len(ledger.jobs()) == len(jobs)


WRITER = """\
import sys
sys.path[:0] = {path!r}
from pathlib import Path
from workhorse_core.jobs.ledger import EventKind, Ledger, NewEvent
from workhorse_core.jobs.ledger_file import MIGRATIONS, Migration, open_ledger_file
for _ in range(10):
    with Ledger.open(Path({folder!r})) as ledger:
        job = ledger.new_job()
        for number in range(5):
            ledger.append(job, EventKind.DRAFTED, {{"number": number}})
"""


def test_many_processes_may_open_a_new_ledger_and_write_at_once(folder: Path) -> None:
    source = WRITER.format(path=sys.path, folder=str(folder))
    writers = [subprocess.Popen([sys.executable, "-I", "-c", source], stderr=subprocess.PIPE) for _ in range(8)]
    complaints = [writer.communicate()[1] for writer in writers]
    assert complaints == [b""] * 8
    with Ledger.open(folder) as ledger:
        jobs = ledger.jobs()
        assert len(jobs) == 80
        assert all([event.data["number"] for event in ledger.events(job)] == [0, 1, 2, 3, 4] for job in jobs)


SEVERAL_CONNECTIONS = """
import sys
from pathlib import Path
from workhorse_core.jobs.ledger import EventKind, Ledger
with Ledger.open(Path(sys.argv[1])) as ledger:
    for _ in range(20):
        job = ledger.new_job()
        ledger.append(job, EventKind.LANDED)
        print(job, flush=True)
        Ledger.open(Path(sys.argv[1])).close()
"""


def test_an_entry_by_a_process_with_several_connections_is_seen_by_every_reader_after_it(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SEVERAL_CONNECTIONS, folder], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        written: list[str] = []
        for line in writer.stdout:
            written.append(line.strip())
            with Ledger.open(folder) as reader:
                seen = {job for job in reader.jobs() if reader.events(job)}
            assert set(written) <= seen
    assert (len(written), writer.returncode) == (20, 0)


# -- when the file fails


LATER = Migration(("CREATE TABLE later (x)",))


def test_schema_that_needs_a_newer_workhorse_is_refused_with_its_version(folder: Path) -> None:
    newer = (*MIGRATIONS, LATER, Migration(("CREATE TABLE last (x)",), needs="9.1.0"), LATER._replace(statements=()))
    Ledger.open(folder, newer).close()
    with pytest.raises(LedgerError, match=r"needs Workhorse 9\.1\.0 or newer") as caught:
        Ledger.open(folder)
    assert "--upgrade" in caught.value.hint


def test_schema_that_only_adds_can_be_used_by_an_older_workhorse(folder: Path) -> None:
    with Ledger.open(folder, (*MIGRATIONS, LATER)) as newer:
        job = newer.new_job()
    with Ledger.open(folder) as older:
        older.append(job, EventKind.STARTED)
        assert [event.kind for event in older.events(job)] == [EventKind.STARTED]


@pytest.mark.parametrize("known", range(1, len(MIGRATIONS) + 1))
def test_migrations_bring_an_older_ledger_up_to_date(folder: Path, known: int) -> None:
    connection = open_ledger_file(folder / "ledger.db", MIGRATIONS[:known])
    connection.execute("INSERT INTO jobs (id, at) VALUES ('k3f9', 1.5)")
    connection.execute("INSERT INTO events (job, at, kind, data) VALUES ('k3f9', 1.5, 'started', '{}')")
    connection.close()
    with Ledger.open(folder) as ledger:
        assert [event.kind for event in ledger.events("k3f9")] == [EventKind.STARTED]
        assert ledger.children("k3f9") == []


def test_migration_that_fails_changes_nothing(folder: Path) -> None:
    Ledger.open(folder).close()
    with pytest.raises(LedgerError):
        Ledger.open(folder, (*MIGRATIONS, Migration(("CREATE TABLE later (x)", "NONSENSE"))))
    with Ledger.open(folder, (*MIGRATIONS, LATER)) as again:
        again.new_job()


def test_kind_of_a_newer_workhorse_is_read_as_unknown(ledger: Ledger, folder: Path) -> None:
    job = ledger.new_job()
    with closing(sqlite3.connect(folder / "ledger.db", isolation_level=None)) as connection:
        row = (job, 1.5, "teleported", '{"needs": "9.1.0"}')
        connection.execute("INSERT INTO events (job, at, kind, data) VALUES (?, ?, ?, ?)", row)
    (event,) = ledger.events(job)
    assert (event.kind, event.needs) == (EventKind.UNKNOWN, "9.1.0")


def test_damaged_file_is_reported(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "ledger.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(LedgerError, match="it is damaged") as caught:
        Ledger.open(folder)
    assert "git branch --list" in caught.value.hint


def test_file_damaged_in_the_middle_is_reported(ledger: Ledger, folder: Path) -> None:
    job = ledger.new_job()
    for _ in range(50):
        ledger.append(job, EventKind.DRAFTED, {"text": "x" * 2000})
    ledger.close()
    data = bytearray((folder / "ledger.db").read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    (folder / "ledger.db").write_bytes(data)
    with pytest.raises(LedgerError, match="it is damaged"), Ledger.open(folder) as again:
        again.events(job)


def test_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "git").write_text("a file where a folder should be")
    with pytest.raises(LedgerError, match="cannot be written"):
        Ledger.open(tmp_path / "git" / "workhorse")
    (tmp_path / "workhorse" / "ledger.db").mkdir(parents=True)
    with pytest.raises(LedgerError, match="no ordinary file"):
        Ledger.open(tmp_path / "workhorse")


@pytest.fixture
def limited(folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a ledger whose limits a test sets."""
    with closing(open_ledger_file(folder / "ledger.db", MIGRATIONS)) as connection:
        yield connection


def test_read_only_ledger_is_reported(limited: sqlite3.Connection, folder: Path) -> None:
    limited.execute("PRAGMA query_only = ON")
    with pytest.raises(LedgerError, match="cannot be written"):
        Ledger(limited, folder / "ledger.db").new_job()


def test_full_disk_is_reported(limited: sqlite3.Connection, folder: Path) -> None:
    ledger = Ledger(limited, folder / "ledger.db")
    job = ledger.new_job()
    limited.execute("PRAGMA max_page_count = 1")
    with pytest.raises(LedgerError, match="the disk is full") as caught:
        ledger.append(job, EventKind.DRAFTED, {"text": "x" * 100_000})
    assert "disk space" in caught.value.hint
    assert ledger.events(job) == []


def test_writer_that_never_ends_is_reported(limited: sqlite3.Connection, folder: Path) -> None:
    ledger = Ledger(limited, folder / "ledger.db")
    other = sqlite3.connect(folder / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    limited.execute("PRAGMA busy_timeout = 20")
    with pytest.raises(LedgerError, match="held it for too long"):
        ledger.new_job()
    other.execute("ROLLBACK")
    other.close()
    ledger.new_job()
