"""Applying a landing: git's own lock, taking changes back, and continuing after an interruption."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from support.killing import State, leftovers, state_of
from support.prepared_jobs import approved_job, open_ledger
from support.repository import commit_all, make_repository, write_files
from support.waiting import wait_until
from workhorse_core.change.edit import Edit
from workhorse_core.errors import JobError, LandingOvertaken, LandingRefused
from workhorse_core.git.repository import Repository, TreeEntry
from workhorse_core.jobs.job import Job, JobStatus, landing_begun, read_job
from workhorse_core.jobs.landing import IndexStep, Landing
from workhorse_core.jobs.ledger import EventKind, Ledger
from workhorse_core.landing import apply as landing
from workhorse_core.landing import index as index_lock
from workhorse_core.landing import work_tree as file_swap
from workhorse_core.landing.plan import finish_landing, land, plan_landing
from workhorse_core.landing.work_tree import Swap

FILES = ["src/shapes.py", "README.md", "deep/er/new.py"]


@pytest.fixture
def ledger(repository: Repository) -> Iterator[Ledger]:
    with open_ledger(repository) as ledger:
        yield ledger


@pytest.fixture
def job(repository: Repository, ledger: Ledger) -> Job:
    return approved_job(repository, ledger, [Edit(path, 0, 0, b"# drafted\n") for path in FILES])


def merge(repository: Repository, ledger: Ledger, job: Job) -> None:
    land(repository, ledger, plan_landing(repository, job), "Land three files")


def assert_landed(repository: Repository) -> None:
    for path in FILES:
        assert (repository.root / path).read_bytes().startswith(b"# drafted\n")
        assert repository.read_blobs("HEAD", [path])[path].startswith(b"# drafted\n")
    assert repository.read("status", "--porcelain") == b""
    assert leftovers(repository) == []


def assert_untouched(repository: Repository, before: State) -> None:
    assert state_of(repository) == before
    assert repository.read("status", "--porcelain") == b""
    assert leftovers(repository) == []
    assert not (repository.root / "deep").exists()


# -- git's own lock

HOLDER = """\
import sys, time
sys.path[:0] = {path!r}
from pathlib import Path
from workhorse_core.landing.index import index_lock
from workhorse_core.git.repository import Repository, TreeEntry
with index_lock(Repository.find(Path.cwd())):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_goes_away_when_its_holder_is_killed(repository: Repository) -> None:
    lock = repository.git_dir / "index.lock"
    index = (repository.git_dir / "index").read_bytes()
    source = HOLDER.format(path=sys.path)
    with subprocess.Popen([sys.executable, "-I", "-c", source], cwd=repository.root, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert lock.exists()
        assert repository.ask("add", "README.md").status != 0, "the user's own git waits or refuses"
        holder.kill()
    wait_until(lambda: not lock.exists())
    assert (repository.git_dir / "index").read_bytes() == index


def test_the_lock_is_waited_for_a_moment(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = repository.git_dir / "index.lock"
    lock.touch()

    def end_the_other(seconds: float) -> None:
        monkeypatch.setattr(index_lock, "time", time)
        lock.unlink()

    monkeypatch.setattr(index_lock, "time", SimpleNamespace(sleep=end_the_other, monotonic=time.monotonic))
    merge(repository, ledger, job)
    assert_landed(repository)


# -- putting back


def test_a_file_saved_at_the_last_moment_is_kept(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = file_swap.prepare_swaps

    def prepare_and_save(*arguments: object) -> list[Swap]:
        swaps = prepare(*arguments)  # type: ignore[arg-type]
        write_files(repository.root, {"src/shapes.py": "saved = 'just now'\n"})
        return swaps

    monkeypatch.setattr(landing, "prepare_swaps", prepare_and_save)
    with pytest.raises(LandingRefused, match=r"src/shapes\.py has changed meanwhile"):
        merge(repository, ledger, job)
    assert (repository.root / "src/shapes.py").read_text() == "saved = 'just now'\n"
    assert (repository.root / "README.md").read_text() == "Shapes\n"
    assert repository.read("status", "--porcelain") == b" M src/shapes.py\n"


def test_a_new_file_that_comes_at_the_last_moment_is_kept(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = file_swap.prepare_swaps

    def prepare_and_save(*arguments: object) -> list[Swap]:
        swaps = prepare(*arguments)  # type: ignore[arg-type]
        write_files(repository.root, {"deep/er/new.py": "mine\n"})
        return swaps

    monkeypatch.setattr(landing, "prepare_swaps", prepare_and_save)
    with pytest.raises(LandingRefused, match=r"new\.py has changed meanwhile"):
        merge(repository, ledger, job)
    assert (repository.root / "deep/er/new.py").read_text() == "mine\n"
    assert repository.read("status", "--porcelain") == b"?? deep/\n"


@pytest.mark.parametrize("number", range(3))
def test_a_file_that_cannot_be_replaced_puts_the_others_back(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = state_of(repository)
    seen: list[Path] = []
    do = Swap.do

    def do_or_fail(swap: Swap) -> None:
        seen.append(swap.target)
        if len(seen) == number + 1:
            raise PermissionError(errno.EACCES, "Permission denied", str(swap.target))
        do(swap)

    monkeypatch.setattr(Swap, "do", do_or_fail)
    with pytest.raises(LandingRefused, match="cannot be written; nothing was changed"):
        merge(repository, ledger, job)
    assert_untouched(repository, before)
    monkeypatch.undo()
    assert read_job(ledger, job.id).landing is None
    merge(repository, ledger, read_job(ledger, job.id))
    assert_landed(repository)


def test_a_full_disk_is_noticed_before_anything_is_touched(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(repository)

    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    plan = plan_landing(repository, job)
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(LandingRefused, match="The disk is full; nothing was changed"):
        land(repository, ledger, plan, "Land")
    monkeypatch.undo()
    assert_untouched(repository, before)


def test_an_index_that_cannot_be_written_puts_the_files_back(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(repository)
    steps_to_do = landing.steps_to_do

    def steps_and_a_refused_one(*arguments: object) -> list[IndexStep]:
        steps = steps_to_do(*arguments)  # type: ignore[arg-type]
        return [*steps, IndexStep("other.py", None, TreeEntry("no mode", "0" * 40))]

    monkeypatch.setattr(landing, "steps_to_do", steps_and_a_refused_one)
    with pytest.raises(LandingRefused, match="update-index failed"):
        merge(repository, ledger, job)
    assert_untouched(repository, before)


def test_a_branch_that_cannot_be_moved_puts_index_and_files_back(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(repository)
    (repository.git_dir / "refs/heads/main.lock").touch()
    with pytest.raises(LandingRefused, match=r"main\.lock"):
        merge(repository, ledger, job)
    (repository.git_dir / "refs/heads/main.lock").unlink()
    assert_untouched(repository, before)


def test_a_branch_that_moves_at_the_last_moment_keeps_its_commit(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(repository)
    head = repository.head()
    other = repository.write("commit-tree", head.tree or "", "-p", head.commit or "", "-m", "Other").decode().strip()
    monkeypatch.setattr(landing, "set_flags", lambda *_: repository.write("update-ref", "HEAD", other))
    with pytest.raises(LandingOvertaken, match="HEAD has moved meanwhile"):
        merge(repository, ledger, job)
    assert repository.commit_id("HEAD") == other
    repository.write("update-ref", "HEAD", head.commit or "")
    assert_untouched(repository, before)


def test_leftovers_of_an_earlier_kill_prevent_no_landing(repository: Repository, ledger: Ledger, job: Job) -> None:
    folder = repository.git_dir / "workhorse" / f"landing-{job.id}"
    write_files(folder, {f"{number}.{kind}": "left\n" for number in range(3) for kind in ("old", "new")})
    merge(repository, ledger, job)
    assert_landed(repository)


def test_across_file_systems_nothing_is_left_beside_the_files(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, link = Path.replace, os.link

    def replace_here(source: Path, target: Path) -> Path:
        if source.parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(source))
        return replace(source, target)

    def link_here(source: Path, target: Path) -> None:
        if Path(source).parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(source))
        link(source, target)

    monkeypatch.setattr(Path, "replace", replace_here)
    monkeypatch.setattr(os, "link", link_here)
    before = state_of(repository)
    (repository.git_dir / "refs/heads/main.lock").touch()
    with pytest.raises(LandingRefused):
        merge(repository, ledger, job)
    (repository.git_dir / "refs/heads/main.lock").unlink()
    assert_untouched(repository, before)
    merge(repository, ledger, read_job(ledger, job.id))
    assert_landed(repository)


# -- interrupted


@pytest.mark.parametrize("step", ["prepare_swaps", "steps_to_do", "set_flags"])
def test_an_interruption_puts_everything_back_and_can_be_finished(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = state_of(repository)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(landing, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        merge(repository, ledger, job)
    monkeypatch.undo()
    assert_untouched(repository, before)
    again = read_job(ledger, job.id)
    assert again.status is JobStatus.APPROVED
    with pytest.raises(LandingRefused, match="was interrupted"):
        plan_landing(repository, again)
    done = finish_landing(repository, ledger, again)
    assert done is not None
    assert done.commit == repository.commit_id("HEAD")
    assert_landed(repository)
    assert read_job(ledger, job.id).status is JobStatus.MERGED


def test_an_interruption_after_the_last_step_takes_nothing_back(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = Repository.started

    @contextmanager
    def start_and_interrupt(repository: Repository, *words: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
        with started(repository, *words, **options) as process:
            yield process
        if words[0] == "update-ref":
            raise KeyboardInterrupt

    monkeypatch.setattr(Repository, "started", start_and_interrupt)
    with pytest.raises(KeyboardInterrupt):
        merge(repository, ledger, job)
    monkeypatch.undo()
    assert_landed(repository)
    assert finish_landing(repository, ledger, read_job(ledger, job.id)) is not None
    assert_landed(repository)


def test_an_interruption_while_the_index_is_written_waits_for_git(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(repository)
    write = index_lock.IndexLock.write

    def write_and_interrupt(lock: index_lock.IndexLock, steps: list[index_lock.IndexStep]) -> None:
        write(lock, steps)
        raise KeyboardInterrupt

    monkeypatch.setattr(index_lock.IndexLock, "write", write_and_interrupt)
    with pytest.raises(KeyboardInterrupt):
        merge(repository, ledger, job)
    monkeypatch.undo()
    assert_untouched(repository, before)
    assert finish_landing(repository, ledger, read_job(ledger, job.id)) is not None
    assert_landed(repository)


def test_landing_that_could_not_be_taken_back_is_finished_later(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Swap, "undo", fail)
    monkeypatch.setattr(landing, "set_flags", lambda *_: fail(None))
    with pytest.raises(JobError, match="could not be put back") as caught:
        merge(repository, ledger, job)
    assert f"workhorse resume {job.id}" in caught.value.hint
    monkeypatch.undo()
    assert finish_landing(repository, ledger, read_job(ledger, job.id)) is not None
    assert_landed(repository)


def test_a_landing_that_no_longer_fits_is_given_up_and_can_be_planned_anew(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(landing, "steps_to_do", interrupt)
    with pytest.raises(KeyboardInterrupt):
        merge(repository, ledger, job)
    monkeypatch.undo()
    write_files(repository.root, {"README.md": "Shapes\n" * 40 + "Other\n"})
    commit_all(repository, "Meanwhile")
    before = state_of(repository)
    with pytest.raises(LandingRefused, match="HEAD has moved"):
        finish_landing(repository, ledger, read_job(ledger, job.id))
    assert_untouched(repository, before)
    assert [event.kind for event in ledger.events(job.id)][-2:] == [EventKind.LANDING, EventKind.UNDONE]
    merge(repository, ledger, read_job(ledger, job.id))
    assert_landed(repository)


def test_a_landing_that_was_over_but_not_written_down_is_written_down(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = Ledger.append

    def append_or_die(ledger: Ledger, job: str, kind: EventKind, data: object = None) -> None:
        if kind is EventKind.LANDED:
            raise KeyboardInterrupt
        append(ledger, job, kind, data)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "append", append_or_die)
    with pytest.raises(KeyboardInterrupt):
        merge(repository, ledger, job)
    monkeypatch.undo()
    write_files(repository.root, {"README.md": "More work\n"})
    commit_all(repository, "Upon it")
    before = state_of(repository)
    assert finish_landing(repository, ledger, read_job(ledger, job.id)) is not None
    assert state_of(repository) == before
    assert read_job(ledger, job.id).status is JobStatus.MERGED


def test_a_landing_in_a_work_tree_that_is_gone_is_given_up(
    repository: Repository, ledger: Ledger, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write("worktree", "add", "--quiet", str(tmp_path / "linked"))
    linked = Repository.find(tmp_path / "linked")
    assert linked is not None

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(landing, "steps_to_do", interrupt)
    with pytest.raises(KeyboardInterrupt):
        merge(linked, ledger, job)
    monkeypatch.undo()
    repository.write("worktree", "remove", "--force", str(tmp_path / "linked"))
    with pytest.raises(LandingRefused, match="work tree is gone"):
        finish_landing(repository, ledger, read_job(ledger, job.id))
    merge(repository, ledger, read_job(ledger, job.id))
    assert_landed(repository)


def test_a_landing_in_a_linked_work_tree_is_finished_there(
    repository: Repository, ledger: Ledger, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write("worktree", "add", "--quiet", str(tmp_path / "linked"))
    linked = Repository.find(tmp_path / "linked")
    assert linked is not None

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(landing, "steps_to_do", interrupt)
    with pytest.raises(KeyboardInterrupt):
        merge(linked, ledger, job)
    monkeypatch.undo()
    before = state_of(repository)
    assert finish_landing(repository, ledger, read_job(ledger, job.id)) is not None
    assert_landed(linked)
    assert state_of(repository).files == before.files


@pytest.mark.parametrize("place", ["another", "linked", "project/vendor"])
def test_a_record_of_a_landing_elsewhere_is_not_carried_out(
    repository: Repository, ledger: Ledger, job: Job, tmp_path: Path, place: str
) -> None:
    """A copied .git may hold any record; ``workhorse resume`` would write into another repository of the user's."""
    root = tmp_path / place
    text = (repository.root / "src/shapes.py").read_text()
    another = make_repository(root if place != "linked" else tmp_path / "another", {"src/shapes.py": text})
    if place == "linked":
        another.write("worktree", "add", "--quiet", str(root))
    files = plan_landing(repository, job).landing.files
    ledger.append(job.id, EventKind.LANDING, landing_begun(Landing(str(root), files)))
    before = {path: path.read_bytes() for path in root.rglob("*.py")}
    with pytest.raises(LandingRefused, match="work tree is gone"):
        finish_landing(repository, ledger, read_job(ledger, job.id))
    assert {path: path.read_bytes() for path in root.rglob("*.py")} == before


def test_a_git_folder_that_cannot_be_written_is_refused(
    repository: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(repository)
    plan = plan_landing(repository, job)
    (repository.git_dir / "workhorse" / f"landing-{job.id}").write_text("in the way")
    with pytest.raises(LandingRefused, match="nothing was changed"):
        land(repository, ledger, plan, "Land")
    (repository.git_dir / "workhorse" / f"landing-{job.id}").unlink()
    assert_untouched(repository, before)
