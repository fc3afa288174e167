"""What a reviewer's answer does to a job: a verdict, a new draft, the end, or the landing."""

import getpass
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import NamedTuple

from workhorse_core.actions.registry import find_action
from workhorse_core.change.patch import Patch
from workhorse_core.errors import JobError, LandingOvertaken, LandingRefused
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.handoff import Decision, Reviewer, Verdict
from workhorse_core.jobs.job import Job, JobStatus, ended, judged, read_job, retried, subject_of
from workhorse_core.jobs.ledger import EventKind, Ledger
from workhorse_core.jobs.scratch import drop_scratch
from workhorse_core.landing.plan import Landed, LandingPlan, land, plan_landing
from workhorse_core.pipeline.check import Check, CheckStatus, Comparison
from workhorse_core.pipeline.verification import verify
from workhorse_core.services.run import choose_checks
from workhorse_core.workspace.project import Project


class Merged(NamedTuple):
    """What has landed, and sentences about it for the user."""

    landed: Landed
    notes: tuple[str, ...]


_PLANS = 3
"""How often a landing is planned when something changes between its plan and itself."""
_CAN_BE_JUDGED = (JobStatus.VERIFIED, JobStatus.APPROVED, JobStatus.REJECTED)


def judge(
    repository: Repository, ledger: Ledger, job: Job, decision: Decision, reason: str, by: Reviewer = Reviewer.HUMAN
) -> Verdict:
    """Record a verdict on exactly the change that the job has now, with what the checks said of it.

    Raises:
        JobError: There is nothing to judge, or its checks did not pass.
    """
    if job.status not in _CAN_BE_JUDGED or job.scratch is None or job.verification is None:
        raise _nothing_to_judge(job)
    if decision is Decision.APPROVE and not job.verification.passed:
        raise JobError(f"Job {job.id} did not pass its checks.", f"See what they found: workhorse show {job.id}")
    _refuse_while_landing(job)
    evidence = job.verification.evidence_digest
    name = reviewer_name(repository)
    verdict = Verdict(decision, by, name, reason, job.scratch.base_tree, job.scratch.tree, evidence)
    with ledger.hold(job.id):
        if read_job(ledger, job.id).scratch != job.scratch:
            raise JobError(f"Job {job.id} has been drafted again meanwhile.", f"Look again: workhorse show {job.id}")
        ledger.append(job.id, EventKind.VERDICT, judged(verdict))
    return verdict


def reopen(repository: Repository, ledger: Ledger, job: Job, note: str) -> Job:
    """Give a job back to be drafted again with a reviewer's words; its scratch branch goes.

    Raises:
        JobError: It is over, or being merged.
    """
    if job.status in (JobStatus.MERGED, JobStatus.DISCARDED, JobStatus.NOTHING):
        targets = " ".join(str(target) for target in job.task.targets[:3])
        sentence = f"Job {job.id} is over: its status is {job.status.value}."
        raise JobError(sentence, f"Ask anew: workhorse {job.task.action} {targets}")
    _refuse_while_landing(job)
    with ledger.hold(job.id):
        if job.scratch is not None:
            drop_scratch(repository, job.scratch)
        ledger.append(job.id, EventKind.RETRIED, retried(note))
    return read_job(ledger, job.id)


def discard(repository: Repository, ledger: Ledger, job: Job) -> None:
    """Remove a job's scratch branch; the record of it stays.

    Raises:
        JobError: It is being merged.
    """
    if job.status is not JobStatus.MERGED:
        _refuse_while_landing(job)
    with ledger.hold(job.id):
        if job.scratch is not None:
            drop_scratch(repository, job.scratch)
        if job.status not in (JobStatus.MERGED, JobStatus.DISCARDED):
            ledger.append(job.id, EventKind.DISCARDED, ended("by the user"))


async def accept_in_editor(
    project: Project, ledger: Ledger, job: Job, held: Collection[str], reason: str = ""
) -> Merged:
    """Record what a person accepted in an editor whose buffers hold it already, and land the rest in the work tree.

    Args:
        project: The one to land in.
        ledger: Its ledger.
        job: A verified one.
        held: Paths of open files, which have been edited, read back, and are as the job would have them.
        reason: Why, for the record.

    Raises:
        LandingRefused: Landing the rest would not be safe; nothing of it was changed.
        JobError: There is nothing to accept, or another process is at work on the job.
    """
    if project.repository is None:
        raise JobError(f"There is no git repository in {project.root}.", "Go to the project that was worked on")
    judge(project.repository, ledger, job, Decision.APPROVE, reason)
    approved = read_job(ledger, job.id)
    merged = await merge_job(project, ledger, approved, commit=False, held=held)
    if approved.scratch:
        drop_scratch(project.repository, approved.scratch)
    return merged


async def merge_job(
    project: Project,
    ledger: Ledger,
    job: Job,
    *,
    commit: bool = True,
    message: str = "",
    held: Collection[str] = (),
) -> Merged:
    """Land an approved job; what a three-way merge has made of it is checked first.

    Args:
        project: The one to land in.
        ledger: Its ledger.
        job: An approved one.
        commit: Whether to commit; otherwise only the work tree changes.
        message: Of the commit; says what was done where by default.
        held: Paths that landed in an editor's buffers already; see :func:`accept_in_editor`.

    Raises:
        LandingRefused: It would not be safe, or a check fails on what would land; nothing was changed.
        JobError: There is no repository to land in, or another process is at work on the job.
    """
    if project.repository is None:
        raise JobError(f"There is no git repository in {project.root}.", "Go to the project that was worked on")
    repository = project.repository
    with ledger.hold(job.id):
        for _ in range(_PLANS - 1):
            with suppress(LandingOvertaken):  # somebody commits or saves at this moment
                plan = plan_landing(repository, read_job(ledger, job.id), commit, held)
                return await _merge_once(project, repository, ledger, job, plan, message)
        plan = plan_landing(repository, read_job(ledger, job.id), commit, held)
        return await _merge_once(project, repository, ledger, job, plan, message)


async def _merge_once(
    project: Project, repository: Repository, ledger: Ledger, job: Job, plan: LandingPlan, message: str
) -> Merged:
    checks = choose_checks(find_action(job.task.action), project)
    for patch in plan.unverified:
        await _verify_again(project, job, patch, checks)
    landed = land(repository, ledger, plan, message or subject_of(job))
    if landed.commit and job.scratch:
        drop_scratch(repository, job.scratch)  # what it held is in the user's history now
    return Merged(landed, plan.notes)


async def _verify_again(project: Project, job: Job, patch: Patch, checks: Sequence[Check]) -> None:
    async for result in verify(Comparison(project, job.task, patch), checks):
        if result.status is CheckStatus.FAILED:
            words = result.findings[0].text if result.findings else result.reason
            raise LandingRefused(
                f"The files have changed since, and merged with them {result.name} fails: {words}",
                f"Draft it again: workhorse retry {job.id} -m NOTE",
            )


def reviewer_name(repository: Repository) -> str:
    """Give git's name for the user, "Ada Lovelace <ada@example.org>"; the login name where git has none."""
    answer = repository.ask("var", "GIT_AUTHOR_IDENT")
    if answer.status == 0:
        return answer.output.decode("utf-8", "replace").rpartition(">")[0] + ">"
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _refuse_while_landing(job: Job) -> None:
    if job.landing is not None:
        raise JobError(f"Job {job.id} is being merged.", f"Finish that first: workhorse resume {job.id}")


_STATES = {
    JobStatus.DRAFTING: ("is not finished", "Go on with it: workhorse resume {id}"),
    JobStatus.FAILED: ("failed, so there is nothing to keep", "See why: workhorse show {id}"),
    JobStatus.NOTHING: ("found nothing to do", "See why: workhorse show {id}"),
    JobStatus.MERGED: ("is merged already", "Take it back as any commit: git revert"),
    JobStatus.DISCARDED: ("was discarded", "Run it again: workhorse {action} …"),
}


def _nothing_to_judge(job: Job) -> JobError:
    state, hint = _STATES.get(job.status, ("has no candidate", "See it: workhorse show {id}"))
    return JobError(f"Job {job.id} {state}.", hint.format(id=job.id, action=job.task.action))
