"""A job as every door shows it, whether it was just run or is read from the ledger."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workhorse_core.errors import JobError
from workhorse_core.jobs.handoff import Verdict
from workhorse_core.jobs.job import Job, subject_of
from workhorse_core.jobs.scratch import Scratch
from workhorse_core.pipeline.check import CheckResult
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.system.named_tuple import NamedTuple

if TYPE_CHECKING:
    from workhorse_core.actions.coverage import Coverage
    from workhorse_core.pipeline.task import Task
    from workhorse_core.services.run import RunFinished
    from workhorse_core.services.session import Session


class JobView(NamedTuple):
    """One job; ``job`` is None in a dry run, ``status`` one of those that docs/commands.md lists.

    ``title`` is one line for people. ``diff`` is None where it was not read. ``error`` is why the job failed or had
    nothing to do. ``landed`` is the user's commit. ``notes`` are full sentences about all of its drafts, ``risks``
    about what the evidence does not cover. Times are in seconds since 1970, None in a dry run. ``parent`` and
    ``children`` are ids of jobs.
    """

    job: str | None
    action: str
    status: str
    title: str
    targets: Sequence[str] = ()
    note: str | None = None
    drafts: Sequence[Draft] = ()
    scratch: Scratch | None = None
    results: Sequence[CheckResult] = ()
    verdicts: Sequence[Verdict] = ()
    diff: bytes | None = None
    risks: Sequence[str] = ()
    error: str | None = None
    landed: str | None = None
    coverage: "Sequence[Coverage]" = ()
    notes: Sequence[str] = ()
    started: float | None = None
    updated: float | None = None
    parent: str | None = None
    children: Sequence[str] = ()

    def count(self, status: DraftStatus) -> int:
        """Count the regions of a status."""
        return sum(draft.status is status for draft in self.drafts)


def view_recorded(job: Job) -> JobView:
    """View a job of the ledger, without its diff."""
    return JobView(
        job.id,
        job.task.action,
        job.status.value,
        subject_of(job) if job.drafts else job.task.action.capitalize(),
        [str(target) for target in job.task.targets],
        job.task.note,
        job.drafts,
        job.scratch,
        job.verification.results if job.verification else (),
        job.verdicts,
        error=job.reason,
        landed=job.commit,
        notes=job.notes,
        started=job.started,
        updated=job.updated,
    )


def view_job(session: "Session", job: Job, with_diff: bool = True) -> JobView:
    """View a job of the ledger; its diff is empty if its commits are gone, and None where it is not asked for."""
    ledger = session.ledger
    view = view_recorded(job)._replace(parent=ledger.parent(job.id), children=ledger.children(job.id))
    if not with_diff:
        return view
    from workhorse_core.jobs.scratch import read_patch

    try:
        patch = read_patch(session.repository, job.scratch) if job.scratch else None
    except JobError:
        patch = None
    return view._replace(diff=patch.text if patch else b"")


def view_finished(task: "Task", finished: "RunFinished") -> JobView:
    """View a task that was just carried through."""
    handoff = finished.handoff
    view = JobView(
        finished.job,
        task.action,
        _status(finished),
        task.action.capitalize(),
        [str(target) for target in task.targets],
        task.note,
        finished.drafts,
        diff=b"",
        notes=finished.notes,
    )
    if handoff is None:
        return view
    return view._replace(
        scratch=handoff.scratch,
        results=handoff.verification.results,
        diff=handoff.patch.text,
        risks=_unseen(handoff.risks),
    )


def _status(finished: "RunFinished") -> str:
    if finished.handoff:
        return "verified"
    return "failed" if any(draft.status is DraftStatus.FAILED for draft in finished.drafts) else "nothing"


def _unseen(risks: Sequence[str]) -> tuple[str, ...]:
    """Leave out the risks that the lines of the checks show already."""
    return tuple(risk for risk in risks if " did not run: " not in risk)
