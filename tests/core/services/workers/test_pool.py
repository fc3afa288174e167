"""A client that is not the language server: it starts a job, watches it, cancels it and reviews it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from support.repository import make_repository
from workhorse_core.jobs.handoff import Decision
from workhorse_core.jobs.job import Job, JobStatus
from workhorse_core.pipeline.check import CheckStatus
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.services.job_json import job_json
from workhorse_core.services.job_view import view_job
from workhorse_core.services.job_watcher import JobWatcher
from workhorse_core.services.merge import accept_in_editor
from workhorse_core.services.review import judge, user_of
from workhorse_core.services.session import Overrides, Session
from workhorse_core.services.workers.pool import WorkerPool
from workhorse_core.services.workers.progress import Progress
from workhorse_core.services.workers.protocol import (
    CheckRan,
    Message,
    RegionDrafted,
    RegionsFound,
    TaskBegan,
    TaskFinished,
    TaskRefused,
    TaskRequest,
    WorkerFailed,
)

SHOP = """\
# Return whether two divides the number.
def is_even(number):
    return number % 2 == 0


# Return whether a rest is left.
def is_odd(number):
    return number % 2 == 1
"""
QUICK = 0.01


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "shop", {"shop.py": SHOP}).root


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool()
    yield pool
    await pool.close()


def document(shop: Path, **given: object) -> TaskRequest:
    return TaskRequest(Task("docstrings", (Target("shop.py"),), Engine.RULES), str(shop))._replace(**given)


async def run(pool: WorkerPool, request: TaskRequest) -> list[Message]:
    async with aclosing(pool.run(request)) as messages:
        return [message async for message in messages]


async def until(watcher: JobWatcher, status: JobStatus) -> Job:
    """Wait for the first job of a status."""
    async with aclosing(watcher.changes(QUICK)) as changes:
        async for jobs in changes:
            if jobs and jobs[0].status is status:
                return jobs[0]
    raise AssertionError("changes never end")


async def test_a_client_starts_a_job_watches_it_and_lands_it(shop: Path, pool: WorkerPool) -> None:
    session = Session(shop)
    watcher = JobWatcher(session.repository)
    watching = asyncio.create_task(until(watcher, JobStatus.VERIFIED))
    messages = await run(pool, document(shop))
    job = await watching
    assert messages[0] == TaskBegan(str(shop), recorded=True, model=None, reason="")
    assert job.id in {message.job for message in messages if isinstance(message, RegionsFound)}
    assert {message.name for message in messages if isinstance(message, RegionDrafted)} >= {"is_even", "is_odd"}
    assert CheckStatus.PASSED in {message.status for message in messages if isinstance(message, CheckRan)}
    finished = messages[-1]
    assert isinstance(finished, TaskFinished)
    assert (finished.job, [change.path for change in finished.changes]) == (job.id, ["shop.py"])
    with session:
        shown = job_json(view_job(session, job))
        assert (shown["job"], shown["status"], shown["diff"]) == (job.id, "verified", finished.diff)
        reviewer = user_of(session.repository)
        judge(session.repository, session.ledger, job, Decision.APPROVE, "Good.", reviewer)
        assert watcher.poll()
        assert [each.status for each in watcher.waiting] == [JobStatus.APPROVED]
        await accept_in_editor(session.project, session.ledger, session.find_job(job.id), (), reviewer)
    assert watcher.poll()
    assert watcher.jobs == ()
    assert '"""Return whether' in (shop / "shop.py").read_text()


async def test_unsaved_text_is_what_a_worker_reads(shop: Path, pool: WorkerPool) -> None:
    text = SHOP.replace("is_odd", "is_uneven").encode()
    finished = (await run(pool, document(shop, buffers={"shop.py": text})))[-1]
    assert isinstance(finished, TaskFinished)
    assert finished.changes[0].before == text


async def test_closing_the_messages_cancels_the_task_and_discards_its_job(shop: Path, pool: WorkerPool) -> None:
    job = None
    async with aclosing(pool.run(document(shop))) as messages:
        async for message in messages:
            if isinstance(message, RegionsFound):
                job = message.job
                break
    assert job is not None
    with Session(shop) as session:
        assert session.find_job(job).status in (JobStatus.DISCARDED, JobStatus.VERIFIED)  # it may have been quicker
    assert isinstance((await run(pool, document(shop)))[-1], TaskFinished)


STUCK = """\
import json, sys, time
from pathlib import Path
from workhorse_core.jobs.job import started
from workhorse_core.jobs.ledger import EventKind
from workhorse_core.services.session import Session
from workhorse_core.services.workers.protocol import RegionsFound, decode, encode
request = decode(sys.stdin.buffer.readline())
session = Session(Path(request.start))
job = session.ledger.new_job()
session.ledger.append(job, EventKind.STARTED, started(request.task))
with session.ledger.hold(job):
    sys.stdout.buffer.write(encode(RegionsFound(1, job)))
    sys.stdout.buffer.flush()
    while True:
        time.sleep(1)
"""


@pytest.mark.slow  # three seconds pass until a worker that does not answer is killed
async def test_a_worker_that_does_not_cancel_is_killed_and_its_job_discarded(shop: Path) -> None:
    pool = WorkerPool((sys.executable, "-I", "-c", STUCK))
    job = None
    async with aclosing(pool.run(document(shop))) as messages:
        async for message in messages:
            assert isinstance(message, RegionsFound)
            job = message.job
            break
    assert job is not None
    with Session(shop) as session:
        assert session.find_job(job).status is JobStatus.DISCARDED


async def test_a_worker_that_ends_is_a_failure_and_the_next_request_gets_another(shop: Path) -> None:
    pool = WorkerPool((sys.executable, "-I", "-c", ""))
    assert await run(pool, document(shop)) == [WorkerFailed("the worker process has ended")]
    assert await run(pool, document(shop)) == [WorkerFailed("the worker process has ended")]
    await pool.close()


async def test_a_task_that_cannot_be_done_is_refused_with_a_hint(shop: Path, pool: WorkerPool) -> None:
    task = Task("docstrings", (Target("missing.py"),), Engine.RULES)
    refused = (await run(pool, document(shop, task=task)))[-1]
    assert isinstance(refused, TaskRefused)
    assert "missing.py" in refused.message


async def test_the_model_of_a_server_that_is_down_is_none(pool: WorkerPool) -> None:
    found = await pool.find_model(Overrides(url="http://127.0.0.1:9/v1"))
    assert (found.endpoint, found.model) == (None, None)


def test_progress_grows_to_its_end() -> None:
    progress = Progress()
    shown: list[tuple[int, str]] = []
    for message in (
        TaskBegan("/shop", True, None, "No model server answers.", "Start one."),
        RegionsFound(2, "k3f9"),
        RegionDrafted("shop.py", "is_even", drafted=True),
        RegionDrafted("shop.py", "is_odd", drafted=True),
        CheckRan("syntax", CheckStatus.PASSED, 1),
    ):
        assert progress.update(message)
        shown.append((progress.percentage, progress.message))
    assert shown == [
        (0, "by rules"),
        (0, "2 to do"),
        (40, "drafting 1/2 is_even"),
        (80, "drafting 2/2 is_odd"),
        (82, "checking syntax passed"),
    ]
    assert (progress.job, progress.alone) == ("k3f9", "No model server answers. Start one.")
    assert not progress.update(TaskFinished("k3f9"))
