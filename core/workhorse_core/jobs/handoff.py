"""The bundle for a reviewer, and the verdict that answers it."""

from collections.abc import Iterator
from enum import StrEnum

from workhorse_core.change.patch import Patch
from workhorse_core.jobs.scratch import Scratch
from workhorse_core.pipeline.check import CheckStatus
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.pipeline.route import Way
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verification
from workhorse_core.system.named_tuple import NamedTuple


class Decision(StrEnum):
    """The two verdicts."""

    APPROVE = "approve"
    REJECT = "reject"


class ReviewerKind(StrEnum):
    """Kinds of reviewers; a local model is none."""

    HUMAN = "human"
    CLAUDE = "claude"


class Reviewer(NamedTuple):
    """The author of a verdict, named by the caller who obtained it ("Ada Lovelace <ada@example.org>")."""

    kind: ReviewerKind
    name: str


class PartId(NamedTuple):
    """Identity of a part within a job: its region (:class:`Draft`), and its position among that one's parts, from 0."""

    path: str
    region: str
    ordinal: int
    number: int


class RejectedPart(NamedTuple):
    """A part that a verdict leaves out of the candidate; ``part`` is its name."""

    path: str
    region: str
    part: str
    reason: str


class Verdict(NamedTuple):
    """A decision on exactly one change: from ``base_tree`` to ``tree``, with this ``evidence``.

    ``by`` and ``name`` are those of the :class:`Reviewer`. ``evidence`` is the digest of the checks' results
    (:attr:`Verification.evidence`). ``rejected`` are the parts that the reviewed candidate held and this one does not.
    """

    decision: Decision
    by: ReviewerKind
    name: str
    reason: str
    base_tree: str
    tree: str
    evidence: str
    rejected: tuple[RejectedPart, ...] = ()


class Handoff(NamedTuple):
    """The bundle for a reviewer, the same for a person and for Claude.

    ``risks`` are full sentences on what the evidence does not cover. ``scratch`` is None where nothing was created.
    """

    job: str | None
    task: Task
    drafts: tuple[Draft, ...]
    patch: Patch
    scratch: Scratch | None
    verification: Verification
    risks: tuple[str, ...]


def make_handoff(
    job: str | None,
    task: Task,
    drafts: tuple[Draft, ...],
    patch: Patch,
    scratch: Scratch | None,
    verification: Verification,
) -> Handoff:
    """Bundle the results of a run for its reviewer; derive the risks."""
    return Handoff(job, task, drafts, patch, scratch, verification, tuple(_risks(drafts, verification)))


def _risks(drafts: tuple[Draft, ...], verification: Verification) -> Iterator[str]:
    models = sorted({draft.model for draft in drafts if draft.parts and draft.engine == Way.LOCAL and draft.model})
    if models:
        yield f"The text was written by {', '.join(models)}: the checks prove the code, not the statements about it."
    for result in verification.results:
        if result.status is CheckStatus.SKIPPED:
            yield f"{result.name} did not run: {result.reason}"
    failed = sum(draft.status is DraftStatus.FAILED for draft in drafts)
    if failed:
        yield f"{failed} region{' is' if failed == 1 else 's are'} left out: see the reasons."
