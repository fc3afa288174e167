"""A watcher reads a ledger when it has changed, and never makes one."""

from contextlib import aclosing
from pathlib import Path

from support.repository import make_repository
from workhorse_core.jobs.job import JobStatus, ended, started
from workhorse_core.jobs.ledger import EventKind
from workhorse_core.pipeline.task import Target, Task
from workhorse_core.services.job_watcher import JobWatcher
from workhorse_core.services.session import Session
from workhorse_core.settings.folders import ledger_folder


def start_job(session: Session) -> str:
    job = session.ledger.new_job()
    session.ledger.append(job, EventKind.STARTED, started(Task("docstrings", (Target("a.py"),))))
    return job


def test_a_project_without_jobs_gets_no_ledger_by_being_watched(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "shop", {"a.py": ""})
    watcher = JobWatcher(repository)
    watcher.poll()
    assert (watcher.jobs, ledger_folder(repository.common_dir).exists()) == ((), False)


def test_poll_reports_a_change_of_another_connection_once(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "shop", {"a.py": ""})
    watcher = JobWatcher(repository)
    watcher.poll()
    with Session(repository.root) as session:
        job = start_job(session)
        assert watcher.poll()
        assert [(each.id, each.status) for each in watcher.jobs] == [(job, JobStatus.DRAFTING)]
        assert watcher.waiting == []
        assert not watcher.poll()
        session.ledger.append(job, EventKind.DISCARDED, ended("by the user"))
        assert watcher.poll()
        assert watcher.jobs == ()


async def test_changes_yields_the_jobs_after_each_change(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "shop", {"a.py": ""})
    watcher = JobWatcher(repository)
    with Session(repository.root) as session:
        first = start_job(session)
        async with aclosing(watcher.changes(0.01)) as changes:
            assert [job.id for job in await anext(changes)] == [first]
            second = start_job(session)
            jobs = await anext(changes)
            while len(jobs) < 2:  # the id of a job is recorded before its first event
                jobs = await anext(changes)
            assert [job.id for job in jobs] == [second, first]
