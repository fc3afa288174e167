"""Drafts among the lines that commits add: recognised also when they were amended, rebased, or came in a larger change.

A file of a draft is recognised when the commit adds all that the draft adds to that path, whatever stands around it.
Lines that an approved job added as well are not counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from workhorse_core.git.differences import Difference, Lines, read_differences
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import Job, JobStatus, read_jobs
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.system.named_tuple import NamedTuple

STANDS = (JobStatus.APPROVED, JobStatus.MERGED)
"""Statuses of jobs whose change may be in a branch."""
_MOST_JOBS = 300
_LEAST_LETTERS = 20
"""Letters in the lines that are compared: fewer are written twice by chance."""

_Added = Mapping[str, Sequence[Lines]]


class DraftLines:
    """The lines that the newest jobs of a ledger added, for some commits.

    Args:
        repository: Where the drafts' commits are; those that git has collected are left out.
        ledger: The record of jobs.
        commits: The changes to compare with.
    """

    def __init__(self, repository: Repository, ledger: Ledger, commits: Iterable[Difference]) -> None:
        paths = {file.path for each in commits for file in each.files}
        jobs = [job for job, _ in zip(read_jobs(ledger), range(_MOST_JOBS), strict=False) if _changes(job) & paths]
        added = _added(repository, jobs)
        self._drafts = [_Draft(job, added[job.id]) for job in jobs if job.id in added]
        self._paths = {path for draft in self._drafts for path in draft.added}
        self._approved = {
            (path, lines)
            for draft in self._drafts
            if draft.job.status in STANDS
            for path, hunks in draft.added.items()
            for lines in hunks
        }

    def in_commit(self, commit: Difference) -> Iterator[Job]:
        """Yield the jobs without a verdict for it whose draft a commit holds, newest first."""
        added = commit.added(self._paths)
        for draft in self._drafts:
            if draft.job.status not in STANDS and any(self._holds(added, draft, path) for path in draft.added):
                yield draft.job

    def _holds(self, added: _Added, draft: "_Draft", path: str) -> bool:
        wanted = [lines for lines in draft.added[path] if (path, lines) not in self._approved]
        if sum(len(line) for lines in wanted for line in lines) < _LEAST_LETTERS:
            return False
        return all(any(_is_within(lines, hunk) for hunk in added.get(path, ())) for lines in wanted)


class _Draft(NamedTuple):
    job: Job
    added: _Added


def _changes(job: Job) -> set[str]:
    return {file.path for file in job.scratch.files} if job.scratch else set()


def _added(repository: Repository, jobs: Sequence[Job]) -> Mapping[str, _Added]:
    """Read what the last candidates of jobs add."""
    ends = {job.id: (job.scratch.candidate, job.scratch.base) for job in jobs if job.scratch}
    names = [commit for pair in ends.values() for commit in pair]
    stdin = b"".join(name.encode() + b"\n" for name in names)
    answers = repository.read("cat-file", "--batch-check=%(objecttype)", stdin=stdin).split(b"\n") if names else []
    present = {name for name, kind in zip(names, answers, strict=False) if kind == b"commit"}
    pairs = [pair for pair in ends.values() if present.issuperset(pair)]
    differences = read_differences(repository, pairs)
    found = {job: differences[pair[0]] for job, pair in ends.items() if pair[0] in differences}
    return {job: each.added({file.path for file in each.files}) for job, each in found.items()}


def _is_within(lines: Lines, hunk: Lines) -> bool:
    """Whether some lines stand together in a hunk."""
    count = len(lines)
    return any(hunk[start : start + count] == lines for start in range(len(hunk) - count + 1))
