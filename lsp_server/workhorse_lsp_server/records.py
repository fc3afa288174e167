"""What is done with a project's record of jobs. All of it waits for git and the disk, and is called in threads.

What it takes of the core is imported there too: until a first menu nobody needs it.
"""

import asyncio
from collections.abc import Collection, Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from workhorse_core.errors import JobError, NotARepository
from workhorse_core.git.repository import Repository
from workhorse_lsp_server.landing import Candidate
from workhorse_lsp_server.projects import Home

if TYPE_CHECKING:
    from workhorse_core.jobs.job import Job
    from workhorse_core.jobs.ledger import Ledger


@contextmanager
def open_record(home: Home) -> Generator[tuple[Repository, "Ledger"]]:
    """Open the record of a project's jobs.

    Raises:
        NotARepository: There is no git repository.
        LedgerError: The record cannot be used.
    """
    from workhorse_core.jobs.ledger import Ledger

    if home.repository is None or home.ledger is None:
        raise NotARepository(f"There is no git repository in {home.root}, so there are no jobs.", "git init")
    with Ledger.open(home.ledger) as ledger:
        yield home.repository, ledger


def read_jobs(home: Home, over: bool) -> list["Job"]:
    """Read a project's jobs, newest first.

    Raises:
        NotARepository: There is no record without git.
        LedgerError: The record cannot be used.
    """
    from workhorse_core.jobs.job import read_job

    with open_record(home) as (_, ledger):
        return [read_job(ledger, job) for job in ledger.jobs(over) if ledger.events(job)]


def find_candidate(home: Home, text: str) -> Candidate:
    """Give a job that waits as a candidate for review.

    Raises:
        JobError: There is no such job, it has nothing to review, or its commits are gone.
    """
    from workhorse_core.jobs.job import JobStatus, read_job, subject_of
    from workhorse_core.jobs.scratch import read_patch

    with open_record(home) as (repository, ledger):
        job = read_job(ledger, ledger.find_job(text))
        if job.scratch is None or job.status in (JobStatus.MERGED, JobStatus.DISCARDED):
            raise JobError(f"Job {job.id} has nothing to review: its status is {job.status.value}.")
        patch = read_patch(repository, job.scratch)
    diff = patch.text.decode("utf-8", "replace")
    return Candidate(home, job.task, subject_of(job), job.drafts, patch.changes, diff, (), job.id)


def reopen_job(home: Home, job: str, note: str) -> "Job":
    """Have a job drafted again with words of its reviewer.

    Raises:
        JobError: There is no such job, or it cannot be drafted again.
    """
    from workhorse_core.jobs.job import read_job
    from workhorse_core.services.review import reopen

    with open_record(home) as (repository, ledger):
        return reopen(repository, ledger, read_job(ledger, ledger.find_job(job)), note)


def reject_job(home: Home, job: str, reason: str) -> None:
    """Record that the user rejects it.

    Raises:
        JobError: There is no such job, or it has nothing to judge.
    """
    from workhorse_core.jobs.handoff import Decision
    from workhorse_core.jobs.job import read_job
    from workhorse_core.services.review import judge

    with open_record(home) as (repository, ledger):
        judge(repository, ledger, read_job(ledger, ledger.find_job(job)), Decision.REJECT, reason)


def discard_job(home: Home, job: str) -> None:
    """Let go of a job, unless it is over.

    Raises:
        JobError: There is no such job.
    """
    from workhorse_core.jobs.job import JobStatus, read_job
    from workhorse_core.services.review import discard

    with open_record(home) as (repository, ledger):
        found = read_job(ledger, ledger.find_job(job))
        if found.status not in (JobStatus.MERGED, JobStatus.DISCARDED):
            discard(repository, ledger, found)


def discard_unfinished(home: Home, job: str) -> None:
    """Discard a job that is still being drafted, and by nobody any more."""
    from workhorse_core.jobs.job import JobStatus, read_job
    from workhorse_core.services.review import discard

    with open_record(home) as (repository, ledger), suppress(JobError):
        found = read_job(ledger, job)
        if found.status is JobStatus.DRAFTING:
            discard(repository, ledger, found)


def record_acceptance(home: Home, job: str, held: Collection[str], reason: str) -> None:
    """Record what the user has accepted, and land what the editor's buffers do not hold.

    Raises:
        LandingRefused: Landing the rest would not be safe; nothing of it was changed.
        JobError: There is nothing to accept, or another process is at work on the job.
    """
    from workhorse_core.jobs.job import read_job
    from workhorse_core.services.review import accept_in_editor
    from workhorse_core.workspace.project import open_project

    project = open_project(home.root)
    with open_record(home) as (_, ledger):
        asyncio.run(accept_in_editor(project, ledger, read_job(ledger, job), held, reason))
