"""The record of a run in the ledger, from which it can be resumed at any point."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from workhorse_core.errors import JobError
from workhorse_core.jobs.job import Job, JobStatus, checked, drafted, ended, read_job, scratched, started
from workhorse_core.jobs.ledger import EventKind, Ledger
from workhorse_core.jobs.scratch import Scratch
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.pipeline.drafting import key_of
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verification
from workhorse_core.system.serialization import Row


class RunRecord:
    """The events of one run; without a ledger, of a dry run, there are none.

    ``job`` is the job's id. ``earlier`` are the drafts of the interrupted run that this one goes on with.
    """

    def __init__(self, ledger: Ledger | None = None, job: str | None = None, earlier: tuple[Draft, ...] = ()) -> None:
        self._ledger = ledger
        self.job = job
        self.earlier = earlier
        self._last = {key_of(draft): draft for draft in earlier}

    def draft(self, draft: Draft) -> None:
        """Record a draft, unless it is the last one of its region already."""
        if self._last.get(key_of(draft)) != draft:
            self._last[key_of(draft)] = draft
            self._append(EventKind.DRAFTED, drafted(draft))

    def verified(self, scratch: Scratch, verification: Verification, notes: Sequence[str]) -> None:
        """Record the candidate and the results of its checks."""
        self._append(EventKind.SCRATCHED, scratched(scratch))
        self._append(EventKind.CHECKED, checked(verification, scratch, notes))

    def nothing(self, drafts: Sequence[Draft], notes: Sequence[str]) -> None:
        """Record that there is no candidate, with the reason."""
        failed = [draft for draft in drafts if draft.status is DraftStatus.FAILED]
        kind = EventKind.FAILED if failed else EventKind.NOTHING
        reason = failed[0].reason or "" if failed else "Nothing was found to write."
        self._append(kind, ended(reason, notes))

    def _append(self, kind: EventKind, data: Row) -> None:
        if self._ledger and self.job:
            self._ledger.append(self.job, kind, data)


def start_record(
    ledger: Ledger, task: Task, held: ExitStack, parent: str | None, announce: Callable[[str], None] | None
) -> RunRecord:
    """Start a job that no other process can work on until ``held`` is closed; announce its id before."""
    job = ledger.new_job(parent)
    held.enter_context(ledger.hold(job))
    if announce:
        announce(job)
    ledger.append(job, EventKind.STARTED, started(task))
    return RunRecord(ledger, job)


def continue_record(ledger: Ledger, job: Job, held: ExitStack) -> RunRecord:
    """Go on with a job that no other process can work on until ``held`` is closed.

    Raises:
        JobError: Another process is at work on the job, or has finished it.
    """
    held.enter_context(ledger.hold(job.id))
    present = read_job(ledger, job.id)
    if present.status is not JobStatus.DRAFTING:
        sentence = f"Job {job.id} has been finished meanwhile: its status is {present.status.value}."
        raise JobError(sentence, f"workhorse show {job.id}")
    return RunRecord(ledger, job.id, present.drafts)
