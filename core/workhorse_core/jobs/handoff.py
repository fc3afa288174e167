"""What a reviewer is given, and the verdict that comes back."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from workhorse_core.change.patch import Patch
from workhorse_core.jobs.scratch import Scratch
from workhorse_core.pipeline.check import CheckStatus
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.pipeline.route import Way
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verification


class Decision(StrEnum):
    """What a reviewer says."""

    APPROVE = "approve"
    REJECT = "reject"


class Reviewer(StrEnum):
    """Who may say it. A local model never does."""

    HUMAN = "human"
    CLAUDE = "claude"


class Verdict(NamedTuple):
    """A decision about exactly one change: from ``base_tree`` to ``tree``, with this ``evidence``.

    ``evidence`` is the :attr:`Verification.evidence_digest` of what the checks said. ``name`` is the
    reviewer's own ("Ada Lovelace <ada@example.org>").
    """

    decision: Decision
    by: Reviewer
    name: str
    reason: str
    base_tree: str
    tree: str
    evidence: str


class Handoff(NamedTuple):
    """Everything a reviewer needs, the same bundle for a person and for Claude.

    ``risks`` are full sentences: what the evidence does not cover. ``scratch`` is None where nothing was created.
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
    """Bundle what a reviewer needs."""
    return Handoff(job, task, drafts, patch, scratch, verification, tuple(_risks(drafts, verification)))


def _risks(drafts: tuple[Draft, ...], verification: Verification) -> Iterator[str]:
    models = sorted({draft.model for draft in drafts if draft.parts and draft.engine == Way.LOCAL and draft.model})
    if models:
        yield f"The words are by {', '.join(models)}: the checks prove the code, not what is said about it."
    for result in verification.results:
        if result.status is CheckStatus.SKIPPED:
            yield f"{result.name} did not run: {result.reason}"
    failed = sum(draft.status is DraftStatus.FAILED for draft in drafts)
    if failed:
        yield f"{failed} region{' is' if failed == 1 else 's are'} left out: see the reasons."
