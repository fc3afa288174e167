"""Reading and changing a project's jobs. Everything here waits for git and the disk, and is called in threads.

Its imports of the core are deferred: before a first menu none of them is needed.
"""

import asyncio
from collections.abc import Collection
from typing import TYPE_CHECKING

from workhorse_core.errors import JobError, NotARepository
from workhorse_core.services.session import Session
from workhorse_lsp_server.placement import Candidate
from workhorse_lsp_server.projects import OpenProject

if TYPE_CHECKING:
    from workhorse_core.jobs.job import Job


def open_session(home: OpenProject) -> Session:
    """Open a session on a project.

    Raises:
        NotARepository: The project lies outside of git.
    """
    if home.repository is None:
        raise NotARepository(f"There is no git repository in {home.root}, so there are no jobs.", "git init")
    return Session.at(home.repository)


def read_jobs(home: OpenProject) -> list["Job"]:
    """Read a project's jobs, newest first.

    Raises:
        NotARepository: The project lies outside of git.
        LedgerError: The ledger cannot be used.
    """
    with open_session(home) as session:
        return list(session.jobs())


def find_candidate(home: OpenProject, text: str) -> Candidate:
    """Return a job that waits as a candidate for review.

    Raises:
        JobError: There is no such job, it has nothing to review, or its commits are gone.
    """
    from workhorse_core.jobs.job import JobStatus, subject_of
    from workhorse_core.jobs.scratch import read_patch

    with open_session(home) as session:
        job = session.find_job(text)
        if job.scratch is None or job.status in (JobStatus.MERGED, JobStatus.DISCARDED):
            raise JobError(f"Job {job.id} has nothing to review: its status is {job.status.value}.")
        patch = read_patch(session.repository, job.scratch)
    diff = patch.text.decode("utf-8", "replace")
    return Candidate(home, job.task, subject_of(job), job.drafts, patch.changes, diff, (), job.id)


def reopen_job(home: OpenProject, job: str, note: str) -> "Job":
    """Reopen a job to be drafted again with a reviewer's note.

    Raises:
        JobError: There is no such job, or it cannot be drafted again.
    """
    from workhorse_core.services.review import reopen

    with open_session(home) as session:
        return reopen(session.repository, session.ledger, session.find_job(job), note)


def reject_job(home: OpenProject, job: str, reason: str) -> None:
    """Record the user's rejection of a job.

    Raises:
        JobError: There is no such job, or it has nothing to judge.
    """
    from workhorse_core.jobs.handoff import Decision
    from workhorse_core.services.review import judge, user_of

    with open_session(home) as session:
        reviewer = user_of(session.repository)
        judge(session.repository, session.ledger, session.find_job(job), Decision.REJECT, reason, reviewer)


def discard_job(home: OpenProject, job: str) -> None:
    """Discard a job, unless it is over.

    Raises:
        JobError: There is no such job.
    """
    from workhorse_core.jobs.job import JobStatus
    from workhorse_core.services.review import discard

    with open_session(home) as session:
        found = session.find_job(job)
        if found.status not in (JobStatus.MERGED, JobStatus.DISCARDED):
            discard(session.repository, session.ledger, found)


def record_acceptance(home: OpenProject, job: str, held: Collection[str], reason: str) -> None:
    """Record the user's approval, and land the files that the editor's buffers do not hold.

    Raises:
        LandingRefused: Landing the rest would not be safe; nothing of it was changed.
        JobError: There is nothing to approve, or another process is at work on the job.
    """
    from workhorse_core.services.merge import accept_in_editor
    from workhorse_core.services.review import user_of

    with open_session(home) as session:
        found = session.find_job(job)
        reviewer = user_of(session.repository)
        asyncio.run(accept_in_editor(session.project, session.ledger, found, held, reviewer, reason))
