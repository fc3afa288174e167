"""The verification of a candidate: its checks, run cheapest first, and their results."""

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from itertools import groupby

from workhorse_core.change.patch import Patch
from workhorse_core.pipeline.baseline import Baselines
from workhorse_core.pipeline.check import (
    Baselined,
    Check,
    CheckCost,
    CheckResult,
    CheckStatus,
    Closable,
    Comparison,
    Finding,
)
from workhorse_core.pipeline.shared_work import SharedWork
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.system.tasks import stop_all

_TURNS_OF_A_TOOL = 4
"""Turns of the event loop in which a check's tool is started: the check's own, the tool's, those of its process.

A proof computes without a pause, so one that began before would hold the tools up for as long as it takes.
"""


class Verification(NamedTuple):
    """The results, those of the cheaper checks first."""

    results: tuple[CheckResult, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return not self.failed

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """The results that failed."""
        return tuple(result for result in self.results if result.status is CheckStatus.FAILED)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the checks that failed."""
        return tuple(finding for result in self.failed for finding in result.findings)

    @property
    def evidence_digest(self) -> str:
        """The SHA-256, in hex, of the checks' names, outcomes, findings and figures; not of the time they took."""
        digested: list[Sequence[object]] = []
        for result in self.results:
            findings = [(f.path, f.line, f.rule, f.message) for f in result.findings]
            digested.append((result.name, result.status.value, findings))
            if result.evidence:  # jobs of older versions have none, and their verdicts stay valid
                digested.append(result.evidence)
        return hashlib.sha256(json.dumps(digested, ensure_ascii=True).encode()).hexdigest()


class Verifier:
    """The checks of a run, with their baselines, and with the results of the costly ones by candidate."""

    def __init__(self, checks: Sequence[Check], baselines: Baselines | None = None) -> None:
        self.checks = sorted(checks, key=_tier)
        self._baselines = baselines or Baselines()
        self._suite_results: dict[tuple[str, Patch], CheckResult] = {}

    async def verify(
        self, comparison: Comparison, checks: Sequence[Check] | None = None
    ) -> AsyncGenerator[CheckResult]:
        """Run the checks, or these of them; a test suite only where everything cheaper has passed.

        Yields:
            The results in order. A proof that could not run is a failure.
        """
        passed = True
        for is_suite, tier in groupby(self.checks if checks is None else checks, key=_tier):
            if is_suite and not passed:
                return
            for group in [[check] for check in tier] if is_suite else [list(tier)]:
                async with aclosing(self._together(comparison, group)) as results:
                    async for result in results:
                        passed = passed and result.status is not CheckStatus.FAILED
                        yield result
                if not passed:
                    return

    async def _together(self, comparison: Comparison, checks: Sequence[Check]) -> AsyncGenerator[CheckResult]:
        """Run checks at the same time.

        The last ones start first: they are the ones that wait for a process, and the proofs are made meanwhile.
        """
        shared = SharedWork(check.name for check in checks)
        comparison = comparison._replace(shared=shared)
        running = [asyncio.ensure_future(self._run(check, comparison)) for check in reversed(checks)][::-1]
        try:
            for check, future in zip(checks, running, strict=True):
                result = await future
                if check.proof and result.status is CheckStatus.SKIPPED:
                    result = CheckResult(check.name, CheckStatus.FAILED, (), result.seconds, result.reason)
                yield result
        finally:
            await stop_all(running)
            await shared.close()

    async def _run(self, check: Check, comparison: Comparison) -> CheckResult:
        if check.cost < CheckCost.TOOL:
            for _ in range(_TURNS_OF_A_TOOL):
                await asyncio.sleep(0)
        if check.cost < CheckCost.SUITE:
            return await self._run_once(check, comparison)
        key = check.name, comparison.patch
        if key not in self._suite_results:
            self._suite_results[key] = await self._run_once(check, comparison)
        return self._suite_results[key]

    async def _run_once(self, check: Check, comparison: Comparison) -> CheckResult:
        if isinstance(check, Baselined):
            baseline = await self._baselines.of(check, comparison.project, comparison.task)
            comparison = comparison._replace(baseline=baseline)
        return await check.run(comparison)


def _tier(check: Check) -> bool:
    """Return whether a check runs after the others: proofs and tools run at one time, and a suite after them."""
    return check.cost >= CheckCost.SUITE


@asynccontextmanager
async def closing_checks(checks: Sequence[Check]) -> AsyncGenerator[Sequence[Check]]:
    """Close those checks at the end that can be closed, also where the run fails or is cancelled."""
    try:
        yield checks
    finally:
        for check in checks:
            if isinstance(check, Closable):
                await check.close()


async def verify(comparison: Comparison, checks: Sequence[Check]) -> AsyncGenerator[CheckResult]:
    """Run these checks on one candidate; see `Verifier.verify`."""
    async with aclosing(Verifier(checks).verify(comparison)) as results:
        async for result in results:
            yield result
