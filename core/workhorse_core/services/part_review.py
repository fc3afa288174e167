"""A verdict that keeps some parts of a job: the rest becomes a new candidate, verified and approved with it."""

from collections.abc import Iterable, Mapping

from workhorse_core.errors import JobError
from workhorse_core.jobs.handoff import Decision, PartId, RejectedPart, Reviewer, Verdict
from workhorse_core.jobs.job import Job, checked, drafted, judged, scratched
from workhorse_core.jobs.ledger import EventKind, Ledger, NewEvent
from workhorse_core.jobs.scratch import Scratch, drop_scratch, narrow_scratch, read_patch
from workhorse_core.pipeline.draft import Draft, parts_of
from workhorse_core.pipeline.part import Part, patch_of_parts
from workhorse_core.pipeline.verification import Verification
from workhorse_core.services.review import (
    candidate_of,
    judge,
    needed_repository,
    refuse_borrowed_name,
    refuse_redrafted,
    verify_patch,
)
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project


def parts_by_id(job: Job) -> dict[PartId, Part]:
    """Return every part of a job's candidate by its identity, in the order of the files."""
    return {
        PartId(draft.path, draft.name, draft.ordinal, number): part
        for draft in job.drafts
        for number, part in enumerate(draft.parts)
    }


async def judge_parts(
    project: Project, ledger: Ledger, job: Job, rejected: Mapping[PartId, str], reviewer: Reviewer, reason: str = ""
) -> Verdict:
    """Approve a job without some of its parts.

    The other parts become a new candidate upon the same base, verified again; the approval is bound to its tree and its
    results. Candidate, results and verdict are recorded together: killed at any instant, the job is as it was, or
    judged. With every part rejected the verdict is a rejection, with none an approval of the candidate as it is.

    Args:
        project: The project of the job.
        ledger: Its ledger.
        job: A job with a candidate.
        rejected: The parts to leave out, by :func:`parts_by_id`, each with the reason.
        reviewer: The author of the verdict.
        reason: The reason for keeping the rest.

    Raises:
        JobError: There is nothing to judge, no such part, or the rest does not pass its checks; nothing was changed.
    """
    repository = needed_repository(project)
    scratch, _ = candidate_of(job)
    known = parts_by_id(job)
    if unknown := rejected.keys() - known.keys():
        raise JobError(f"Job {job.id} has no such part in {min(unknown).path}.", f"Look again: workhorse show {job.id}")
    if not rejected:
        return judge(repository, ledger, job, Decision.APPROVE, reason, reviewer)
    if len(rejected) == len(known):
        reasons = "; ".join(dict.fromkeys(each for each in (reason, *rejected.values()) if each))
        return judge(repository, ledger, job, Decision.REJECT, reasons, reviewer)
    refuse_borrowed_name(repository, reviewer)
    with ledger.hold(job.id):
        refuse_redrafted(ledger, job)
        why_not = {known[part]: why for part, why in rejected.items()}
        kept = await _without(project, ledger, job, scratch, why_not)
        verdict = Verdict(
            Decision.APPROVE,
            *reviewer,
            reason,
            kept.scratch.base_tree,
            kept.scratch.tree,
            kept.verification.evidence_digest,
            tuple(RejectedPart(part.path, part.region, known[part].name, why) for part, why in rejected.items()),
        )
        ledger.append_all(_events(job, kept, verdict))
        drop_scratch(repository, scratch, keep=kept.scratch)
    return verdict


class _Kept(NamedTuple):
    """The candidate of the parts that were kept; ``drafts`` are those that lost a part."""

    drafts: tuple[Draft, ...]
    scratch: Scratch
    verification: Verification


async def _without(project: Project, ledger: Ledger, job: Job, scratch: Scratch, reasons: dict[Part, str]) -> _Kept:
    repository = needed_repository(project)
    whole = read_patch(repository, scratch)
    base = {change.moved_from or change.path: change.before for change in whole.changes}
    if patch_of_parts(base.get, parts_of(job.drafts)) != whole:
        raise JobError(f"The parts of job {job.id} do not make its candidate.", f"workhorse retry {job.id} -m NOTE")
    drafts = [draft.without(reasons) for draft in job.drafts]
    parts = parts_of(drafts)
    patch = patch_of_parts(base.get, parts)
    buffers = {path: data for path, data in base.items() if data is not None}
    over_base = project._replace(tree=WorkTree(project.root, repository, buffers))
    verification = await verify_patch(over_base, ledger, job.task, patch, parts)
    for result in verification.failed:
        words = result.findings[0].text if result.findings else result.reason
        raise JobError(
            f"Without the parts that were rejected {result.name} fails: {words}",
            f"Draft them again: workhorse retry {job.id} -m NOTE",
        )
    changed = tuple(new for old, new in zip(job.drafts, drafts, strict=True) if old != new)
    return _Kept(changed, narrow_scratch(repository, scratch, patch), verification)


def _events(job: Job, kept: _Kept, verdict: Verdict) -> Iterable[NewEvent]:
    for draft in kept.drafts:
        yield NewEvent(job.id, EventKind.DRAFTED, drafted(draft))
    yield NewEvent(job.id, EventKind.SCRATCHED, scratched(kept.scratch))
    yield NewEvent(job.id, EventKind.CHECKED, checked(kept.verification, kept.scratch, job.notes))
    yield NewEvent(job.id, EventKind.VERDICT, judged(verdict))
