"""A job, folded from its events."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from workhorse_core.errors import JobError
from workhorse_core.jobs.handoff import Decision, Verdict
from workhorse_core.jobs.ledger import Event, EventKind, Ledger
from workhorse_core.jobs.ledger_file import UPGRADE
from workhorse_core.jobs.scratch import Scratch
from workhorse_core.pipeline.check import CheckResult
from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verification
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.system.printable import visible
from workhorse_core.system.serialization import Row, from_row, to_row

if TYPE_CHECKING:
    from workhorse_core.jobs.landing import Landing


class JobStatus(StrEnum):
    """States of a job."""

    DRAFTING = "drafting"
    """It is under way, or was interrupted."""
    VERIFIED = "verified"
    FAILED = "failed"
    NOTHING = "nothing"
    APPROVED = "approved"
    REJECTED = "rejected"
    MERGED = "merged"
    DISCARDED = "discarded"
    NEWER = "newer"
    """Its record holds events that only a newer Workhorse can read."""


class Job(NamedTuple):
    """One task and its results; times are in seconds since 1970.

    ``drafts`` are the last of each region, in the order of the files. ``reason`` is the cause of a failure, of an empty
    result, or of an unreadable record. ``landing`` is set as soon as a landing begins; ``status`` shows whether it is
    over. ``commit`` is the user's commit that it landed as, None for the work tree alone. ``held`` are the paths
    that landed in an editor's buffers. ``notes`` are full sentences about inputs that no draft could use.
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
    landing: "Landing | None" = None
    commit: str | None = None
    reason: str | None = None
    held: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The latest verdict."""
        return self.verdicts[-1] if self.verdicts else None


def read_job(ledger: Ledger, job: str) -> Job:
    """Read a job from its events.

    Raises:
        JobError: It was never started.
    """
    return fold(job, ledger.events(job))


def read_jobs(ledger: Ledger, over: bool = True) -> Iterator[Job]:
    """Read the jobs, newest first; without ``over`` only those that can continue or wait for a verdict.

    An id that was drawn just before a kill is no job and is left out.
    """
    for job in ledger.jobs(over):
        if events := ledger.events(job):
            yield fold(job, events)


def subject_of(job: Job) -> str:
    """Return one line with a job's action and place."""
    return subject_of_drafts(job.task, job.drafts)


def subject_of_drafts(task: Task, drafts: Iterable[Draft]) -> str:
    """Return one line with the action and the place of some drafts."""
    written = [draft for draft in drafts if draft.parts]
    paths = sorted({draft.path for draft in written})
    names = sorted({draft.name for draft in written if draft.name})
    where = paths[0] if len(paths) == 1 else f"{len(paths)} files"
    return visible(f"{task.action.capitalize()} for {names[0] + ' in ' if len(names) == 1 else ''}{where}")


def refuse_newer(job: Job) -> None:
    """Refuse to change a job whose record cannot be read whole.

    Raises:
        JobError: It was continued by a newer Workhorse; the message names the version where the record does.
    """
    if job.status is JobStatus.NEWER:
        raise JobError(f"Job {job.id} cannot be changed: {job.reason}", UPGRADE)


# -- folding


class _Folded(NamedTuple):
    """The job so far, and its last draft of each region."""

    job: Job
    drafts: dict[tuple[str, str, int], Draft]


_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""Errors of reading a row whose fields or values another version of the program has changed."""


def fold(job: str, events: Iterable[Event]) -> Job:
    """Combine the events of a job.

    Events that only a newer Workhorse can read give it the status NEWER, and a reason.

    Raises:
        JobError: There are none, or the first one does not start the job.
    """
    folded: _Folded | None = None
    newer: str | None = None
    for event in events:
        try:
            folded = _add(folded, event)
        except _UNREADABLE:
            folded = folded or _Folded(Job(job, Task("", ()), event.at, event.at), {})
            newer = event.needs or newer or ""
    if folded is None:
        raise JobError(f"Job {job} was given an id and never started.", "See the others: workhorse jobs")
    in_order = sorted(folded.drafts.values(), key=lambda draft: (draft.path, draft.first, draft.name))
    whole = folded.job._replace(drafts=tuple(in_order))
    if newer is None:
        return whole
    return whole._replace(status=JobStatus.NEWER, reason=f"Its record needs {_program(newer)}.")


def _is_newer(version: str) -> bool:
    from workhorse_core.system.version import is_newer  # deferred: few events need a version

    return is_newer(version)


def _program(version: str) -> str:
    return f"Workhorse {version} or newer" if version else "a newer Workhorse"


def _add(folded: _Folded | None, event: Event) -> _Folded | None:
    """Add one event.

    Raises:
        ValueError: Only a newer Workhorse can read it. Also :data:`_UNREADABLE`.
    """
    if event.kind is EventKind.UNKNOWN or (event.needs and _is_newer(event.needs)):
        raise ValueError(event.kind)
    if event.kind is EventKind.STARTED:
        return _Folded(Job(event.job, from_row(Task, event.data["task"]), event.at, event.at), {})
    if folded is None:
        return None
    if event.kind is EventKind.DRAFTED:
        draft = from_row(Draft, event.data["draft"])
        folded.drafts[draft.path, draft.name, draft.ordinal] = draft
        return folded._replace(job=folded.job._replace(status=JobStatus.DRAFTING, updated=event.at))
    job = _FOLDS[event.kind](folded.job, event.data)._replace(updated=event.at)
    return _Folded(job, {} if event.kind is EventKind.RETRIED else folded.drafts)


# -- the data of each event


def started(task: Task) -> Row:
    """Return the data of a STARTED event."""
    return {"task": to_row(task)}


def drafted(draft: Draft) -> Row:
    """Return the data of a DRAFTED event, one for each region."""
    return {"draft": to_row(draft)}


def scratched(scratch: Scratch) -> Row:
    """Return the data of a SCRATCHED event."""
    return {"scratch": to_row(scratch)}


def checked(verification: Verification, scratch: Scratch, notes: Sequence[str] = ()) -> Row:
    """Return the data of a CHECKED event: the results of every check on exactly these two trees."""
    results = [to_row(result) for result in verification.results]
    return {"base_tree": scratch.base_tree, "tree": scratch.tree, "results": results, "notes": [*notes]}


def ended(reason: str, notes: Sequence[str] = ()) -> Row:
    """Return the data of a FAILED, NOTHING, UNDONE or DISCARDED event."""
    return {"reason": reason, "notes": [*notes]}


def judged(verdict: Verdict) -> Row:
    """Return the data of a VERDICT event."""
    return {"verdict": to_row(verdict)}


def landing_begun(landing: "Landing") -> Row:
    """Return the data of a LANDING event: everything needed to continue after a kill."""
    return {"landing": to_row(landing)}


def landed(commit: str | None, held: Iterable[str] = ()) -> Row:
    """Return the data of a LANDED event; ``held`` are the paths that landed in an editor's buffers, not on the disk."""
    return {"commit": commit, "held": sorted(held)}


def retried(note: str) -> Row:
    """Return the data of a RETRIED event: the job starts again with this note."""
    return {"note": note}


# -- the effect of each event

Data = Mapping[str, Any]


def _scratched(job: Job, data: Data) -> Job:
    scratch = from_row(Scratch, data["scratch"])
    return job._replace(status=JobStatus.DRAFTING, scratch=scratch, verification=None)


def _checked(job: Job, data: Data) -> Job:
    """Take the results, unless they are about other trees than those of the scratch branch."""
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
    """Start the job again; its verdicts are kept for their reasons."""
    task = job.task._replace(note=data["note"])
    return Job(job.id, task, job.started, job.updated, verdicts=job.verdicts)


def _landing(job: Job, data: Data) -> Job:
    from workhorse_core.jobs.landing import Landing  # deferred: most jobs have not landed yet

    return job._replace(landing=from_row(Landing, data["landing"]))


def _merged(job: Job, data: Data) -> Job:
    held = tuple(data.get("held", ()))
    return job._replace(status=JobStatus.MERGED, commit=data.get("commit"), held=held, reason=None)


_FOLDS: Mapping[EventKind, Callable[[Job, Data], Job]] = {
    EventKind.SCRATCHED: _scratched,
    EventKind.CHECKED: _checked,
    EventKind.FAILED: _ended(JobStatus.FAILED),
    EventKind.NOTHING: _ended(JobStatus.NOTHING),
    EventKind.VERDICT: _judged,
    EventKind.LANDING: _landing,
    EventKind.LANDED: _merged,
    EventKind.UNDONE: lambda job, data: job._replace(landing=None, reason=data.get("reason")),
    EventKind.DISCARDED: lambda job, data: job._replace(status=JobStatus.DISCARDED, reason=data.get("reason")),
    EventKind.RETRIED: _retried,
}
