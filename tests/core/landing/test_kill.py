"""Killed at any instant, a job loses nothing: the user's files are as they were or fully landed."""

import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from support.killing import State, leftovers, run_and_kill, state_of
from support.prepared_jobs import open_ledger
from support.repository import make_repository, write_files
from workhorse_core.errors import JobError
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import Job, JobStatus, read_job
from workhorse_core.landing.plan import finish_landing

MANY = int(os.environ.get("WORKHORSE_KILLS", "200"))
FILES = ["clean.py", "dirty.py", "staged.py", "untracked.py", "deep/er/new.py"]
MOVED, GONE = ("old/moves.py", "new/place/moved.py"), "leaves/gone.py"
PROGRAM = """\
import os, sys
sys.path[:0] = {path!r}
from pathlib import Path
import workhorse_core.git.repository as module
from support.prepared_jobs import approved_job, open_ledger
from workhorse_core.change.edit import Delete, Edit, Move
from workhorse_core.landing.plan import land, plan_landing
from workhorse_core.landing import plan as merge
from workhorse_core.git import process
apply_landing = merge.apply_landing

def said(*arguments):
    print("landing", flush=True)
    apply_landing(*arguments)

merge.apply_landing = said
process.load_gitpython()
print("ready", flush=True)
repository = module.Repository.find(Path.cwd())
with open_ledger(repository) as ledger:
    edits = [Edit(path, 0, 0, b"# drafted\\n") for path in [*{files!r}, {moved[0]!r}]]
    job = approved_job(repository, ledger, edits, [Move(*{moved!r})], [Delete({gone!r})])
    land(repository, ledger, plan_landing(repository, job), "Land seven files")
"""


@pytest.fixture
def begun(tmp_path: Path) -> Repository:
    """A repository with work under way: staged and unstaged changes, a stash, an untracked file."""
    text = "".join(f"line_{number} = {number}\n" for number in range(40))
    files = dict.fromkeys(["clean.py", "dirty.py", "staged.py", "other.py", MOVED[0]], text) | {GONE: "gone = 1\n"}
    repository = make_repository(tmp_path / "begun", files)
    write_files(repository.root, {"other.py": text + "stashed = 1\n"})
    repository.write("stash", "push", "--quiet")
    write_files(repository.root, {"staged.py": text + "staged = 1\n", "other.py": "other = 1\n"})
    repository.write("add", "staged.py", "other.py")
    unstaged = {"staged.py": text + "staged = 1\nunstaged = 1\n", "dirty.py": text + "dirty = 1\n"}
    write_files(repository.root, {**unstaged, "untracked.py": "untracked = 1\n"})
    return repository


def copy_of(repository: Repository, place: Path) -> Repository:
    shutil.copytree(repository.root, place, symlinks=True)
    found = Repository.find(place)
    assert found is not None
    return found


def jobs_of(repository: Repository) -> list[Job]:
    with open_ledger(repository) as ledger:
        jobs: list[Job] = []
        for name in ledger.jobs():
            try:
                jobs.append(read_job(ledger, name))
            except JobError:
                continue  # killed between its id and its start
        return jobs


def finish(repository: Repository) -> list[Job]:
    with open_ledger(repository) as ledger:
        for job in jobs_of(repository):
            finish_landing(repository, ledger, job)
    return jobs_of(repository)


def assert_each_file_is_old_or_new(now: State, before: State) -> None:
    assert {*before.files} - {MOVED[0], GONE} <= set(now.files) <= {*before.files, *FILES, MOVED[1]}
    assert set(MOVED) & set(now.files), "a file that moves is always in one place at least"
    for path, (data, mode) in now.files.items():
        old, old_mode = before.files.get(MOVED[0] if path == MOVED[1] else path, (None, mode))
        assert mode == old_mode
        assert data in (old, b"# drafted\n" + (old or b"")), path


def assert_landed(repository: Repository, before: State) -> None:
    now = state_of(repository)
    assert set(now.files) == {*before.files, *FILES, MOVED[1]} - {MOVED[0], GONE}
    for path, (data, _) in now.files.items():
        old = before.files.get(MOVED[0] if path == MOVED[1] else path, (b"", 0))[0]
        assert data == (b"# drafted\n" + old if path in (*FILES, MOVED[1]) else old), path
    assert not any((repository.root / folder).exists() for folder in ("old", "leaves")), "as git leaves no empty folder"
    committed = repository.read("show", "--format=", "--name-only", "-M", "HEAD").decode().split()
    assert sorted(committed) == ["clean.py", "deep/er/new.py", "dirty.py", GONE, MOVED[1], "staged.py"]
    added = repository.read("show", "--format=", "--unified=0", "-M", "--diff-filter=AMR", "HEAD").decode()
    assert [line for line in added.split("\n") if line[:1] in "+-" and line[:3] not in ("+++", "---", "")] == [
        "+# drafted"
    ] * 5
    status = repository.read("status", "--porcelain").decode()
    assert status == " M dirty.py\nM  other.py\nMM staged.py\n?? untracked.py\n"
    assert before.head == now.head
    assert repository.write("stash", "list").decode().count("\n") == 1


@pytest.mark.parametrize(
    ("since", "kills"),
    [
        (b"ready", 1),
        (b"landing", 2),
        pytest.param(b"ready", MANY // 3, marks=pytest.mark.slow),
        pytest.param(b"landing", MANY - MANY // 3, marks=pytest.mark.slow),
    ],
)
def test_killed_at_any_instant_nothing_is_lost(begun: Repository, tmp_path: Path, since: bytes, kills: int) -> None:
    command = [sys.executable, "-I", "-c", PROGRAM.format(path=sys.path, files=FILES, moved=MOVED, gone=GONE)]
    whole = copy_of(begun, tmp_path / "whole")
    before = state_of(whole)
    seconds = run_and_kill(command, whole.root, os.environ, None, since)
    assert_landed(whole, before)
    assert leftovers(whole) == []
    ends = Counter(kill(begun, tmp_path / "one", command, random.uniform(0, seconds), since) for _ in range(kills))
    print(f"{kills} kills over {seconds * 1000:.0f} ms since {since.decode()}: {dict(ends)}")


def kill(begun: Repository, place: Path, command: Sequence[str], instant: float, since: bytes) -> str:
    """Kill at one instant; every file left must be whole, and finishing the landing must complete it everywhere."""
    where = f"killed {instant * 1000:.2f} ms after {since.decode()}"
    repository = copy_of(begun, place)
    before = state_of(repository)
    run_and_kill(command, repository.root, os.environ, instant, since)
    assert_each_file_is_old_or_new(state_of(repository), before)
    assert not list(repository.common_dir.rglob("*.lock")), where
    jobs = jobs_of(repository)
    under_way = any(job.landing and job.status is not JobStatus.MERGED for job in jobs)
    if not any(job.landing for job in jobs):
        assert state_of(repository) == before, where
    landed = any(job.status is JobStatus.MERGED for job in finish(repository))
    if landed:
        assert_landed(repository, before)
    else:
        assert state_of(repository) == before, where
    assert leftovers(repository) == [], where
    assert repository.ask("fsck").status == 0, where
    shutil.rmtree(repository.root)
    return "finished" if under_way and landed else "landed" if landed else "untouched"
