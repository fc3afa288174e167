"""The ledger: append-only, shared by processes, and one sentence for every way in which its file can fail."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from workhorse_core.errors import JobError, LedgerError
from workhorse_core.jobs.ledger import EventKind, Ledger


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
def test_what_was_written_is_never_changed(ledger: Ledger, folder: Path, table: str, change: str) -> None:
    ledger.append(ledger.new_job(), EventKind.STARTED)
    connection = sqlite3.connect(folder / "ledger.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(change.format(table))
    connection.close()


def test_an_event_needs_a_job_that_exists(ledger: Ledger) -> None:
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


def test_letters_that_look_like_digits_are_understood(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workhorse_core.jobs.ledger._ALPHABET", "10")
    with Ledger.open(folder) as ledger:
        job = ledger.new_job()
        assert ledger.find_job(job.replace("1", "l").replace("0", "O")) == job


def test_ids_grow_when_they_are_used_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workhorse_core.jobs.ledger._ALPHABET", "0")
    with Ledger.open(folder) as ledger:
        assert [ledger.new_job() for _ in range(3)] == ["0000", "00000", "000000"]
        assert ledger.find_job("00000") == "00000"
        with pytest.raises(JobError, match="several jobs"):
            ledger.find_job("000")


def test_a_job_that_is_not_there_is_answered_with_those_that_are(ledger: Ledger) -> None:
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
        ledger.append(job, EventKind.STARTED)
        ledger.append(job, kind)
    over = {EventKind.LANDED, EventKind.DISCARDED, EventKind.NOTHING}
    assert set(ledger.jobs(over=False)) == {job for kind, job in jobs.items() if kind not in over}
    assert len(ledger.jobs()) == len(jobs)


WRITER = """\
import sys
sys.path[:0] = {path!r}
from pathlib import Path
from workhorse_core.jobs.ledger import EventKind, Ledger
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


# -- when the file fails


def test_a_ledger_of_a_newer_workhorse_is_left_alone(ledger: Ledger, folder: Path) -> None:
    ledger.close()
    with sqlite3.connect(folder / "ledger.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LedgerError, match="newer Workhorse") as caught:
        Ledger.open(folder)
    assert "--upgrade" in caught.value.hint


def test_a_migration_brings_an_older_ledger_up_to_date(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workhorse_core.jobs import ledger as module

    with Ledger.open(folder) as first:
        job = first.new_job()
        first.append(job, EventKind.STARTED)
    monkeypatch.setattr(module, "_MIGRATIONS", (*module._MIGRATIONS, ("CREATE TABLE later (x)",)))
    with Ledger.open(folder) as second:
        assert [event.kind for event in second.events(job)] == [EventKind.STARTED]
    monkeypatch.undo()
    with pytest.raises(LedgerError, match="newer"):
        Ledger.open(folder)


def test_a_migration_that_fails_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workhorse_core.jobs import ledger as module

    Ledger.open(folder).close()
    monkeypatch.setattr(module, "_MIGRATIONS", (*module._MIGRATIONS, ("CREATE TABLE later (x)", "NONSENSE")))
    with pytest.raises(LedgerError):
        Ledger.open(folder)
    monkeypatch.undo()
    with Ledger.open(folder) as again:
        again.new_job()


def test_a_damaged_file_is_said(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "ledger.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(LedgerError, match="it is damaged") as caught:
        Ledger.open(folder)
    assert "git branch --list" in caught.value.hint


def test_a_file_damaged_in_the_middle_is_said(ledger: Ledger, folder: Path) -> None:
    job = ledger.new_job()
    for _ in range(50):
        ledger.append(job, EventKind.DRAFTED, {"text": "x" * 2000})
    ledger.close()
    data = bytearray((folder / "ledger.db").read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    (folder / "ledger.db").write_bytes(data)
    with pytest.raises(LedgerError, match="it is damaged"), Ledger.open(folder) as again:
        again.events(job)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "git").write_text("a file where a folder should be")
    with pytest.raises(LedgerError, match="cannot be written"):
        Ledger.open(tmp_path / "git" / "workhorse")
    (tmp_path / "workhorse" / "ledger.db").mkdir(parents=True)
    with pytest.raises(LedgerError, match="cannot be written"):
        Ledger.open(tmp_path / "workhorse")


def test_a_read_only_ledger_is_said(ledger: Ledger) -> None:
    ledger._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(LedgerError, match="cannot be written"):
        ledger.new_job()


def test_a_full_disk_is_said(ledger: Ledger) -> None:
    job = ledger.new_job()
    ledger._connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(LedgerError, match="the disk is full") as caught:
        ledger.append(job, EventKind.DRAFTED, {"text": "x" * 100_000})
    assert "disk space" in caught.value.hint
    assert ledger.events(job) == []


def test_a_writer_that_never_ends_is_said(ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = sqlite3.connect(folder / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ledger._connection.execute("PRAGMA busy_timeout = 20")
    with pytest.raises(LedgerError, match="held it for too long"):
        ledger.new_job()
    other.execute("ROLLBACK")
    other.close()
    ledger.new_job()
