"""Recording a verdict: bound to the trees and the evidence that the reviewer was shown."""

import getpass

from workhorse_core.errors import JobError
from workhorse_core.handoff import Decision, Reviewer, Verdict
from workhorse_core.job import Job, JobStatus, judged
from workhorse_core.ledger import EventKind, Ledger
from workhorse_core.repository import Repository

_JUDGED = (JobStatus.VERIFIED, JobStatus.APPROVED, JobStatus.REJECTED)


def judge(repository: Repository, ledger: Ledger, job: Job, decision: Decision, reason: str) -> Verdict:
    """Record what the person at the terminal says of a job.

    Raises:
        JobError: There is nothing to judge, or its checks did not pass.
    """
    if job.status not in _JUDGED or job.scratch is None or job.verification is None:
        raise _nothing_to_judge(job)
    if decision is Decision.APPROVE and not job.verification.passed:
        raise JobError(f"Job {job.id} did not pass its checks.", f"See what they found: workhorse show {job.id}")
    if job.landing is not None:
        raise JobError(f"Job {job.id} is being merged.", f"Finish that first: workhorse resume {job.id}")
    scratch = job.scratch
    verdict = Verdict(
        decision,
        Reviewer.HUMAN,
        reviewer_name(repository),
        reason,
        scratch.base_tree,
        scratch.tree,
        job.verification.evidence,
    )
    ledger.append(job.id, EventKind.VERDICT, judged(verdict))
    return verdict


def reviewer_name(repository: Repository) -> str:
    """Give git's name for the user, "Ada Lovelace <ada@example.org>"; the login name where git has none."""
    answer = repository.ask("var", "GIT_AUTHOR_IDENT")
    if answer.status == 0:
        return answer.output.decode("utf-8", "replace").rpartition(">")[0] + ">"
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


_HINTS = {
    JobStatus.DRAFTING: ("is not finished", "Go on with it: workhorse resume {id}"),
    JobStatus.FAILED: ("failed, so there is nothing to keep", "See why: workhorse show {id}"),
    JobStatus.NOTHING: ("found nothing to do", "See why: workhorse show {id}"),
    JobStatus.MERGED: ("is merged already", "Take it back as any commit: git revert"),
    JobStatus.DISCARDED: ("was discarded", "Run it again: workhorse {action} …"),
}


def _nothing_to_judge(job: Job) -> JobError:
    state, hint = _HINTS.get(job.status, ("has no candidate", "See it: workhorse show {id}"))
    return JobError(f"Job {job.id} {state}.", hint.format(id=job.id, action=job.task.action))
