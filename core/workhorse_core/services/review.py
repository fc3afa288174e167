"""A reviewer's answers to a job: a verdict on all of it, a new draft, or the end."""

import getpass
from collections.abc import Sequence
from contextlib import ExitStack

from workhorse_core.actions.registry import find_action
from workhorse_core.change.patch import Patch
from workhorse_core.errors import JobError
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.handoff import Decision, Reviewer, ReviewerKind, Verdict
from workhorse_core.jobs.job import Job, JobStatus, ended, judged, read_job, refuse_newer, retried
from workhorse_core.jobs.ledger import EventKind, Ledger, NewEvent
from workhorse_core.jobs.scratch import Scratch, drop_scratch
from workhorse_core.pipeline.baseline import Baselines
from workhorse_core.pipeline.check import Comparison
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verification, Verifier, closing_checks
from workhorse_core.services.run import choose_checks
from workhorse_core.workspace.project import Project

_CAN_BE_JUDGED = (JobStatus.VERIFIED, JobStatus.APPROVED, JobStatus.REJECTED)


def user_of(repository: Repository) -> Reviewer:
    """Return the person at this machine, as git names the author of a commit; by login name where git has none."""
    answer = repository.ask("var", "GIT_AUTHOR_IDENT")
    if answer.status == 0:
        return Reviewer(ReviewerKind.HUMAN, answer.output.decode("utf-8", "replace").rpartition(">")[0] + ">")
    try:
        return Reviewer(ReviewerKind.HUMAN, getpass.getuser())
    except (KeyError, OSError):
        return Reviewer(ReviewerKind.HUMAN, "unknown")


def judge(
    repository: Repository, ledger: Ledger, job: Job, decision: Decision, reason: str, reviewer: Reviewer
) -> Verdict:
    """Record a verdict on exactly the candidate that the job has now, and on the results of its checks.

    Raises:
        JobError: There is nothing to judge, its checks did not pass, or the reviewer's name is another's.
    """
    refuse_borrowed_name(repository, reviewer)
    verdict = _verdict(job, decision, reason, reviewer)
    with ledger.hold(job.id):
        refuse_redrafted(ledger, job)
        ledger.append(job.id, EventKind.VERDICT, judged(verdict))
    return verdict


def judge_children(
    repository: Repository, ledger: Ledger, parent: str, decision: Decision, reason: str, reviewer: Reviewer
) -> tuple[Verdict, ...]:
    """Record one verdict on every child of a job that has a candidate; all of them or none.

    Raises:
        JobError: There is no such child, one is not finished, or one cannot be judged.
    """
    refuse_borrowed_name(repository, reviewer)
    with ExitStack() as held:
        for name in ledger.children(parent):
            held.enter_context(ledger.hold(name))
        children = [read_job(ledger, name) for name in ledger.children(parent)]
        for child in children:
            if child.status in (JobStatus.DRAFTING, JobStatus.NEWER):
                raise _nothing_to_judge(child)
        waiting = [child for child in children if child.status in _CAN_BE_JUDGED]
        if not waiting:
            raise JobError(f"Job {parent} has no children to judge.", f"See it: workhorse show {parent}")
        verdicts = [_verdict(child, decision, reason, reviewer) for child in waiting]
        pairs = zip(waiting, verdicts, strict=True)
        ledger.append_all([NewEvent(child.id, EventKind.VERDICT, judged(verdict)) for child, verdict in pairs])
    return tuple(verdicts)


def _verdict(job: Job, decision: Decision, reason: str, reviewer: Reviewer) -> Verdict:
    """Bind a verdict to what the job holds now.

    Raises:
        JobError: There is nothing to judge, or its checks did not pass.
    """
    scratch, verification = candidate_of(job)
    if decision is Decision.APPROVE and not verification.passed:
        raise JobError(f"Job {job.id} did not pass its checks.", f"See what they found: workhorse show {job.id}")
    trees = (scratch.base_tree, scratch.tree)
    return Verdict(decision, reviewer.kind, reviewer.name, reason, *trees, verification.evidence_digest)


def candidate_of(job: Job) -> tuple[Scratch, Verification]:
    """Return the candidate that a verdict would be about, and the results of its checks.

    Raises:
        JobError: The job has none, is over, or is being merged.
    """
    refuse_newer(job)
    if job.status not in _CAN_BE_JUDGED or job.scratch is None or job.verification is None:
        raise _nothing_to_judge(job)
    _refuse_while_landing(job)
    return job.scratch, job.verification


def refuse_borrowed_name(repository: Repository, reviewer: Reviewer) -> None:
    """Refuse a verdict without a name, or one by Claude under the name of git's user.

    Raises:
        JobError: It is one of these.
    """
    if not reviewer.name.strip():
        raise JobError("A verdict needs its reviewer's name.")
    if reviewer.kind is not ReviewerKind.HUMAN and reviewer.name == user_of(repository).name:
        raise JobError(f"A verdict by {reviewer.kind.value} cannot be signed as {reviewer.name}.")


def refuse_redrafted(ledger: Ledger, job: Job) -> None:
    """Refuse a verdict on a candidate that is not the job's any more.

    Raises:
        JobError: The job has another candidate.
    """
    if read_job(ledger, job.id).scratch != job.scratch:
        raise JobError(f"Job {job.id} has been drafted again meanwhile.", f"Look again: workhorse show {job.id}")


async def verify_patch(
    project: Project, ledger: Ledger, task: Task, patch: Patch, parts: Sequence[Part]
) -> Verification:
    """Run the checks of a task on a patch of the project's tree; ``parts`` hold the origin of each text."""
    comparison = Comparison(project, task, patch, parts=tuple(parts))
    async with closing_checks(choose_checks(find_action(task.action), project)) as checks:
        verifier = Verifier(checks, Baselines(ledger.folder / "baselines"))
        return Verification(tuple([result async for result in verifier.verify(comparison)]))


# -- a new beginning, or the end


def reopen(repository: Repository, ledger: Ledger, job: Job, note: str) -> Job:
    """Start a job again with a reviewer's note; its scratch branch is removed.

    Raises:
        JobError: It is over, or being merged.
    """
    refuse_newer(job)
    if job.status in (JobStatus.MERGED, JobStatus.DISCARDED, JobStatus.NOTHING):
        targets = " ".join(str(target) for target in job.task.targets[:3])
        sentence = f"Job {job.id} is over: its status is {job.status.value}."
        raise JobError(sentence, f"Start a new job: workhorse {job.task.action} {targets}")
    _refuse_while_landing(job)
    with ledger.hold(job.id):
        if job.scratch is not None:
            drop_scratch(repository, job.scratch)
        ledger.append(job.id, EventKind.RETRIED, retried(note))
    return read_job(ledger, job.id)


def discard(repository: Repository, ledger: Ledger, job: Job) -> None:
    """Remove a job's scratch branch; the ledger keeps its record.

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


def needed_repository(project: Project) -> Repository:
    """Return the project's repository.

    Raises:
        JobError: There is none.
    """
    if project.repository is None:
        raise JobError(f"There is no git repository in {project.root}.", "Go to the project that was worked on")
    return project.repository


def _refuse_while_landing(job: Job) -> None:
    if job.landing is not None:
        raise JobError(f"Job {job.id} is being merged.", f"Finish that first: workhorse resume {job.id}")


_STATES = {
    JobStatus.DRAFTING: ("is not finished", "Continue it: workhorse resume {id}"),
    JobStatus.FAILED: ("failed, so there is nothing to keep", "See why: workhorse show {id}"),
    JobStatus.NOTHING: ("found nothing to do", "See why: workhorse show {id}"),
    JobStatus.MERGED: ("is merged already", "Take it back as any commit: git revert"),
    JobStatus.DISCARDED: ("was discarded", "Run it again: workhorse {action} …"),
}


def _nothing_to_judge(job: Job) -> JobError:
    state, hint = _STATES.get(job.status, ("has no candidate", "See it: workhorse show {id}"))
    return JobError(f"Job {job.id} {state}.", hint.format(id=job.id, action=job.task.action))
