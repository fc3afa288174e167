"""The audit: whether each commit that carries our trailers holds what was approved, as far as can be known here.

From the commits alone: the trailers are whole, the commit changes exactly what they name, and the action's proofs hold
when they are made again. Where this repository's own ledger knows the job: that it was approved, by whom, with which
evidence, and that this is its change. Elsewhere the trailers are the only statement of the verdict. A draft that was
committed without a landing is recognised by its trailer, or by its change where the ledger knows it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workhorse_core.actions.registry import has_action
from workhorse_core.change.patch import FileChange
from workhorse_core.errors import RepositoryError
from workhorse_core.git.differences import AS_STORED, ChangedFile, Difference, digest_between, read_differences
from workhorse_core.git.repository import FILE_MODES, Repository, TreeEntry
from workhorse_core.jobs.job import Job, JobStatus, fold, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.landing.landed_commits import CommitsInRange, LandedCommit, PlainCommit
from workhorse_core.landing.trailers import CHANGE, REVIEWED, VERIFIED, JobTrailers
from workhorse_core.pipeline.check import CheckResult, CheckStatus
from workhorse_core.pipeline.task import Task
from workhorse_core.services.audit_proofs import ToProve, proofs_of, provers
from workhorse_core.services.draft_lines import STANDS, DraftLines
from workhorse_core.services.review import user_of
from workhorse_core.system.printable import visible
from workhorse_core.workspace.file_tree import CommitTree

_AT_ONCE = 50
"""Number of commits whose files are read together: few git processes, and never a whole history in memory."""
_MOST_FINDINGS = 3
_MOST_COMPARED = 500
"""Commits without trailers whose changes are compared with the ledger's candidates."""


class Rule(StrEnum):
    """Subjects of problems."""

    DRAFT = "draft"
    TRAILERS = "trailers"
    PARENT = "parent"
    CHANGE = "change"
    PROOF = "proof"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason why a commit does not match its verdict, in one sentence."""

    rule: Rule
    message: str


class Record(StrEnum):
    """Presence of a commit's job in this repository's ledger."""

    FOUND = "found"
    """The job is there, and was compared with the commit."""
    ABSENT = "absent"
    """Another person's or clone's job: the trailers are the only statement of its verdict."""


@dataclass(frozen=True, slots=True)
class AuditedCommit:
    """One commit with our trailers, or with a draft. ``proofs`` are those that were made again."""

    commit: str
    subject: str
    job: str
    action: str | None
    record: Record
    proofs: tuple[CheckResult, ...]
    problems: tuple[Problem, ...]

    @property
    def valid(self) -> bool:
        """Whether there is no problem."""
        return not self.problems


def audit(repository: Repository, commits: CommitsInRange, ledger: Ledger | None) -> Iterator[AuditedCommit]:
    """Audit the commits of a range, and yield each result as it is known: drafts without a landing first.

    A merge is compared with its first parent, as if it were a commit upon it. Changes are compared with the ledger's
    candidates for the newest commits only.

    Args:
        repository: The repository of the commits.
        commits: The commits; see :func:`workhorse_core.landing.landed_commits.read_commits`.
        ledger: This repository's record of jobs, None where there is none.

    Raises:
        RepositoryError: Objects are missing.
        LedgerError: The ledger cannot be read.
    """
    repository = repository._replace(as_stored=True)
    yield from _unlanded(repository, commits.plain, ledger)
    auditor = _Auditor(repository, ledger)
    with provers(len(commits.landed)) as make_proofs:
        for start in range(0, len(commits.landed), _AT_ONCE):
            some = commits.landed[start : start + _AT_ONCE]
            pairs = [(each.commit, each.parent) for each in some if not each.cut_off]
            differences = read_differences(repository, pairs)
            auditor.read(differences.values())
            results = make_proofs([auditor.to_prove(each, differences.get(each.commit)) for each in some])
            for each, proofs in zip(some, results, strict=True):
                yield auditor.audit(each, differences.get(each.commit), proofs)


# -- drafts that were committed without a landing


def _unlanded(repository: Repository, commits: Sequence[PlainCommit], ledger: Ledger | None) -> Iterator[AuditedCommit]:
    known = [each for each in commits[:_MOST_COMPARED] if not each.cut_off] if ledger else []
    differences = read_differences(repository, [(each.commit, each.parent) for each in known])
    lines = DraftLines(repository, ledger, differences.values()) if ledger and known else None
    for each in commits:
        if each.drafts:
            sentence = f"It holds the draft of job {', '.join(each.drafts)}, which was not landed by a verdict."
            yield _draft(each, each.drafts[0], sentence)
        elif ledger and lines and each.commit in differences:
            exact = [read_job(ledger, job) for job in ledger.jobs_of_change(differences[each.commit].digest)]
            if any(job.status in STANDS for job in exact):
                continue
            for job in (*exact, *lines.in_commit(differences[each.commit])):
                status = job.status.value
                sentence = f"It changes what job {job.id} drafted, which is not approved: its status is {status}."
                yield _draft(each, job.id, sentence)
                break


def _draft(commit: PlainCommit, job: str, sentence: str) -> AuditedCommit:
    problem = Problem(Rule.DRAFT, sentence)
    return AuditedCommit(commit.commit, commit.subject, job, None, Record.ABSENT, (), (problem,))


class _Auditor:
    """The repository and its ledger, and the contents of the commits that are audited now."""

    def __init__(self, repository: Repository, ledger: Ledger | None) -> None:
        self._repository = repository
        self._ledger = ledger
        self._contents: dict[str, bytes] = {}

    def read(self, differences: Iterable[Difference]) -> None:
        """Read the changed files of these commits, before and after, in place of those read last."""
        entries = (entry for each in differences for file in each.files for entry in (file.before, file.after))
        blobs = dict.fromkeys(entry.blob for entry in entries if entry and entry.mode in FILE_MODES)
        self._contents = self._repository.read_objects(tuple(blobs), AS_STORED)

    def audit(
        self, landed: LandedCommit, difference: Difference | None, proofs: Sequence[CheckResult]
    ) -> AuditedCommit:
        """Audit one commit; without a difference its parent is missing."""
        trailers = landed.trailers
        problems = [Problem(Rule.TRAILERS, sentence) for sentence in trailers.problems]
        record = Record.ABSENT
        if difference is None:
            problems.append(Problem(Rule.PARENT, "Its parent is not in this clone, so nothing can be compared."))
        else:
            job = self._job(trailers, landed.commit, difference)
            record = Record.FOUND if job else Record.ABSENT
            problems += _changed_since(trailers, difference)
            problems += self._compare(job, trailers, difference) if job else ()
            problems += _unproved(trailers, difference)
            problems += [Problem(Rule.PROOF, said) for result in proofs for said in _said(result)]
        return AuditedCommit(
            landed.commit, landed.subject, trailers.job, trailers.action, record, tuple(proofs), tuple(problems)
        )

    def to_prove(self, landed: LandedCommit, difference: Difference | None) -> ToProve | None:
        """Return what has to be proved again of one commit; None where nothing can be."""
        trailers = landed.trailers
        if difference is None or trailers.action is None or not has_action(trailers.action):
            return None
        base = CommitTree(self._repository, landed.parent or self._repository.empty_tree)
        changes = tuple(self._change(file) for file in difference.files if not any(_odd(file)))
        job = self._job(trailers, landed.commit, difference)
        task = job.task if job and job.task.action == trailers.action else Task(trailers.action, ())
        task = task._replace(options=dict(task.options))  # a mapping proxy cannot go to another process
        return ToProve(task, tuple(check.name for check in proofs_of(trailers.action)), changes, base)

    def _change(self, file: ChangedFile) -> FileChange:
        return FileChange(file.path, self._content(file.before), self._content(file.after))

    def _content(self, entry: TreeEntry | None) -> bytes | None:
        if entry is None:
            return None
        if entry.blob not in self._contents:
            raise RepositoryError(f"The object {entry.blob} is missing.", "Get it again: git fetch --refetch")
        return self._contents[entry.blob]

    # -- the record

    def _job(self, trailers: JobTrailers, commit: str, difference: Difference) -> Job | None:
        """Find the job in the ledger, unless it is another one with the same short id.

        It is the same when it landed as this commit, has this very change, or has the same reviewer.
        """
        events = self._ledger.events(trailers.job) if self._ledger else []
        if not events:
            return None
        job = fold(trailers.job, events)
        if job.commit == commit or self._is_approved(job, difference.digest):
            return job
        people = {visible(verdict.name) for verdict in job.verdicts} or {visible(user_of(self._repository).name)}
        return job if people.intersection(trailers.reviewers) else None

    def _is_approved(self, job: Job, digest: str) -> bool | None:
        """Return whether a verdict on the job covers this change: the one that landed, or the one on its branch.

        None where neither is known any more.
        """
        landed = job.landing.change if job.landing else None
        if landed == digest:
            return True
        ends = (job.scratch.base, job.scratch.candidate) if job.scratch else ()
        if not ends or self._repository.ask("rev-list", "--no-walk", *ends).status != 0:  # git has collected them
            return False if landed else None
        return digest_between(self._repository, *ends) == digest

    def _compare(self, job: Job, trailers: JobTrailers, difference: Difference) -> Iterator[Problem]:
        verdict = job.verdict
        if verdict is None or job.status not in STANDS:
            yield Problem(Rule.RECORD, _NOT_APPROVED.get(job.status, "Job {} is not approved.").format(job.id))
            return
        if self._is_approved(job, difference.digest) is False:
            yield Problem(Rule.RECORD, f"It does not change what was approved as job {job.id}.")
        if not verdict.evidence.startswith(trailers.evidence or ""):
            yield Problem(Rule.RECORD, f"Job {job.id} was approved with other evidence.")
        if visible(verdict.name) not in trailers.reviewers:
            yield Problem(Rule.RECORD, f"Job {job.id} was approved by {verdict.name}, whom {REVIEWED} does not name.")
        if trailers.action not in (None, job.task.action):
            yield Problem(Rule.RECORD, f"Job {job.id} was {job.task.action}, not {trailers.action}.")


_NOT_APPROVED = {
    JobStatus.REJECTED: "Job {} was rejected.",
    JobStatus.DISCARDED: "Job {} was discarded.",
}


def _changed_since(trailers: JobTrailers, difference: Difference) -> Iterator[Problem]:
    if trailers.change is not None and trailers.change != difference.digest:
        yield Problem(Rule.CHANGE, f"It does not change what {CHANGE} names: something was added, left out or edited.")


def _unproved(trailers: JobTrailers, difference: Difference) -> Iterator[Problem]:
    """Yield a problem for everything that no proof covers, or that the trailers do not name."""
    if trailers.action is None:
        return  # the trailers do not name it, which is a problem already
    if not has_action(trailers.action):
        sentence = f"There is no action {trailers.action} in this Workhorse, which may be too old to prove it."
        yield Problem(Rule.PROOF, sentence)
        return
    for check in proofs_of(trailers.action):
        if trailers.checks and check.name not in trailers.checks:
            sentence = f"{VERIFIED} does not name {check.name}, which has to hold for {trailers.action}."
            yield Problem(Rule.TRAILERS, sentence)
    for file in difference.files:
        yield from (Problem(Rule.PROOF, sentence) for sentence in _odd(file))


def _odd(file: ChangedFile) -> Iterator[str]:
    """Yield a sentence for every change of a file that no landing makes, and no proof would notice."""
    path = file.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    modes = [entry.mode for entry in (file.before, file.after) if entry]
    if not set(modes) <= set(FILE_MODES):
        yield f"{path} is a link or a submodule, which no job changes."
    elif len(set(modes)) > 1:
        yield f"{path} has another mode: {modes[0]} became {modes[1]}."


def _said(result: CheckResult) -> Iterator[str]:
    """Yield the first findings of a proof."""
    if result.status is CheckStatus.FAILED:
        for finding in result.findings[:_MOST_FINDINGS]:
            yield f"{result.name} fails in {finding.path}:{finding.line}: {finding.text}"
        if (more := len(result.findings) - _MOST_FINDINGS) > 0:
            yield f"{result.name} fails in {more} more places."
        if not result.findings:
            yield f"{result.name} could not be proved: {result.reason or 'it gave no reason'}"
