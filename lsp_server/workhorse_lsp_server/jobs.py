"""The jobs of the open projects: read from their records, watched for change, and as the protocol shows them."""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workhorse_core.check import CheckResult
from workhorse_core.code.source import Source
from workhorse_core.draft import Draft
from workhorse_core.errors import JobError
from workhorse_core.handoff import Verdict
from workhorse_core.job import Job, JobStatus, read_job
from workhorse_core.patch import FileChange
from workhorse_core.review import discard, subject_of
from workhorse_core.scratch import read_patch
from workhorse_lsp_server.landing import Candidate
from workhorse_lsp_server.projects import Home, open_record, uri_of

Json = dict[str, Any]
Locate = Callable[[Path, str, int], Json | None]
"""Gives the range that a name, which stood at a line, has now in an open document; None where it is not known."""

_WAITING = (JobStatus.VERIFIED, JobStatus.APPROVED)
_LEDGER_FILES = ("ledger.db", "ledger.db-wal")


@dataclass(slots=True)
class Desk:
    """One project's jobs, as they were when its record was last read."""

    home: Home
    jobs: tuple[Job, ...] = ()
    seen: tuple[object, ...] = field(default=())

    def has_changed(self) -> bool:
        """Whether the record is another than before: two looks at the disk."""
        marks = tuple(_mark(self.home.ledger / name) for name in _LEDGER_FILES) if self.home.ledger else ()
        changed, self.seen = marks != self.seen, marks
        return changed

    def read(self) -> None:
        """Read the jobs that are not over; a project without a record has none, and gets none by being looked at."""
        ledger = self.home.ledger
        self.jobs = tuple(read_jobs(self.home, over=False)) if ledger and (ledger / _LEDGER_FILES[0]).exists() else ()

    @property
    def waiting(self) -> list[Job]:
        """Those that wait for a verdict or for landing."""
        return [job for job in self.jobs if job.status in _WAITING]


def _mark(path: Path) -> object:
    try:
        found = os.stat(path)  # noqa: PTH116  Path.stat does the same and costs more, once a second
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def read_jobs(home: Home, over: bool) -> Iterable[Job]:
    """Read a project's jobs, newest first.

    Raises:
        NotARepository: There is no record without git.
        LedgerError: The record cannot be used.
    """
    with open_record(home) as (_, ledger):
        return [read_job(ledger, job) for job in ledger.jobs(over) if ledger.events(job)]


def find_candidate(home: Home, text: str) -> Candidate:
    """Give a job that waits as a candidate for review.

    Raises:
        JobError: There is no such job, it has nothing to review, or its commits are gone.
    """
    with open_record(home) as (repository, ledger):
        job = read_job(ledger, ledger.find_job(text))
        if job.scratch is None or job.status in (JobStatus.MERGED, JobStatus.DISCARDED):
            raise JobError(f"Job {job.id} has nothing to review: its status is {job.status.value}.")
        patch = read_patch(repository, job.scratch)
    diff = patch.text.decode("utf-8", "replace")
    return Candidate(home, job.task, subject_of(job), job.drafts, patch.changes, diff, (), job.id)


def discard_unfinished(home: Home, job: str) -> None:
    """Discard a job that is still being drafted, and by nobody any more."""
    with open_record(home) as (repository, ledger), suppress(JobError):
        found = read_job(ledger, job)
        if found.status is JobStatus.DRAFTING:
            discard(repository, ledger, found)


# -- as the protocol shows them


def job_json(home: Home, job: Job, running: bool, locate: Locate) -> Json:
    """Give a ``Job``."""
    return {
        "job": job.id,
        "folder": home.uri,
        "action": job.task.action,
        "title": subject_of(job) if job.drafts else job.task.action.capitalize(),
        "status": job.status.value,
        "running": running,
        "targets": [str(target) for target in job.task.targets],
        "note": job.task.note,
        "reason": job.reason,
        "started": job.started,
        "updated": job.updated,
        "branch": job.scratch.branch if job.scratch else None,
        "files": _files(home, job.drafts, locate),
        "checks": [_check(home, result) for result in job.verification.results] if job.verification else [],
        "verdicts": [_verdict(verdict) for verdict in job.verdicts],
    }


def _files(home: Home, drafts: Sequence[Draft], locate: Locate) -> list[Json]:
    paths = dict.fromkeys(draft.path for draft in drafts)
    return [
        {
            "uri": uri_of(home.root / path),
            "path": path,
            "regions": [_region(home.root / path, draft, locate) for draft in drafts if draft.path == path],
        }
        for path in paths
    ]


def _region(place: Path, draft: Draft, locate: Locate) -> Json:
    shown: Json = {
        "name": draft.name,
        "first": draft.first,
        "last": draft.last,
        "status": draft.status.value,
        "engine": draft.engine,
        "model": draft.model,
        "rounds": draft.rounds,
        "reason": draft.reason,
    }
    if found := locate(place, draft.name, draft.first):
        shown["range"] = found
    return shown


def _check(home: Home, result: CheckResult) -> Json:
    findings = [
        {"uri": uri_of(home.root / each.path), "path": each.path, "line": each.line, "message": each.message}
        for each in result.findings
    ]
    return {
        "name": result.name,
        "status": result.status.value,
        "reason": result.reason or None,
        "seconds": result.seconds,
        "findings": findings,
    }


def _verdict(verdict: Verdict) -> Json:
    return {
        "by": verdict.by.value,
        "name": verdict.name,
        "verdict": verdict.decision.value,
        "reason": verdict.reason,
    }


def diff_json(candidate: Candidate) -> Json:
    """Give a ``Diff``."""
    return {
        "job": candidate.job,
        "folder": candidate.home.uri,
        "title": candidate.title,
        "diff": candidate.diff,
        "files": [_sides(candidate.home, change) for change in candidate.changes],
    }


def _sides(home: Home, change: FileChange) -> Json:
    return {
        "uri": uri_of(home.root / change.path),
        "path": change.path,
        "before": _text(change.path, change.before),
        "after": _text(change.path, change.after),
        "movedFrom": change.moved_from,
    }


def _text(path: str, data: bytes | None) -> str | None:
    if data is None:
        return None
    return Source(path, data).text if path.endswith((".py", ".pyi")) else data.decode("utf-8", "replace")
