"""Making drafts hold: they are checked together, and what is wrong is drafted again or left out."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import NamedTuple

from workhorse_core.change.patch import Patch
from workhorse_core.pipeline.check import Check, CheckResult, Comparison, Isolating
from workhorse_core.pipeline.draft import Draft, parts_of
from workhorse_core.pipeline.part import Part, patch_of_parts
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verification, blame, find_guilty, verify
from workhorse_core.workspace.project import Project


class Checked(NamedTuple):
    """What one check said of the ``round``-th candidate, counted from 1."""

    result: CheckResult
    round: int


class Settled(NamedTuple):
    """What is left when everything that is kept holds together; the patch is empty when nothing is kept."""

    drafts: tuple[Draft, ...]
    patch: Patch
    verification: Verification


Redraft = Callable[[Draft, str], Awaitable[Draft | None]]
"""Drafts a region again with a check's words; None when no round is left or nobody could do better."""


async def settle(
    drafts: Sequence[Draft], task: Task, project: Project, checks: Sequence[Check], redraft: Redraft
) -> AsyncGenerator[Checked | Draft | Settled]:
    """Check the drafts as one candidate until it passes.

    Each turn either passes, or leaves out or redrafts at least one part, so it ends.

    Yields:
        Each check's result, each draft that changed, and :class:`Settled` last.
    """
    current = list(drafts)
    turn = 0
    while True:
        turn += 1
        patch = _patch(project, current)
        results: list[CheckResult] = []
        if patch.changes:
            async with aclosing(verify(Comparison(project, task, patch), checks)) as said:
                async for result in said:
                    results.append(result)
                    patch.prove_text()  # with the first result, while the slower checks wait for their tools
                    yield Checked(result, turn)
        verification = Verification(tuple(results))
        if verification.passed:
            yield Settled(tuple(current), patch, verification)
            return
        reasons = await _reasons(verification, patch, current, task, project, checks)
        for index, draft in enumerate(current):
            if not any(part in reasons for part in draft.parts):
                continue
            words = "; ".join(dict.fromkeys(reasons[part] for part in draft.parts if part in reasons))
            current[index] = await redraft(draft, words) or draft.without(reasons)
            yield current[index]


def _patch(project: Project, drafts: Sequence[Draft]) -> Patch:
    return patch_of_parts(project.tree.read, parts_of(drafts))


async def _reasons(
    verification: Verification,
    patch: Patch,
    drafts: Sequence[Draft],
    task: Task,
    project: Project,
    checks: Sequence[Check],
) -> dict[Part, str]:
    """Say for each part that cannot stay what is wrong with it.

    A check that can isolate the guilty does. Else a finding in a part's own lines is that part's; where none is, the
    parts are tried in halves against the checks that failed; those that can isolate wait until the others pass.
    """
    parts = parts_of(drafts)
    failed = {result.name: result for result in verification.results if result.status == "failed"}
    failing = [check for check in checks if check.name in failed]
    isolating = [check for check in failing if isinstance(check, Isolating)]
    others_said = [f for check in failing if check not in isolating for f in failed[check.name].findings]
    reasons, homeless = blame(others_said, patch, parts)
    if not reasons and len(isolating) == len(failing):

        def compare(kept: Sequence[Part]) -> Comparison:
            return Comparison(project, task, patch_of_parts(project.tree.read, kept))

        reasons = dict(await isolating[0].isolate(parts, compare))
        if not reasons and await _passes(parts, task, project, failing):
            return {}  # it has seen that nobody is at fault
    if reasons:
        return reasons
    paths = {finding.path for finding in homeless}
    near = [part for part in parts if not paths or any(edit.path in paths for edit in part.edits)] or parts
    others = [part for part in parts if part not in near]

    async def holds(kept: Sequence[Part]) -> bool:
        return await _passes([*others, *kept], task, project, tried)

    tried = [check for check in failing if check not in isolating] or failing
    words = _first_words([failed[check.name] for check in tried])
    guilty = await find_guilty(near, holds)
    return dict.fromkeys(guilty or parts, words)


async def _passes(parts: Sequence[Part], task: Task, project: Project, checks: Sequence[Check]) -> bool:
    patch = patch_of_parts(project.tree.read, parts)
    if not patch.changes:
        return True
    results = [result async for result in verify(Comparison(project, task, patch), checks)]
    return Verification(tuple(results)).passed


def _first_words(failed: Sequence[CheckResult]) -> str:
    finding = failed[0].findings[0].message if failed[0].findings else failed[0].reason
    return f"{failed[0].name}: {finding}"
