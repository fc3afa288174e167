"""Jobs brought to the point where they may land, without any engine or check: for tests of git alone."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from workhorse_core.change.edit import Delete, Edit, Move
from workhorse_core.change.patch import Patch, make_patch
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.handoff import Decision, Reviewer, ReviewerKind, Verdict
from workhorse_core.jobs.job import Job, checked, drafted, judged, read_job, scratched, started
from workhorse_core.jobs.ledger import EventKind, Ledger
from workhorse_core.jobs.scratch import make_scratch
from workhorse_core.pipeline.check import CheckResult, CheckStatus
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.pipeline.part import Part, patch_of_parts
from workhorse_core.pipeline.task import Target, Task
from workhorse_core.pipeline.verification import Verification
from workhorse_core.services.review import reopen

DOCUMENTING = Task("docstrings", (Target("src"),))
PASSED = Verification((CheckResult("same-code", CheckStatus.PASSED),))
ADA = Reviewer(ReviewerKind.HUMAN, "Ada Lovelace <ada@example.org>")
CLAUDE = Reviewer(ReviewerKind.CLAUDE, "Claude <claude@example.org>")
FAILED = Verification((CheckResult("same-code", CheckStatus.FAILED),))


def open_ledger(repository: Repository) -> Ledger:
    return Ledger.open(repository.common_dir / "workhorse")


def read_work_tree(root: Path, path: str) -> bytes | None:
    file = root / path
    return file.read_bytes() if file.is_file() else None


def put_before(repository: Repository, path: str, text: str, new: str) -> Edit:
    """Return the edit that puts new text before the first place where a text stands in a file of the work tree."""
    start = (repository.root / path).read_bytes().index(text.encode())
    return Edit(path, start, start, new.encode())


def verified_job(
    repository: Repository,
    ledger: Ledger,
    edits: Iterable[Edit],
    moves: Iterable[Move] = (),
    deletions: Iterable[Delete] = (),
    verification: Verification = PASSED,
    task: Task = DOCUMENTING,
) -> Job:
    """Draft, write the scratch branch, and check."""
    job = ledger.new_job()
    ledger.append(job, EventKind.STARTED, started(task))
    patch = make_patch(lambda path: read_work_tree(repository.root, path), edits, moves, deletions)
    return _checked(repository, ledger, job, task, patch, verification)


def _checked(
    repository: Repository, ledger: Ledger, job: str, task: Task, patch: Patch, verification: Verification
) -> Job:
    draft = Draft("src/shapes.py", "area", 1, 2, DraftStatus.DRAFTED, engine="rules", rounds=1)
    ledger.append(job, EventKind.DRAFTED, drafted(draft))
    scratch = make_scratch(repository, job, task.action, "shapes", patch)
    ledger.append(job, EventKind.SCRATCHED, scratched(scratch))
    ledger.append(job, EventKind.CHECKED, checked(verification, scratch))
    return read_job(ledger, job)


def verified_parts(
    repository: Repository,
    ledger: Ledger,
    parts: Mapping[str, Sequence[Part]],
    parent: str | None = None,
    action: str = "docstrings",
) -> Job:
    """Draft parts by the path of their region, write the scratch branch, and check."""
    job = ledger.new_job(parent=parent)
    ledger.append(job, EventKind.STARTED, started(Task(action, (Target(""),))))
    for path, some in parts.items():
        draft = Draft(path, "", 1, 2, DraftStatus.DRAFTED, engine="rules", rounds=1, parts=tuple(some))
        ledger.append(job, EventKind.DRAFTED, drafted(draft))
    patch = patch_of_parts(
        lambda path: read_work_tree(repository.root, path), [part for some in parts.values() for part in some]
    )
    scratch = make_scratch(repository, job, action, "parts", patch)
    ledger.append(job, EventKind.SCRATCHED, scratched(scratch))
    ledger.append(job, EventKind.CHECKED, checked(PASSED, scratch))
    return read_job(ledger, job)


def verdict_on(job: Job, decision: Decision = Decision.APPROVE) -> Verdict:
    assert job.scratch is not None
    assert job.verification is not None
    trees = (job.scratch.base_tree, job.scratch.tree)
    return Verdict(decision, *ADA, "", *trees, job.verification.evidence_digest)


def approved_job(
    repository: Repository,
    ledger: Ledger,
    edits: Iterable[Edit],
    moves: Iterable[Move] = (),
    deletions: Iterable[Delete] = (),
    task: Task = DOCUMENTING,
) -> Job:
    """Draft, check and approve."""
    job = verified_job(repository, ledger, edits, moves, deletions, task=task)
    ledger.append(job.id, EventKind.VERDICT, judged(verdict_on(job)))
    return read_job(ledger, job.id)


def retried_job(repository: Repository, ledger: Ledger, job: Job, edits: Iterable[Edit]) -> Job:
    """Draft a job once more, as after ``workhorse retry``, check and approve."""
    reopen(repository, ledger, job, "Shorter.")
    patch = make_patch(lambda path: read_work_tree(repository.root, path), edits)
    again = _checked(repository, ledger, job.id, job.task, patch, PASSED)
    ledger.append(job.id, EventKind.VERDICT, judged(verdict_on(again)))
    return read_job(ledger, job.id)
