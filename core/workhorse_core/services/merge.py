"""Landing approved jobs; a change that a three-way merge has altered is verified first."""

from collections.abc import AsyncGenerator, Collection
from contextlib import suppress

from workhorse_core.change.patch import Patch
from workhorse_core.errors import JobError, LandingOvertaken, LandingRefused
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.handoff import Decision, Reviewer
from workhorse_core.jobs.job import Job, JobStatus, ended, landed, read_job, subject_of
from workhorse_core.jobs.ledger import EventKind, Ledger
from workhorse_core.jobs.scratch import drop_scratch
from workhorse_core.landing.plan import Landed, LandingPlan, finish_landing, land, plan_landing
from workhorse_core.pipeline.draft import parts_of
from workhorse_core.services.review import judge, needed_repository, verify_patch
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.project import Project


class Merged(NamedTuple):
    """A landing, and full sentences about it for the user."""

    landed: Landed
    notes: tuple[str, ...]


TAKEN_BACK = "Taken back in the editor."
_PLANS = 3
"""Number of plans made when something changes between a plan and its landing."""
_OVER = (JobStatus.MERGED, JobStatus.DISCARDED, JobStatus.NOTHING, JobStatus.FAILED, JobStatus.REJECTED)
"""States of a child that its parent's landing passes over."""


async def accept_in_editor(
    project: Project, ledger: Ledger, job: Job, held: Collection[str], reviewer: Reviewer | None, reason: str = ""
) -> Merged:
    """Approve a change that an editor's buffers hold already; land the rest in the work tree.

    Args:
        project: The project to land in.
        ledger: Its ledger.
        job: A verified job.
        held: Paths of open files whose buffers have been edited, read back, and are as the job would have them.
        reviewer: The person at the editor; None if their approval is recorded already.
        reason: The reason for the record.

    Raises:
        LandingRefused: Landing the rest would not be safe; nothing of it was changed.
        JobError: There is nothing to accept, or another process is at work on the job.
    """
    repository = needed_repository(project)
    if reviewer:
        judge(repository, ledger, job, Decision.APPROVE, reason, reviewer)
    approved = read_job(ledger, job.id)
    merged = await merge_job(project, ledger, approved, commit=False, held=held)
    if approved.scratch:
        drop_scratch(repository, approved.scratch)
    return merged


def take_back_in_editor(ledger: Ledger, job: Job) -> None:
    """Record that a change which only an editor's buffers hold was undone there.

    Raises:
        JobError: Another process is at work on the job.
    """
    with ledger.hold(job.id):
        now = read_job(ledger, job.id)
        if now.status is JobStatus.MERGED and now.commit is None:
            ledger.append(job.id, EventKind.DISCARDED, ended(TAKEN_BACK))


def put_back_in_editor(ledger: Ledger, job: Job) -> None:
    """Record that a change which was undone in an editor's buffers is there again.

    Raises:
        JobError: Another process is at work on the job.
    """
    with ledger.hold(job.id):
        now = read_job(ledger, job.id)
        if now.status is JobStatus.DISCARDED and now.reason == TAKEN_BACK:
            ledger.append(job.id, EventKind.LANDED, landed(None, now.held))


async def merge_job(
    project: Project,
    ledger: Ledger,
    job: Job,
    *,
    commit: bool = True,
    message: str = "",
    held: Collection[str] = (),
) -> Merged:
    """Land an approved job; verify what a three-way merge has altered first.

    Args:
        project: The project to land in.
        ledger: Its ledger.
        job: An approved job.
        commit: Whether to commit; otherwise only the work tree changes.
        message: The commit's message; by default the action and the place.
        held: Paths that landed in an editor's buffers already; see :func:`accept_in_editor`.

    Raises:
        LandingRefused: It would not be safe, or a check fails on what would land; nothing was changed.
        JobError: There is no repository to land in, or another process is at work on the job.
    """
    repository = needed_repository(project)
    with ledger.hold(job.id):
        for _ in range(_PLANS - 1):
            with suppress(LandingOvertaken):  # a commit or a save at this very moment
                plan = plan_landing(repository, read_job(ledger, job.id), commit, held)
                return await _merge_once(project, repository, ledger, job, plan, message)
        plan = plan_landing(repository, read_job(ledger, job.id), commit, held)
        return await _merge_once(project, repository, ledger, job, plan, message)


async def _merge_once(
    project: Project, repository: Repository, ledger: Ledger, job: Job, plan: LandingPlan, message: str
) -> Merged:
    for patch in plan.unverified:
        await _verify_again(project, ledger, job, patch)
    done = land(repository, ledger, plan, message or subject_of(job))
    in_history = plan.landing.head is not None and (done.commit or not done.work_tree_only)
    if in_history and job.scratch:
        drop_scratch(repository, job.scratch)  # its change is in the user's history, by this commit or an earlier one
    return Merged(done, plan.notes)


async def _verify_again(project: Project, ledger: Ledger, job: Job, patch: Patch) -> None:
    verification = await verify_patch(project, ledger, job.task, patch, parts_of(job.drafts))
    for result in verification.failed:
        words = result.findings[0].text if result.findings else result.reason
        raise LandingRefused(
            f"The files have changed since, and merged with them {result.name} fails: {words}",
            f"Draft it again: workhorse retry {job.id} -m NOTE",
        )


async def merge_children(project: Project, ledger: Ledger, parent: str) -> AsyncGenerator[Merged]:
    """Land every approved child of a job, oldest first, each as a commit of its own; then the parent is over.

    Each landing is whole or not at all. Called again after a refusal or a kill, this continues with the children that
    have not landed.

    Yields:
        Each landing.

    Raises:
        JobError: There are no children, or one still waits for a verdict; nothing was changed.
        LandingRefused: The next child cannot land; the earlier ones have landed.
    """
    repository = needed_repository(project)
    children = [read_job(ledger, child) for child in ledger.children(parent)]
    if not children:
        raise JobError(f"Job {parent} has no children.", f"See it: workhorse show {parent}")
    for child in children:
        if child.status not in (JobStatus.APPROVED, *_OVER):
            raise JobError(f"Job {child.id}, a part of {parent}, is not approved.", f"workhorse approve {child.id}")
    for child in children:
        if child.status is JobStatus.APPROVED:
            if interrupted := finish_landing(repository, ledger, child):
                yield Merged(interrupted, ())
            else:
                yield await merge_job(project, ledger, child)
    ledger.append(parent, EventKind.LANDED, landed(None))
