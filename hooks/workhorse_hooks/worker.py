"""The background worker: one for each repository, drafts what the hooks have queued, and ends when it is idle.

It reads commits through git's objects and never the work tree; its drafts are jobs like any others.
"""

import asyncio
import os
import signal
import time
import traceback
from collections.abc import Generator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from workhorse_core.errors import JobError, WorkhorseError
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import JobStatus, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.services.run import RunFinished, RunResources, RunStarted, run
from workhorse_core.system.file_lock import file_lock
from workhorse_core.workspace.file_tree import CommitTree
from workhorse_core.workspace.project import Project, open_project
from workhorse_hooks.findings import targets_of
from workhorse_hooks.pending_notice import add_waiting
from workhorse_hooks.queue import Queue, Request
from workhorse_hooks.quick_settings import hooks_folder, wanted_of
from workhorse_hooks.scan import QUIETLY, commit_diff, may_lack, read_diff

IDLE_SECONDS = 10.0
"""How long it waits for another commit before it ends."""
_PAUSE = 0.25
_TRIES = 3
_LOCK = "worker.lock"
_PID = "worker.pid"


def run_worker(common_dir: str, idle: float = IDLE_SECONDS) -> int:
    """Work until nothing has been queued for ``idle`` seconds; at once where another worker is at it.

    Returns:
        0.
    """
    os.closerange(3, 256)  # whatever our parent has leaked: somebody may wait for its end
    folder = Path(hooks_folder(common_dir))
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(common_dir)
    _be_gentle()
    queue = Queue(common_dir)
    tries = 0
    while tries < _TRIES:
        with file_lock(folder / _LOCK) as mine:
            if mine:
                tries = 0
                with _noted(folder / _PID):
                    _work(queue, common_dir, idle)
        if mine and not any(queue.requests()):  # one may have come between our last look and the end of the lock
            return 0
        if not mine:  # it is another worker, or somebody who only asks whether there is one
            tries += 1
            time.sleep(_PAUSE)
    return 0


def _be_gentle() -> None:
    signal.signal(signal.SIGTERM, _stop)
    with suppress(OSError, AttributeError):
        os.nice(10)


def _stop(*_: object) -> None:
    raise SystemExit(0)


@contextmanager
def _noted(path: Path) -> Generator[None]:
    path.write_text(str(os.getpid()), "ascii")
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
            _note(common_dir, f"{request.commit}: {error.message}")
        except Exception:  # noqa: BLE001  a bug must not stop what else is queued, now and at every next start
            _note(common_dir, f"{request.commit}: {traceback.format_exc()}")
        queue.remove(request)  # after an error as well: the next commit may go better, this one would not
        last = time.monotonic()


def serve(queue: Queue, request: Request, common_dir: str) -> None:
    """Draft for one commit, each action as a job of its own; what was begun before a crash is gone on with.

    Raises:
        WorkhorseError: The commit or the record of jobs cannot be used.
    """
    repository = Repository.find(Path(request.root)) if Path(request.root).is_dir() else None
    if repository is None or not repository.common_dir.samefile(common_dir):
        return  # its work tree is gone
    project = open_project(repository.root)._replace(tree=CommitTree(repository, request.commit))
    wanted = wanted_of(project.config)
    if not wanted.actions or "draft" not in (project.config.hooks.post_commit, project.config.hooks.pre_commit):
        return
    diff = repository.read(*QUIETLY, *commit_diff(request.commit), environment={"GIT_LITERAL_PATHSPECS": "0"})
    changed = [each for each in read_diff(diff) if may_lack(each, wanted)]
    if not changed:
        return
    with Ledger.open(Path(common_dir, "workhorse")) as ledger:
        for action in wanted.actions:
            work = _Work(queue, ledger, project, action, targets_of(changed))
            request = asyncio.run(work.draft(request, common_dir))


@dataclass(frozen=True, slots=True)
class _Work:
    queue: Queue
    ledger: Ledger
    project: Project
    action: str
    targets: tuple[Target, ...]

    async def draft(self, request: Request, common_dir: str) -> Request:
        begun = dict(request.jobs).get(self.action)
        job = read_job(self.ledger, begun) if begun else None
        if job and job.status is not JobStatus.DRAFTING:
            return request
        endpoint = self._endpoint()
        resources = RunResources(self.ledger, endpoint, lanes=1)
        task = job.task if job else Task(self.action, self.targets, Engine.AUTO)
        try:
            async with aclosing(run(task, self.project, resources, job)) as products:
                async for product in products:
                    if isinstance(product, RunStarted) and product.job and not begun:
                        request = self.queue.begin(request, self.action, product.job)
                    if isinstance(product, RunFinished) and product.handoff and product.job:
                        add_waiting(common_dir, product.job)
        except JobError:
            return request  # somebody has resumed it in the meantime
        finally:
            if endpoint is not None:
                await endpoint.close()
        return request

    def _endpoint(self) -> Endpoint | None:
        from workhorse_core.models.discovery.locate import find_endpoint

        return find_endpoint(self.project.config, os.environ)


def _note(common_dir: str, line: str) -> None:
    """Write down what could not be drafted: there is nobody to tell."""
    with suppress(OSError), Path(hooks_folder(common_dir), "worker.log").open("a", encoding="utf-8") as stream:
        stream.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {line}\n")


# -- from outside


def running_worker(common_dir: str) -> int | None:
    """Give the process id of the repository's worker; None where none runs."""
    folder = Path(hooks_folder(common_dir))
    if not folder.is_dir():
        return None
    with file_lock(folder / _LOCK) as free:
        if free:
            return None
    try:
        return int((folder / _PID).read_text("ascii"))
    except (OSError, ValueError):
        return None


def stop_worker(common_dir: str, patience: float = 10.0) -> bool:
    """Stop the repository's worker; what it was at stays queued. False where none ran."""
    pid = running_worker(common_dir)
    if pid is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + patience
    while running_worker(common_dir) == pid and time.monotonic() < until:
        time.sleep(0.05)
    return True
