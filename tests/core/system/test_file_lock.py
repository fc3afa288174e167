import subprocess
import sys
from pathlib import Path

import pytest

from workhorse_core.errors import JobError
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.system.file_lock import file_lock

HOLDER = """
import sys, time
from pathlib import Path
from workhorse_core.system.file_lock import file_lock
with file_lock(Path(sys.argv[1])) as mine:
    print(mine, flush=True)
    time.sleep(60)
"""


def test_a_lock_is_held_once_and_leaves_nothing(tmp_path: Path) -> None:
    lock = tmp_path / "a.lock"
    with file_lock(lock) as first:
        assert first
        with file_lock(lock) as second:
            assert not second
        with file_lock(tmp_path / "b.lock") as other:
            assert other
    assert list(tmp_path.iterdir()) == []
    with file_lock(lock) as again:
        assert again


def test_the_kernel_takes_the_lock_of_a_killed_process_away(tmp_path: Path) -> None:
    lock = tmp_path / "a.lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        with file_lock(lock) as mine:
            assert not mine
        holder.kill()
        holder.wait()
        with file_lock(lock) as mine:
            assert mine


def test_a_lock_whose_file_is_taken_away_before_it_is_ours_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "a.lock"
    take = "workhorse_core.system.file_lock._lock"
    taken: list[int] = []

    def late(descriptor: int) -> None:
        taken.append(descriptor)
        if len(taken) == 1:
            lock.unlink()  # its holder ends between our opening it and locking it

    monkeypatch.setattr(take, late)
    with file_lock(lock) as mine:
        assert mine
        assert lock.exists()
    assert len(taken) == 2


def test_a_job_is_worked_on_by_one_at_a_time(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger, Ledger.open(tmp_path) as other:
        job = ledger.new_job()
        with ledger.hold(job):
            with pytest.raises(JobError, match=f"Another Workhorse is at work on job {job}"), other.hold(job):
                pass
            with other.hold(other.new_job()):
                pass
        with other.hold(job):
            pass
