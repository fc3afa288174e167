"""Background worker: one for each repository, drafts what the hooks have queued, and ends when it is idle.

It reads commits through git's objects and never the work tree; its drafts are jobs like any others.
"""

import asyncio
import os
import signal
import threading
import time
import traceback
from collections.abc import Generator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from workhorse_core.errors import JobError, WorkhorseError
from workhorse_core.git.own_programs import own_filters_off
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import JobStatus, read_job
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.services.run import RunFinished
from workhorse_core.services.session import RunOptions, Session
from workhorse_core.settings.command_settings import FILES
from workhorse_core.settings.config_file import REPOSITORY_FILE
from workhorse_core.system.file_lock import file_lock
from workhorse_core.system.private_files import make_private_folder, open_private
from workhorse_core.system.processes import end_process, is_running, start_token
from workhorse_core.workspace.file_tree import CommitTree
from workhorse_hooks.findings import targets_of
from workhorse_hooks.pending_notice import add_pending
from workhorse_hooks.queue import Queue, Request
from workhorse_hooks.quick_settings import hooks_folder, wanted_of
from workhorse_hooks.scan import QUIETLY, commit_diff, may_lack, read_diff

IDLE_SECONDS = 10.0
"""Seconds without a request after which it ends."""
STOP_SECONDS = 10.0
"""Seconds it gets to end after SIGTERM; then it is killed, which loses nothing."""
_PAUSE = 0.25
_LEAVE_SECONDS = 3.0
_TRIES = 3
_LOCK = "worker.lock"
_PID = "worker.pid"


def run_worker(common_dir: str, idle: float = IDLE_SECONDS) -> int:
    """Work until nothing has been queued for ``idle`` seconds; end at once where another worker runs.

    Returns:
        0.
    """
    os.closerange(3, 256)  # pipes that the parent has leaked: their readers would wait
    folder = Path(hooks_folder(common_dir))
    make_private_folder(folder)
    os.chdir(common_dir)
    _be_gentle()
    queue = Queue(common_dir)
    own = f"{os.getpid()} {start_token(os.getpid())}"
    tries = 0
    while tries < _TRIES:
        with file_lock(folder / _LOCK) as mine:
            if mine:
                tries = 0
                with _pid_file(folder / _PID, own):
                    _work(queue, common_dir, idle)
        if mine and not any(queue.requests()):  # one may have come between the last look and the end of the lock
            return 0
        if not mine:  # another worker has it, or `running_worker` tests it just now
            tries += 1
            time.sleep(_PAUSE)
    return 0


def _be_gentle() -> None:
    signal.signal(signal.SIGTERM, _stop)
    with suppress(OSError, AttributeError):
        os.nice(10)


def _stop(*_: object) -> None:
    """End in order, and in any case soon: a thread that waits for a server would hold the interpreter back."""
    leave = threading.Timer(_LEAVE_SECONDS, os._exit, (0,))
    leave.daemon = True
    leave.start()
    raise SystemExit(0)


@contextmanager
def _pid_file(path: Path, own: str) -> Generator[None]:
    """Write the process id, with its start-time token, by which a stale file is recognized."""
    with open(path, "w", encoding="ascii", opener=open_private) as stream:
        stream.write(own)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _work(queue: Queue, common_dir: str, idle: float) -> None:
    last = time.monotonic()
    while True:
        request = next(queue.requests(), None)
        if request is None:
            if time.monotonic() - last >= idle:
                return
            time.sleep(_PAUSE)
            continue
        try:
            serve(queue, request, common_dir)
        except WorkhorseError as error:
            _log(common_dir, f"{request.commit}: {error.message}")
        except Exception:  # noqa: BLE001  a bug must not stop what else is queued, now and at every next start
            _log(common_dir, f"{request.commit}: {traceback.format_exc()}")
        queue.remove(request)  # after an error as well: the next commit may go better, this one would not
        last = time.monotonic()


def serve(queue: Queue, request: Request, common_dir: str) -> None:
    """Draft for one commit, each action as a job of its own; resume what was begun before a crash.

    Raises:
        WorkhorseError: The commit or the record of jobs cannot be used.
    """
    repository = _repository_of(request)
    if repository is None or not repository.common_dir.samefile(common_dir):
        return  # its work tree is gone
    project = Session.at(repository).project
    trusted = project.trusted and _holds_trusted_settings(repository, request.commit)
    project = project._replace(tree=CommitTree(repository, request.commit), trusted=trusted)
    wanted = wanted_of(project.config)
    if not wanted.actions or "draft" not in (project.config.hooks.post_commit, project.config.hooks.pre_commit):
        return
    diff = repository.read(*QUIETLY, *commit_diff(request.commit), environment={"GIT_LITERAL_PATHSPECS": "0"})
    changed = [each for each in read_diff(diff) if may_lack(each, wanted)]
    if not changed:
        return
    with Session.of(project) as session:
        for action in wanted.actions:
            work = _Work(queue, session, action, targets_of(changed))
            request = asyncio.run(work.draft(request, common_dir))


def _holds_trusted_settings(repository: Repository, commit: str) -> bool:
    """Return whether a commit has the tools' files of settings as the work tree has them, whose text is trusted."""
    names = (f":(top,glob)**/{name}" for name in (REPOSITORY_FILE, *FILES))
    options = ("--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none")
    environment = {"GIT_LITERAL_PATHSPECS": "0", **own_filters_off(repository)}
    return repository.ask("diff", *options, commit, "--", *names, environment=environment).status == 0


def _repository_of(request: Request) -> Repository | None:
    """Find the repository of a request; one by ``git --git-dir`` cannot be found from its work tree."""
    root = Path(request.root)
    if not root.is_dir():
        return None
    found = Repository.find(root)
    return Repository.open(Path(request.git_dir), root) if found is None and request.git_dir else found


@dataclass(frozen=True, slots=True)
class _Work:
    queue: Queue
    session: Session
    action: str
    targets: tuple[Target, ...]

    async def draft(self, request: Request, common_dir: str) -> Request:
        noted = dict(request.jobs).get(self.action)
        started = noted is not None and bool(self.session.ledger.events(noted))
        job = read_job(self.session.ledger, noted) if noted and started else None
        if job and job.status is not JobStatus.DRAFTING:
            return request
        begun = [request]

        def announce(new: str) -> None:  # before the job is started: whenever there is a job, the queue knows it
            begun.append(self.queue.begin(request, self.action, new))

        task = job.task if job else Task(self.action, self.targets, Engine.AUTO)
        try:
            async with aclosing(self.session.run(task, RunOptions(1, job, announce))) as products:
                async for product in products:
                    if isinstance(product, RunFinished) and product.handoff and product.job:
                        add_pending(common_dir, product.job)
        except JobError:
            pass  # the user has resumed it in the meantime
        return begun[-1]


def _log(common_dir: str, line: str) -> None:
    """Log what could not be drafted."""
    path = Path(hooks_folder(common_dir), "worker.log")
    with suppress(OSError), open(path, "a", encoding="utf-8", opener=open_private) as stream:
        stream.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {line}\n")


# -- from outside


class Stopped(Enum):
    """Outcome of stopping a worker."""

    NONE_RAN = "No background worker runs here."
    GONE = "The background worker is stopped."
    STILL_RUNS = "The background worker does not end."


def running_worker(common_dir: str) -> int | None:
    """Return the process id of the repository's worker; None where none runs."""
    found = _running(common_dir)
    return found[0] if found else None


def stop_worker(common_dir: str, patience: float = STOP_SECONDS) -> Stopped:
    """Stop the repository's worker, and wait until it is gone; its unfinished request stays queued."""
    found = _running(common_dir)
    if found is None:
        return Stopped.NONE_RAN
    return Stopped.GONE if end_process(*found, patience) else Stopped.STILL_RUNS


def _running(common_dir: str) -> tuple[int, str] | None:
    """Return the worker's process id and start-time token, as long as it holds the lock."""
    folder = Path(hooks_folder(common_dir))
    if not folder.is_dir():
        return None
    for _ in range(_TRIES):
        with file_lock(folder / _LOCK) as free:
            if free:
                return None
        try:
            pid, _, token = (folder / _PID).read_text("ascii").partition(" ")
            if is_running(int(pid), token):
                return int(pid), token
        except (OSError, ValueError):
            pass
        time.sleep(_PAUSE)  # it has just taken the lock, and its file is missing, half, or of one that was killed
    return None
