"""Reading and changing a project's jobs. Everything here waits for git and the disk, and is called in threads.

Its imports of the core are deferred: before a first menu none of them is needed.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from workhorse_core.errors import JobError, NotARepository
from workhorse_core.services.session import Session
from workhorse_lsp_server.candidate import Candidate, RegionId, region_of, version_of_text
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
    version = job.scratch.candidate
    return Candidate(home, job.task, subject_of(job), job.drafts, patch.changes, diff, (), job.id, job.id, version)


def keep_parts(home: OpenProject, job: str, rejected: Mapping[RegionId, str], reason: str) -> Candidate:
    """Record the user's approval of a job without some of its regions, and return what is left of it.

    Raises:
        JobError: There is nothing to judge, or the rest does not pass its checks.
    """
    from workhorse_core.services.part_review import judge_parts, parts_by_id
    from workhorse_core.services.review import user_of

    with open_session(home) as session:
        found = session.find_job(job)
        drafts = {(draft.path, draft.name, draft.ordinal): region_of(draft) for draft in found.drafts}
        regions = {part: drafts[part.path, part.region, part.ordinal] for part in parts_by_id(found)}
        left_out = {part: rejected[region] for part, region in regions.items() if region in rejected}
        reviewer = user_of(session.repository)
        asyncio.run(judge_parts(session.project, session.ledger, found, left_out, reviewer, reason))
    return find_candidate(home, job)


def narrowed(candidate: Candidate, rejected: Collection[RegionId]) -> Candidate:
    """Return a candidate that no ledger records without some of its regions."""
    from workhorse_core.pipeline.draft import parts_of
    from workhorse_core.pipeline.part import patch_of_parts

    drafts = tuple(draft for draft in candidate.drafts if region_of(draft) not in rejected)
    base = {change.moved_from or change.path: change.before for change in candidate.changes}
    patch = patch_of_parts(base.get, parts_of(drafts))
    diff = patch.text.decode("utf-8", "replace")
    return candidate._replace(drafts=drafts, changes=patch.changes, diff=diff, version=version_of_text(diff))


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


def record_turn(home: OpenProject, job: str, stands: bool) -> None:
    """Record that a landing was undone in its buffer, or is there again.

    Raises:
        JobError: There is no such job, or another process is at work on it.
    """
    from workhorse_core.services.merge import put_back_in_editor, take_back_in_editor

    with open_session(home) as session:
        turn = put_back_in_editor if stands else take_back_in_editor
        turn(session.ledger, session.find_job(job))


def record_acceptance(home: OpenProject, job: str, held: Collection[str], reason: str, *, judged: bool) -> None:
    """Record the user's approval unless it is ``judged`` already, and land the files that no buffer holds.

    Raises:
        LandingRefused: Landing the rest would not be safe; nothing of it was changed.
        JobError: There is nothing to approve, or another process is at work on the job.
    """
    from workhorse_core.services.merge import accept_in_editor
    from workhorse_core.services.review import user_of

    with open_session(home) as session:
        found = session.find_job(job)
        reviewer = None if judged else user_of(session.repository)
        asyncio.run(accept_in_editor(session.project, session.ledger, found, held, reviewer, reason))
