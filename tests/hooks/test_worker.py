"""The background worker: one for each repository, on the committed tree, and nothing that was queued is lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hooks.hooked import BARE, SHOP, Hooked
from workhorse_core.jobs.job import Job, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.system.file_lock import file_lock
from workhorse_hooks.queue import Queue
from workhorse_hooks.worker import run_worker, running_worker, stop_worker

NEW = SHOP + BARE


def jobs(shop: Hooked) -> list[Job]:
    ledger = Ledger.open_existing(Path(shop.common_dir, "workhorse"))
    if ledger is None:
        return []
    with ledger:
        return [read_job(ledger, job) for job in ledger.jobs() if ledger.events(job)]


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it has not come in time"
        time.sleep(0.05)


def worker(shop: Hooked, idle: float = 0.0) -> None:
    """Work in a process of its own: it changes the folder it stands in, and closes what it has inherited."""
    code = f"from workhorse_hooks.worker import run_worker; run_worker({shop.common_dir!r}, {idle})"
    subprocess.run([sys.executable, "-I", "-c", code], check=True)


def test_a_commit_is_drafted_in_the_background_and_told_at_the_next(shop: Hooked) -> None:
    shop.install("pre-commit", "post-commit")
    shop.stage("shop.py", NEW)
    shop.commit()
    wait_for(lambda: [job for job in jobs(shop) if job.status == "verified"])
    wait_for(lambda: not list(Queue(shop.common_dir).requests()))
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
    """Whoever reads git's output to its end would wait for a worker that has inherited it."""
    shop.install("post-commit")
    shop.stage("shop.py", NEW)
    shop.commit()
    wait_for(lambda: running_worker(shop.common_dir), 20)  # it is idle for a while before it ends


def test_the_worker_reads_the_commit_and_not_the_work_tree(shop: Hooked) -> None:
    shop.stage("shop.py", NEW)
    shop.commit()
    dirty = "def broken(:\n"
    shop.write("shop.py", dirty)
    index = (shop.root / ".git" / "index").read_bytes()
    Queue(shop.common_dir).add(shop.out("rev-parse", "HEAD").strip(), str(shop.root))
    worker(shop)
    worker(shop, 1.0)
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
        worker(shop, 1.0)
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
        wait_for(lambda: any(request.jobs for request in queue.requests()))
        child.send_signal(signal.SIGKILL)
    (request,) = queue.requests()
    assert [action for action, _ in request.jobs] == ["docstrings"]
    worker(shop, 1.0)
    assert list(queue.requests()) == []
    (job,) = jobs(shop)
    assert (job.id, job.status) == (request.jobs[0][1], "verified")
    assert len(job.drafts) == 60


def test_stop_ends_the_worker_and_what_is_queued_stays(shop: Hooked) -> None:
    shop.install("post-commit")
    functions = "".join(BARE.replace("odd", f"odd_{number}") for number in range(200))
    shop.stage("shop.py", SHOP + functions)
    shop.commit()
    wait_for(lambda: running_worker(shop.common_dir))
    pid = running_worker(shop.common_dir)
    assert pid is not None
    assert stop_worker(shop.common_dir)
    assert running_worker(shop.common_dir) is None
    assert not stop_worker(shop.common_dir)
    assert list(Queue(shop.common_dir).requests())
    with pytest.raises(ProcessLookupError):
        wait_for(lambda: os.kill(pid, 0))


def test_a_request_that_nobody_can_read_is_dropped(shop: Hooked) -> None:
    queue = Queue(shop.common_dir)
    queue.add("0" * 40, str(shop.root))
    (queue.folder / "00-broken").write_text("{")
    (queue.folder / ".new-half").write_text("")
    assert [request.commit for request in queue.requests()] == ["0" * 40]
    worker(shop, 0.5)  # nor is there such a commit
    assert list(queue.requests()) == []


def test_a_work_tree_that_is_gone_is_passed_over(shop: Hooked, tmp_path: Path) -> None:
    shop.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = Hooked(tmp_path / "linked")
    linked.stage("shop.py", NEW)
    linked.commit()
    Queue(shop.common_dir).add(linked.out("rev-parse", "HEAD").strip(), str(linked.root))
    shop.git("worktree", "remove", "--force", str(linked.root))
    worker(shop, 0.5)
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


def test_run_worker_is_what_the_module_runs(shop: Hooked) -> None:
    program = [sys.executable, "-I", "-m", "workhorse_hooks", "worker", shop.common_dir, shop.common_dir]
    with subprocess.Popen(program) as child:
        wait_for(lambda: running_worker(shop.common_dir))
        child.terminate()
        assert child.wait(20) == 0
    assert callable(run_worker)
