"""A job: what its events add up to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from workhorse_core.errors import JobError
from workhorse_core.jobs.handoff import Decision, Verdict
from workhorse_core.jobs.landing import Landing
from workhorse_core.jobs.ledger import Event, EventKind, Ledger
from workhorse_core.jobs.scratch import Scratch
from workhorse_core.pipeline.check import CheckResult
from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verification
from workhorse_core.system.serialization import Row, from_row, to_row


class JobStatus(StrEnum):
    """Where a job stands."""

    DRAFTING = "drafting"
    """It is under way, or was interrupted."""
    VERIFIED = "verified"
    FAILED = "failed"
    NOTHING = "nothing"
    APPROVED = "approved"
    REJECTED = "rejected"
    MERGED = "merged"
    DISCARDED = "discarded"


class Job(NamedTuple):
    """One task and all that came of it; times are in seconds since 1970.

    ``drafts`` are the last of each region, in the order of the files. ``reason`` says why it failed or had nothing
    to do. ``landing`` is there from when it was begun; whether it is over says ``status``. ``commit`` is the user's
    commit that it landed as, None for the work tree alone. ``held`` are the paths that landed in an editor's buffers.
    ``notes`` are full sentences about what could not be used for all of its drafts.
    """

    id: str
    task: Task
    started: float
    updated: float
    status: JobStatus = JobStatus.DRAFTING
    drafts: tuple[Draft, ...] = ()
    scratch: Scratch | None = None
    verification: Verification | None = None
    verdicts: tuple[Verdict, ...] = ()
    landing: Landing | None = None
    commit: str | None = None
    reason: str | None = None
    held: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The last word."""
        return self.verdicts[-1] if self.verdicts else None


def read_job(ledger: Ledger, job: str) -> Job:
    """Read a job from its events.

    Raises:
        JobError: It was never started.
    """
    return fold(job, ledger.events(job))


def subject_of(job: Job) -> str:
    """Say what a job did and where, in one line."""
    paths = sorted({draft.path for draft in job.drafts if draft.parts})
    names = sorted({draft.name for draft in job.drafts if draft.parts and draft.name})
    where = paths[0] if len(paths) == 1 else f"{len(paths)} files"
    return f"{job.task.action.capitalize()} for {names[0] + ' in ' if len(names) == 1 else ''}{where}"


def fold(job: str, events: Iterable[Event]) -> Job:
    """Add events up.

    Raises:
        JobError: There are none, or the first one does not start the job.
    """
    folded: Job | None = None
    drafts: dict[tuple[str, str, int], Draft] = {}  # the last one of each region
    for event in events:
        if event.kind is EventKind.STARTED:
            folded = Job(job, from_row(Task, event.data["task"]), event.at, event.at)
        elif folded is None:
            continue
        elif event.kind is EventKind.DRAFTED:
            draft = from_row(Draft, event.data["draft"])
            drafts[draft.path, draft.name, draft.ordinal] = draft
            folded = folded._replace(status=JobStatus.DRAFTING, updated=event.at)
        else:
            folded = _FOLDS[event.kind](folded, event.data)._replace(updated=event.at)
            if event.kind is EventKind.RETRIED:
                drafts.clear()
    if folded is None:
        raise JobError(f"Job {job} was given an id and never started.", "See the others: workhorse jobs")
    in_order = sorted(drafts.values(), key=lambda draft: (draft.path, draft.first, draft.name))
    return folded._replace(drafts=tuple(in_order))


# -- what is written down for each event


def started(task: Task) -> Row:
    """Give the data of a STARTED event."""
    return {"task": to_row(task)}


def drafted(draft: Draft) -> Row:
    """Give the data of a DRAFTED event, one for each region."""
    return {"draft": to_row(draft)}


def scratched(scratch: Scratch) -> Row:
    """Give the data of a SCRATCHED event."""
    return {"scratch": to_row(scratch)}


def checked(verification: Verification, scratch: Scratch, notes: Sequence[str] = ()) -> Row:
    """Give the data of a CHECKED event: what every check said of exactly these two trees."""
    results = [to_row(result) for result in verification.results]
    return {"base_tree": scratch.base_tree, "tree": scratch.tree, "results": results, "notes": [*notes]}


def ended(reason: str, notes: Sequence[str] = ()) -> Row:
    """Give the data of a FAILED, NOTHING, UNDONE or DISCARDED event."""
    return {"reason": reason, "notes": [*notes]}


def judged(verdict: Verdict) -> Row:
    """Give the data of a VERDICT event."""
    return {"verdict": to_row(verdict)}


def landing_begun(landing: Landing) -> Row:
    """Give the data of a LANDING event: all that is needed to go on after a kill."""
    return {"landing": to_row(landing)}


def landed(commit: str | None, held: Iterable[str] = ()) -> Row:
    """Give the data of a LANDED event; ``held`` are the paths that landed in an editor's buffers, not on the disk."""
    return {"commit": commit, "held": sorted(held)}


def retried(note: str) -> Row:
    """Give the data of a RETRIED event: the job begins again with these words."""
    return {"note": note}


# -- what each event does to a job

Data = Mapping[str, Any]


def _scratched(job: Job, data: Data) -> Job:
    scratch = from_row(Scratch, data["scratch"])
    return job._replace(status=JobStatus.DRAFTING, scratch=scratch, verification=None)


def _checked(job: Job, data: Data) -> Job:
    """What was said of other trees says nothing of these."""
    if job.scratch is None or (data["base_tree"], data["tree"]) != (job.scratch.base_tree, job.scratch.tree):
        return job
    verification = Verification(tuple(from_row(CheckResult, row) for row in data["results"]))
    status = JobStatus.VERIFIED if verification.passed else JobStatus.FAILED
    return job._replace(status=status, verification=verification, notes=_notes(data))


def _ended(status: JobStatus) -> Callable[[Job, Data], Job]:
    return lambda job, data: job._replace(status=status, reason=data.get("reason"), notes=_notes(data))


def _notes(data: Data) -> tuple[str, ...]:
    return tuple(data.get("notes", ()))


def _judged(job: Job, data: Data) -> Job:
    verdict = from_row(Verdict, data["verdict"])
    status = JobStatus.APPROVED if verdict.decision is Decision.APPROVE else JobStatus.REJECTED
    return job._replace(status=status, verdicts=(*job.verdicts, verdict))


def _retried(job: Job, data: Data) -> Job:
    """The verdicts are kept: they say what was wrong."""
    task = job.task._replace(note=data["note"])
    return Job(job.id, task, job.started, job.updated, verdicts=job.verdicts)


def _landing(job: Job, data: Data) -> Job:
    return job._replace(landing=from_row(Landing, data["landing"]))


def _merged(job: Job, data: Data) -> Job:
    return job._replace(status=JobStatus.MERGED, commit=data.get("commit"), held=tuple(data.get("held", ())))


_FOLDS: Mapping[EventKind, Callable[[Job, Data], Job]] = {
    EventKind.SCRATCHED: _scratched,
    EventKind.CHECKED: _checked,
    EventKind.FAILED: _ended(JobStatus.FAILED),
    EventKind.NOTHING: _ended(JobStatus.NOTHING),
    EventKind.VERDICT: _judged,
    EventKind.LANDING: _landing,
    EventKind.LANDED: _merged,
    EventKind.UNDONE: lambda job, data: job._replace(landing=None, reason=data.get("reason")),
    EventKind.DISCARDED: lambda job, data: job._replace(status=JobStatus.DISCARDED),
    EventKind.RETRIED: _retried,
}
