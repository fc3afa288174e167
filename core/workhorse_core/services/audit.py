"""The audit: does each commit that carries our trailers hold what was approved, as far as can be told from here?

From the commits alone: the trailers are whole, the commit changes exactly what they name, and the action's proofs hold
when they are made again. Where this repository's own ledger knows the job: that it was approved, by whom, with which
evidence, and that this is its change. Elsewhere the verdict itself stands on the word of the trailers.
"""

import asyncio
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from workhorse_core.actions.registry import ACTIONS, find_action
from workhorse_core.change.patch import FileChange, Patch
from workhorse_core.checks.registry import find_checks
from workhorse_core.errors import RepositoryError
from workhorse_core.git.differences import AS_STORED, ChangedFile, Difference, digest_between, read_differences
from workhorse_core.git.repository import FILE_MODES, Entry, Repository
from workhorse_core.jobs.job import Job, JobStatus, fold
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.landing.landed_commits import Claimed
from workhorse_core.landing.trailers import CHANGE, REVIEWED, VERIFIED, Claim
from workhorse_core.pipeline.check import Check, CheckResult, CheckStatus, Comparison
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import verify
from workhorse_core.services.review import user_of
from workhorse_core.settings.config import Config
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

_AT_ONCE = 50
"""Commits whose files are read together: few git processes, and never a whole history in memory."""
_WORTH_PROCESSES = 20
"""Commits that take longer than starting other processes."""
_MOST_FINDINGS = 3


class Rule(StrEnum):
    """What a problem is about."""

    TRAILERS = "trailers"
    PARENT = "parent"
    CHANGE = "change"
    PROOF = "proof"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a commit does not match its verdict, in one sentence."""

    rule: Rule
    message: str


class Record(StrEnum):
    """What this repository's ledger knows of a commit's job."""

    FOUND = "found"
    """The job is there, and was compared."""
    ABSENT = "absent"
    """Somebody else's job, or another clone's: its verdict stands on the word of the trailers."""


@dataclass(frozen=True, slots=True)
class AuditedCommit:
    """One commit with our trailers. ``proofs`` are those that were made again."""

    commit: str
    subject: str
    job: str
    action: str | None
    record: Record
    proofs: tuple[CheckResult, ...]
    problems: tuple[Problem, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.problems


def audit(repository: Repository, claimed: Sequence[Claimed], ledger: Ledger | None) -> Iterator[AuditedCommit]:
    """Audit commits, each as it is come to.

    A merge is compared with its first parent, as if it were a commit upon it.

    Args:
        repository: Where they are.
        claimed: Those that carry our trailers; see :func:`workhorse_core.landing.landed_commits.find_claims`.
        ledger: This repository's record of jobs, None where there is none.

    Raises:
        RepositoryError: Objects are missing.
        LedgerError: The ledger cannot be read.
    """
    auditor = _Auditor(repository, ledger)
    with _provers(len(claimed)) as make_proofs:
        for start in range(0, len(claimed), _AT_ONCE):
            some = claimed[start : start + _AT_ONCE]
            pairs = [(each.commit, each.parent) for each in some if not each.cut_off]
            differences = read_differences(repository, pairs)
            auditor.read(differences.values())
            results = make_proofs([auditor.to_prove(each.claim, differences.get(each.commit)) for each in some])
            for each, proofs in zip(some, results, strict=True):
                yield auditor.audit(each, differences.get(each.commit), proofs)


# -- the proofs, which need the files alone: many are made in as many processes as there are processors


class _ToProve(NamedTuple):
    """The files of one commit before and after, and the checks that are proofs of the action that it claims."""

    action: str
    checks: tuple[str, ...]
    changes: tuple[FileChange, ...]


_MakeProofs = Callable[[Sequence[_ToProve | None]], Iterable[list[CheckResult]]]


@contextmanager
def _provers(count: int) -> Generator[_MakeProofs]:
    workers = os.cpu_count() or 1
    if count < _WORTH_PROCESSES or workers == 1:
        yield lambda all_of_them: map(_proofs, all_of_them)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers) as pool:
        yield lambda all_of_them: pool.map(_proofs, all_of_them, chunksize=4)


def _proofs(wanted: _ToProve | None) -> list[CheckResult]:
    if wanted is None:
        return []
    nowhere = Path(os.devnull)  # a proof reads nothing but the files that it is given
    project = Project(nowhere, None, WorkTree(nowhere), Config())
    comparison = Comparison(project, Task(wanted.action, ()), Patch(wanted.changes))
    return asyncio.run(_verified(comparison, wanted.checks))


async def _verified(comparison: Comparison, checks: Sequence[str]) -> list[CheckResult]:
    return [result async for result in verify(comparison, find_checks(checks))]


class _Auditor:
    """What is the same for every commit, and what was read for the present ones."""

    def __init__(self, repository: Repository, ledger: Ledger | None) -> None:
        self._repository = repository
        self._ledger = ledger
        self._contents: dict[str, bytes] = {}

    def read(self, differences: Iterable[Difference]) -> None:
        """Read every file that is changed, before and after, in place of those that were read last."""
        entries = (entry for each in differences for file in each.files for entry in (file.before, file.after))
        blobs = dict.fromkeys(entry.blob for entry in entries if entry and entry.mode in FILE_MODES)
        self._contents = self._repository.read_objects(tuple(blobs), AS_STORED)

    def audit(self, claimed: Claimed, difference: Difference | None, proofs: Sequence[CheckResult]) -> AuditedCommit:
        """Audit one commit; without a difference its parent is missing."""
        claim = claimed.claim
        problems = [Problem(Rule.TRAILERS, sentence) for sentence in claim.problems]
        record = Record.ABSENT
        if difference is None:
            problems.append(Problem(Rule.PARENT, "Its parent is not in this clone, so nothing can be compared."))
        else:
            job = self._job(claim, claimed.commit, difference)
            record = Record.FOUND if job else Record.ABSENT
            problems += _changed_since(claim, difference)
            problems += self._compare(job, claim, difference) if job else ()
            problems += _unproved(claim, difference)
            problems += [Problem(Rule.PROOF, said) for result in proofs for said in _said(result)]
        return AuditedCommit(
            claimed.commit, claimed.subject, claim.job, claim.action, record, tuple(proofs), tuple(problems)
        )

    def to_prove(self, claim: Claim, difference: Difference | None) -> _ToProve | None:
        """Say what has to be proved again of one commit; None where nothing can be."""
        if difference is None or claim.action is None or claim.action not in ACTIONS:
            return None
        changes = tuple(self._change(file) for file in difference.files if not any(_odd(file)))
        return _ToProve(claim.action, tuple(check.name for check in _proofs_of(claim.action)), changes)

    def _change(self, file: ChangedFile) -> FileChange:
        return FileChange(file.path, self._content(file.before), self._content(file.after))

    def _content(self, entry: Entry | None) -> bytes | None:
        if entry is None:
            return None
        if entry.blob not in self._contents:
            raise RepositoryError(f"The object {entry.blob} is missing.", "Get it again: git fetch --refetch")
        return self._contents[entry.blob]

    # -- the record

    def _job(self, claim: Claim, commit: str, difference: Difference) -> Job | None:
        """Find the job in the ledger, unless it is another one that happens to have the same short id.

        It is the same when it landed as this commit, has this very change, or was for the same person to judge.
        """
        events = self._ledger.events(claim.job) if self._ledger else []
        if not events:
            return None
        job = fold(claim.job, events)
        if job.commit == commit or self._is_approved(job, difference.digest):
            return job
        people = {verdict.name for verdict in job.verdicts} or {user_of(self._repository).name}
        return job if people.intersection(claim.reviewers) else None

    def _is_approved(self, job: Job, digest: str) -> bool | None:
        """Say whether a verdict on the job is about this change: the one that landed, or the one on its branch.

        None where neither is known any more.
        """
        landed = job.landing.change if job.landing else None
        if landed == digest:
            return True
        ends = (job.scratch.base, job.scratch.candidate) if job.scratch else ()
        if not ends or self._repository.ask("rev-list", "--no-walk", *ends).status != 0:  # git has tidied them up
            return False if landed else None
        return digest_between(self._repository, *ends) == digest

    def _compare(self, job: Job, claim: Claim, difference: Difference) -> Iterator[Problem]:
        verdict = job.verdict
        if verdict is None or job.status not in _STANDS:
            yield Problem(Rule.RECORD, _NOT_APPROVED.get(job.status, "Nobody has approved job {}.").format(job.id))
            return
        if self._is_approved(job, difference.digest) is False:
            yield Problem(Rule.RECORD, f"It does not change what was approved as job {job.id}.")
        if not verdict.evidence.startswith(claim.evidence or ""):
            yield Problem(Rule.RECORD, f"Job {job.id} was approved with other evidence.")
        if verdict.name not in claim.reviewers:
            yield Problem(Rule.RECORD, f"Job {job.id} was approved by {verdict.name}, whom {REVIEWED} does not name.")
        if claim.action not in (None, job.task.action):
            yield Problem(Rule.RECORD, f"Job {job.id} was {job.task.action}, not {claim.action}.")


_STANDS = (JobStatus.APPROVED, JobStatus.MERGED)
_NOT_APPROVED = {
    JobStatus.REJECTED: "Job {} was rejected.",
    JobStatus.DISCARDED: "Job {} was discarded.",
}


def _changed_since(claim: Claim, difference: Difference) -> Iterator[Problem]:
    if claim.change is not None and claim.change != difference.digest:
        yield Problem(Rule.CHANGE, f"It does not change what {CHANGE} names: something was added, left out or edited.")


def _proofs_of(action: str) -> list[Check]:
    return [check for check in find_checks(find_action(action).checks) if check.proof]


def _unproved(claim: Claim, difference: Difference) -> Iterator[Problem]:
    """Say what no proof is made of, and what the trailers do not claim."""
    if claim.action is None:
        return  # the trailers say nothing of it, which is a problem already
    if claim.action not in ACTIONS:
        sentence = f"There is no action {claim.action} in this Workhorse, which may be too old to prove it."
        yield Problem(Rule.PROOF, sentence)
        return
    for check in _proofs_of(claim.action):
        if claim.checks and check.name not in claim.checks:
            sentence = f"{VERIFIED} does not name {check.name}, which has to hold for {claim.action}."
            yield Problem(Rule.TRAILERS, sentence)
    for file in difference.files:
        yield from (Problem(Rule.PROOF, sentence) for sentence in _odd(file))


def _odd(file: ChangedFile) -> Iterator[str]:
    """Say what no landing does to a file, and no proof would see."""
    path = file.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    modes = [entry.mode for entry in (file.before, file.after) if entry]
    if not set(modes) <= set(FILE_MODES):
        yield f"{path} is a link or a submodule, which no job changes."
    elif len(set(modes)) > 1:
        yield f"{path} has another mode: {modes[0]} became {modes[1]}."


def _said(result: CheckResult) -> Iterator[str]:
    """Say what a proof found, the first few."""
    if result.status is CheckStatus.FAILED:
        for finding in result.findings[:_MOST_FINDINGS]:
            yield f"{result.name} fails in {finding.path}:{finding.line}: {finding.text}"
        if (more := len(result.findings) - _MOST_FINDINGS) > 0:
            yield f"{result.name} fails in {more} more places."
        if not result.findings:
            yield f"{result.name} could not be proved: {result.reason or 'it gave no reason'}"
