"""The repair of a candidate: parts that fail are drafted again or dropped until the rest passes."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from workhorse_core.change.patch import Patch
from workhorse_core.errors import PatchError
from workhorse_core.pipeline.check import CheckResult, Comparison
from workhorse_core.pipeline.draft import Draft, DraftStatus, parts_of
from workhorse_core.pipeline.part import patch_of_parts
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verification, Verifier
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.project import Project

if TYPE_CHECKING:
    from workhorse_core.pipeline.diagnosis import Diagnosis, FaultSearch


class Checked(NamedTuple):
    """The result of one check on the ``round``-th candidate, counted from 1."""

    result: CheckResult
    round: int


class Repaired(NamedTuple):
    """The end: what is kept passes as a whole; the patch is empty where nothing is kept."""

    drafts: tuple[Draft, ...]
    patch: Patch
    verification: Verification


Redraft = Callable[[Draft, str], Awaitable[Draft | None]]
"""Draft a region again with a check's words; None where no round is left or no model is there."""


async def repair(
    drafts: Sequence[Draft], task: Task, project: Project, verifier: Verifier, redraft: Redraft
) -> AsyncGenerator[Checked | Draft | Repaired]:
    """Verify all drafts together; redraft or drop failing parts until the candidate passes.

    Termination: each turn but the last drops a part, shortens one that was not shortened before, or redrafts a region,
    each of them ``task.max_rounds`` times at most; or it finds no culprit, and then the next turn passes or drops all.
    So with P parts, those of the redrafts included, and R redrafts there are at most 2 * (2 * P + R) + 1 turns.

    Yields:
        Each check's result, each draft that changed, and :class:`Repaired` last.
    """
    current = list(drafts)
    redrafts_left = [task.max_rounds] * len(current)

    @cache
    def search() -> "FaultSearch":
        from workhorse_core.pipeline.diagnosis import FaultSearch  # most candidates pass

        return FaultSearch(task, project, verifier)

    was_without_culprit = False
    for turn in count(1):
        parts = parts_of(current)
        results: list[CheckResult] = []
        try:
            patch = patch_of_parts(project.tree.read, parts)
        except PatchError as error:
            diagnosis = await search().contradictions(parts, error)
        else:
            if patch.changes:
                async with aclosing(verifier.verify(Comparison(project, task, patch, parts=tuple(parts)))) as verified:
                    async for result in verified:
                        results.append(result)
                        patch.prove_text()  # with the first result, while the slower checks wait for their tools
                        yield Checked(result, turn)
            verification = Verification(tuple(results))
            if verification.passed:
                yield Repaired(tuple(current), patch, verification)
                return
            diagnosis = await search().diagnose(verification, patch, parts)
            if was_without_culprit and not diagnosis.reasons:
                diagnosis = search().give_up(verification, parts)
        was_without_culprit = not diagnosis.reasons
        async with aclosing(_change(current, redrafts_left, diagnosis, redraft)) as changed:
            async for draft in changed:
                yield draft


async def _change(
    drafts: list[Draft], redrafts_left: list[int], diagnosis: "Diagnosis", redraft: Redraft
) -> AsyncGenerator[Draft]:
    """Redraft the regions of culprits, or drop them and what is undecided; ``drafts`` are changed in place.

    What is left of a culprit stays where it is not drafted again.
    """
    for index, draft in enumerate(drafts):
        if not any(part in diagnosis.reasons for part in draft.parts):
            continue
        words = dict.fromkeys(diagnosis.culprits[part] for part in draft.parts if part in diagnosis.culprits)
        again = None
        if words and redrafts_left[index]:
            redrafts_left[index] -= 1
            again = await redraft(draft, "; ".join(words))
        drafts[index] = _better(draft.without(diagnosis.reasons, diagnosis.left), again)
        yield drafts[index]


def _better(left: Draft, again: Draft | None) -> Draft:
    """Choose between what is left of a draft and what came of drafting it again."""
    if again is None or (left.parts and (again.status is not DraftStatus.DRAFTED or not again.parts)):
        return left if again is None else left._replace(cost=again.cost, rounds=again.rounds)
    return again
