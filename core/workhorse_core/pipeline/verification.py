"""What every check said of one candidate, and which parts of it are to blame."""

import asyncio
import hashlib
import json
from bisect import bisect_right
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeVar

from workhorse_core.change.diff import split_lines
from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import FileChange, Patch
from workhorse_core.pipeline.check import Check, CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.pipeline.part import Part

T = TypeVar("T")


class Verification(NamedTuple):
    """The results in the order of the action's checks."""

    results: tuple[CheckResult, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return all(result.status is not CheckStatus.FAILED for result in self.results)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that speaks against the candidate."""
        return tuple(f for result in self.results if result.status is CheckStatus.FAILED for f in result.findings)

    @property
    def evidence_digest(self) -> str:
        """The SHA-256, in hex, of the checks' names, outcomes, findings and figures; not of the time they took."""
        said: list[Sequence[object]] = []
        for result in self.results:
            said.append(
                (result.name, result.status.value, [(f.path, f.line, f.rule, f.message) for f in result.findings])
            )
            if result.evidence:  # jobs of older versions have none, and their verdicts stay valid
                said.append(result.evidence)
        return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


async def verify(comparison: Comparison, checks: Sequence[Check]) -> AsyncGenerator[CheckResult]:
    """Run the checks and give their results in order.

    The last ones start first: they are the ones that wait for a process, and the proofs are made meanwhile.
    A proof that could not run is a failure.
    """
    running = [asyncio.ensure_future(check.run(comparison)) for check in reversed(checks)][::-1]
    try:
        for check, future in zip(checks, running, strict=True):
            result = await future
            if check.proof and result.status is CheckStatus.SKIPPED:
                result = CheckResult(check.name, CheckStatus.FAILED, (), result.seconds, result.reason)
            yield result
    finally:
        for future in running:
            future.cancel()
        await asyncio.gather(*running, return_exceptions=True)


# -- who is to blame


def blame(findings: Iterable[Finding], patch: Patch, parts: Sequence[Part]) -> tuple[dict[Part, str], list[Finding]]:
    """Find the parts whose own lines the findings stand in.

    Returns:
        For each guilty part what is wrong with it, and the findings that stand in no part's lines.
    """
    changes = {change.path: change for change in patch.changes}
    owners = {path: _owners(change, parts) for path, change in changes.items()}
    guilty: dict[Part, str] = {}
    homeless: list[Finding] = []
    for finding in findings:
        hit = [part for first, last, part in owners.get(finding.path, []) if first <= finding.line <= last]
        for part in hit:
            guilty.setdefault(part, in_words(finding))
        if not hit:
            homeless.append(finding)
    return guilty, homeless


def in_words(finding: Finding) -> str:
    """Say a finding in one line, without its place."""
    return f"{finding.rule}: {finding.message}" if finding.rule else finding.message


def _owners(change: FileChange, parts: Sequence[Part]) -> list[tuple[int, int, Part]]:
    """Give the lines of the candidate, from 1 and both included, that each part has written."""
    by_edit: dict[Edit, list[Part]] = {}
    for part in parts:
        for edit in part.edits:
            by_edit.setdefault(edit, []).append(part)
    starts = [0, *accumulate(len(line) for line in split_lines(change.after or b""))]
    owned: list[tuple[int, int, Part]] = []
    shift = 0
    for edit in change.edits:
        start = edit.start + shift
        end = start + len(edit.new)
        shift += len(edit.new) - (edit.end - edit.start)
        lines = bisect_right(starts, start), bisect_right(starts, max(start, end - 1))
        owned += [(*lines, part) for part in by_edit.get(edit, [])]
    return owned


async def find_guilty(suspects: Sequence[T], holds: Callable[[Sequence[T]], Awaitable[bool]]) -> list[T]:
    """Find which suspects to leave out so that the rest holds, by halving.

    Asks about log2(n) times for each guilty one, and once when all are innocent. What is kept is only ever grown,
    so two that are wrong only together lose the later one.

    Args:
        suspects: What may be at fault, those to be kept rather first.
        holds: Whether the candidate passes with exactly these.
    """
    kept: list[T] = []
    guilty: list[T] = []
    waiting = [list(suspects)]
    while waiting:
        group = waiting.pop()
        if not group:
            continue
        if await holds([*kept, *group]):
            kept += group
        elif len(group) == 1:
            guilty += group
        else:
            middle = len(group) // 2
            waiting += [group[middle:], group[:middle]]
    return guilty
