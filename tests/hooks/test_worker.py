"""The background worker: one for each repository, on the committed tree, losing nothing that was queued."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from hooks.hooked import BARE, SHOP, Hooked
from support.waiting import wait_until
from workhorse_core.jobs.job import Job, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.settings.command_settings import read_command_settings
from workhorse_core.settings.config_file import read_repository_file
from workhorse_core.settings.trust import give_trust
from workhorse_core.system.file_lock import file_lock
from workhorse_core.system.processes import start_token
from workhorse_hooks.command import command
from workhorse_hooks.queue import Queue
from workhorse_hooks.worker import Stopped, running_worker, serve, stop_worker

NEW = SHOP + BARE


def jobs(shop: Hooked) -> list[Job]:
    ledger = Ledger.open_existing(Path(shop.common_dir, "workhorse"))
    if ledger is None:
        return []
    with ledger:
        return [read_job(ledger, job) for job in ledger.jobs() if ledger.events(job)]


def worker(shop: Hooked, idle: float = 0.0) -> None:
    """Work in a process of its own: it changes the folder it stands in, and closes what it has inherited."""
    code = f"from workhorse_hooks.worker import run_worker; run_worker({shop.common_dir!r}, {idle})"
    subprocess.run([sys.executable, "-I", "-c", code], check=True)


def test_a_commit_is_drafted_in_the_background_and_reported_at_the_next(shop: Hooked) -> None:
    shop.install("pre-commit", "post-commit")
    shop.stage("shop.py", NEW)
    shop.commit()
    wait_until(lambda: [job for job in jobs(shop) if job.status == "verified"])
    wait_until(lambda: not list(Queue(shop.common_dir).requests()))
    (job,) = jobs(shop)
    assert [draft.name for draft in job.drafts] == ["is_odd"]
    assert job.scratch is not None
    assert job.scratch.base == shop.out("rev-parse", "HEAD").strip()
    assert shop.out("status", "--porcelain") == ""
    shop.stage("notes.txt", "More\n")
    assert shop.commit().stderr == "workhorse: a draft waits for you, see: workhorse jobs\n"
    shop.stage("notes.txt", "And more\n")
    assert shop.commit().stderr == ""


def test_the_commit_does_not_wait_for_the_worker(shop: Hooked) -> None:
    """A reader of git's output would wait for a worker that has inherited it."""
    shop.install("post-commit")
    shop.stage("shop.py", NEW)
    shop.commit()
    wait_until(lambda: running_worker(shop.common_dir))  # it is idle for a while before it ends


def test_the_worker_reads_the_commit_and_not_the_work_tree(shop: Hooked) -> None:
    shop.stage("shop.py", NEW)
    shop.commit()
    dirty = "def broken(:\n"
    shop.write("shop.py", dirty)
    index = (shop.root / ".git" / "index").read_bytes()
    Queue(shop.common_dir).add(shop.out("rev-parse", "HEAD").strip(), str(shop.root))
    worker(shop)
    (job,) = jobs(shop)
    assert [draft.name for draft in job.drafts] == ["is_odd"]
    assert shop.read("shop.py") == dirty
    assert (shop.root / ".git" / "index").read_bytes() == index


def test_a_second_worker_ends_at_once_and_leaves_the_queue(shop: Hooked) -> None:
    shop.stage("shop.py", NEW)
    shop.commit()
    queue = Queue(shop.common_dir)
    queue.add(shop.out("rev-parse", "HEAD").strip(), str(shop.root))
    with file_lock(queue.folder.parent / "worker.lock") as mine:
        assert mine
        worker(shop)
        assert len(list(queue.requests())) == 1
    assert jobs(shop) == []


def test_a_killed_worker_loses_nothing_and_drafts_nothing_twice(shop: Hooked) -> None:
    functions = "".join(BARE.replace("odd", f"odd_{number}") for number in range(60))
    shop.stage("shop.py", SHOP + functions)
    shop.commit()
    queue = Queue(shop.common_dir)
    queue.add(shop.out("rev-parse", "HEAD").strip(), str(shop.root))
    code = f"from workhorse_hooks.worker import run_worker; run_worker({shop.common_dir!r}, 5)"
    with subprocess.Popen([sys.executable, "-I", "-c", code]) as child:
        wait_until(lambda: any(request.jobs for request in queue.requests()))
        child.send_signal(signal.SIGKILL)
    (request,) = queue.requests()
    assert [action for action, _ in request.jobs] == ["docstrings"]
    worker(shop)
    assert list(queue.requests()) == []
    (job,) = jobs(shop)
    assert (job.id, job.status) == (request.jobs[0][1], "verified")
    assert len(job.drafts) == 60


def test_stop_ends_the_worker_and_what_is_queued_stays(shop: Hooked) -> None:
    shop.install("post-commit")
    functions = "".join(BARE.replace("odd", f"odd_{number}") for number in range(200))
    shop.stage("shop.py", SHOP + functions)
    shop.commit()
    wait_until(lambda: running_worker(shop.common_dir))
    pid = running_worker(shop.common_dir)
    assert pid is not None
    assert stop_worker(shop.common_dir) is Stopped.GONE
    assert running_worker(shop.common_dir) is None
    assert stop_worker(shop.common_dir) is Stopped.NONE_RAN
    assert list(Queue(shop.common_dir).requests())
    assert start_token(pid) == ""


def test_an_unreadable_request_is_dropped(shop: Hooked) -> None:
    queue = Queue(shop.common_dir)
    queue.add("0" * 40, str(shop.root))
    (queue.folder / "00-broken").write_text("{")
    (queue.folder / ".new-half").write_text("")
    assert [request.commit for request in queue.requests()] == ["0" * 40]
    worker(shop)  # nor is there such a commit
    assert list(queue.requests()) == []


def test_a_work_tree_that_is_gone_is_passed_over(shop: Hooked, tmp_path: Path) -> None:
    shop.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = Hooked(tmp_path / "linked")
    linked.stage("shop.py", NEW)
    linked.commit()
    Queue(shop.common_dir).add(linked.out("rev-parse", "HEAD").strip(), str(linked.root))
    shop.git("worktree", "remove", "--force", str(linked.root))
    worker(shop)
    assert list(Queue(shop.common_dir).requests()) == []
    assert jobs(shop) == []


def test_the_worker_sees_nothing_of_the_hooks_environment(shop: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    from workhorse_hooks import post_commit

    seen: dict[str, object] = {}
    common_dir = shop.common_dir
    monkeypatch.setattr(os, "posix_spawn", lambda *a, **k: seen.update(environment=a[2], **k))
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX"):
        monkeypatch.setenv(name, "leaked")
    post_commit.start_worker(common_dir)
    environment = seen["environment"]
    assert isinstance(environment, dict)
    assert not [name for name in environment if name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX")]
    assert seen["setsid"] is True


def test_sigterm_ends_the_worker_without_a_bug_in_the_log(shop: Hooked) -> None:
    with started_worker(shop) as child:
        child.terminate()
        _, said = child.communicate()
    assert (child.returncode, said) == (0, "")
    assert not list(Path(shop.common_dir, "workhorse", "hooks").glob("*.log"))


def test_stop_ends_a_worker_that_cannot_react(shop: Hooked) -> None:
    with started_worker(shop) as child:
        child.send_signal(signal.SIGSTOP)
        assert stop_worker(shop.common_dir, patience=1.0) is Stopped.GONE
        assert start_token(child.pid) == ""


def test_stop_knows_a_worker_that_no_signal_ends(shop: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    with started_worker(shop) as child, monkeypatch.context() as without_signals:
        for name in ("terminate", "kill"):
            without_signals.setattr(f"psutil.Process.{name}", lambda _: None)
        assert stop_worker(shop.common_dir, patience=0.1) is Stopped.STILL_RUNS
        assert running_worker(shop.common_dir) == child.pid


def test_stop_reports_a_worker_that_does_not_end(shop: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.root)
    monkeypatch.setattr("workhorse_hooks.worker.stop_worker", lambda _: Stopped.STILL_RUNS)
    done = CliRunner().invoke(command, ["stop"], standalone_mode=False)
    assert done.return_value == 1
    assert "does not end" in done.stderr
    assert "stopped" not in done.output


def test_the_process_id_of_a_killed_worker_leads_to_no_other_process(shop: Hooked) -> None:
    folder = Path(shop.common_dir, "workhorse", "hooks")
    folder.mkdir(parents=True)
    (folder / "worker.pid").write_text(f"{os.getpid()} 1.00")  # the id is taken again, by a process that began later
    with file_lock(folder / "worker.lock") as mine:
        assert mine
        assert running_worker(shop.common_dir) is None
        assert stop_worker(shop.common_dir) is Stopped.NONE_RAN


@pytest.mark.parametrize("moment", ["before the job is noted", "before the job is started"])
def test_a_worker_killed_while_it_begins_a_job_drafts_the_commit_once(
    shop: Hooked, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    shop.stage("shop.py", NEW)
    shop.commit()
    queue = Queue(shop.common_dir)
    queue.add(shop.out("rev-parse", "HEAD").strip(), str(shop.root))

    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        if moment == "before the job is noted":
            patched.setattr(Queue, "begin", killed)
        else:
            patched.setattr(Ledger, "append", killed)
        with pytest.raises(SystemExit):
            serve(queue, next(queue.requests()), shop.common_dir)
    assert jobs(shop) == []
    serve(queue, next(queue.requests()), shop.common_dir)
    (job,) = jobs(shop)
    serve(queue, next(queue.requests()), shop.common_dir)  # killed once more, after the job was done
    assert [each.id for each in jobs(shop)] == [job.id]


def test_files_of_the_hooks_are_closed_to_other_users(shop: Hooked) -> None:
    shop.install("pre-commit")
    with umask(0):
        shop.stage("shop.py", NEW)
        shop.commit()
        queue = Queue(shop.common_dir)
        queue.add("0" * 40, str(shop.root))  # there is no such commit, which is logged
        worker(shop)
    folder = Path(shop.common_dir, "workhorse", "hooks")
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}
    assert {"settings", "worker.log"} <= {path.name for path in found}
    assert {path: mode for path, mode in found.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}


@contextmanager
def umask(mask: int) -> Generator[None]:
    before = os.umask(mask)
    yield
    os.umask(before)


@contextmanager
def started_worker(shop: Hooked) -> Generator[subprocess.Popen[str]]:
    program = [sys.executable, "-I", "-m", "workhorse_hooks", "worker", shop.common_dir, shop.common_dir]
    with subprocess.Popen(program, stderr=subprocess.PIPE, text=True) as child:
        wait_until(lambda: running_worker(shop.common_dir))
        try:
            yield child
        finally:
            child.kill()


SETTINGS_OF_A_COMMIT = {
    "mypy's file": ("mypy.ini", "[mypy]\nplugins = {evil}\n"),
    "mypy's hidden file": (".mypy.ini", "[mypy]\nplugins = {evil}\n"),
    "mypy's section": ("setup.cfg", "[mypy]\nplugins = {evil}\n"),
    "flake8's plugin": (".flake8", "[flake8:local-plugins]\nextension =\n    X = evil:X\npaths = {folder}\n"),
    "flake8's section": ("tox.ini", "[flake8:local-plugins]\nextension =\n    X = evil:X\npaths = {folder}\n"),
}


@pytest.mark.parametrize("name", SETTINGS_OF_A_COMMIT)
@pytest.mark.parametrize("back", [True, False], ids=["switched away", "trusted as it is"])
def test_trust_in_the_work_tree_is_none_in_the_settings_of_another_commit(
    shop: Hooked, tmp_path: Path, name: str, back: bool
) -> None:
    """The worker may come to a commit after the user has gone back to a trusted branch."""
    path, text = SETTINGS_OF_A_COMMIT[name]
    evil, ran = tmp_path / "plugin" / "evil.py", tmp_path / "ran"
    evil.parent.mkdir()
    evil.write_text(f"open({str(ran)!r}, 'w').close()\n")
    shop.stage("pyproject.toml", '[tool.workhorse.checks]\nrequire = ["types", "lint"]\n')
    shop.commit()
    shop.stage(path, text.format(evil=evil, folder=evil.parent))
    shop.stage("shop.py", NEW)
    shop.commit()
    commit = shop.out("rev-parse", "HEAD").strip()
    if back:
        shop.git("checkout", "-q", "--detach", "HEAD^")
    give_trust(shop.root, os.environ, read_command_settings(shop.root, read_repository_file(shop.root)))
    queue = Queue(shop.common_dir)
    queue.add(commit, str(shop.root))
    (request,) = queue.requests()
    serve(queue, request, shop.common_dir)
    assert [draft.name for job in jobs(shop) for draft in job.drafts] == ["is_odd"]
    assert ran.exists() is not back
