"""The diagnosis of a failed candidate: the culprits among its parts, each with the reason."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from workhorse_core.change.patch import Patch
from workhorse_core.errors import PatchError
from workhorse_core.pipeline.attribution import attribute, parts_near
from workhorse_core.pipeline.check import Check, CheckCost, CheckResult, Comparison, Finding, Isolating, Trimming
from workhorse_core.pipeline.culprits import find_culprits
from workhorse_core.pipeline.part import Part, patch_of_parts
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verification, Verifier
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.project import Project

MOST_TRIALS = 1000
"""Bound on the candidates that one repair tries to find culprits."""

_NONE: Mapping[Part, str] = MappingProxyType({})
_NOTHING: Mapping[Part, Part] = MappingProxyType({})


class Diagnosis(NamedTuple):
    """The parts to leave out, each with the reason in one line; none of them where the candidate has no culprit.

    ``culprits`` may be drafted again. ``undecided`` are dropped because the search for the culprits among them ended
    early, so that there is no finding which a new draft could heed. ``left`` is what a check can keep of a culprit.
    """

    culprits: Mapping[Part, str]
    undecided: Mapping[Part, str] = _NONE
    left: Mapping[Part, Part] = _NOTHING

    @property
    def reasons(self) -> Mapping[Part, str]:
        """The reasons of both kinds."""
        return {**self.undecided, **self.culprits}


class FaultSearch:
    """The searches for faults of one repair, and the budget of seconds and trials that they share."""

    def __init__(self, task: Task, project: Project, verifier: Verifier) -> None:
        self._task = task
        self._project = project
        self._verifier = verifier
        self._seconds_left = project.config.checks_budget_seconds
        self._trials_left = MOST_TRIALS
        self._trimmed = set[Part]()
        self._passing: tuple[Part, ...] = ()
        """The last parts with which a test suite passed."""

    def charge(self, results: Sequence[CheckResult]) -> None:
        """Subtract the cost of these results from the budget."""
        self._trials_left -= 1
        self._seconds_left -= sum(result.seconds for result in results)

    def give_up(self, verification: Verification, parts: Sequence[Part]) -> Diagnosis:
        """Leave out all parts, where no search has found a culprit among them."""
        return Diagnosis({}, dict.fromkeys(parts, failure_of(verification)))

    async def contradictions(self, parts: Sequence[Part], error: PatchError) -> Diagnosis:
        """Find the parts that contradict those before them, so that no patch can be made of all."""

        async def trial(indices: Sequence[int]) -> str:
            try:
                self._compare([parts[index] for index in indices])
            except PatchError as error:
                return error.message
            return ""

        search = await find_culprits(range(len(parts)), trial, error.message)
        return Diagnosis({parts[index]: words for index, words in search.found})

    async def diagnose(self, verification: Verification, patch: Patch, parts: Sequence[Part]) -> Diagnosis:
        """Find the culprits of the checks that failed, and what can be kept of them."""
        diagnosis = await self._diagnose(verification, patch, parts)
        return diagnosis._replace(left=self._trim(verification, patch, list(diagnosis.culprits)))

    async def _diagnose(self, verification: Verification, patch: Patch, parts: Sequence[Part]) -> Diagnosis:
        """Find the culprits.

        A finding in a part's own lines is that part's. Where there is none, a check that can isolate culprits does;
        else parts are left out until the checks pass. A check that can isolate waits until the others pass.
        """
        failed = {result.name: result for result in verification.failed}
        failing = [check for check in self._verifier.checks if check.name in failed]
        others = [check for check in failing if not isinstance(check, Isolating)]
        is_suite = any(check.cost >= CheckCost.SUITE for check in failing)
        attribution = attribute([f for check in others for f in failed[check.name].findings], patch, parts)
        if attribution.reasons and not (is_suite and self._is_spent):
            return Diagnosis(attribution.reasons)
        if not others and isinstance(failing[0], Isolating):
            isolated = await failing[0].isolate(parts, self._compare)
            found = {part: isolated[part] for part in parts if part in isolated}
            if found or not await self._failure(parts, failing):
                return Diagnosis(found)
        near = parts_near(attribution.unplaced, patch, parts)
        return await self._bisect(parts, near, others or failing, failure_of(verification), is_suite=is_suite)

    def _trim(self, verification: Verification, patch: Patch, culprits: Sequence[Part]) -> Mapping[Part, Part]:
        """Trim each culprit once, if only checks that can trim have findings in it; return what is left by part."""
        failed = {result.name: result for result in verification.failed}
        trimming = [each for each in self._verifier.checks if each.name in failed and isinstance(each, Trimming)]
        names = {check.name for check in trimming}
        others = [finding for name, result in failed.items() if name not in names for finding in result.findings]
        spoilt = attribute(others, patch, culprits).reasons
        comparison = Comparison(self._project, self._task, patch, parts=tuple(culprits))
        found: dict[Part, Part] = {}
        for part in culprits if trimming else ():
            if part not in spoilt and part not in self._trimmed:
                left = next((left for check in trimming if (left := check.trim(part, comparison))), None)
                if left is not None:
                    found[part] = left
        self._trimmed.update(found.values())
        return found

    async def _bisect(
        self, parts: Sequence[Part], near: Sequence[Part], checks: Sequence[Check], failure: str, *, is_suite: bool
    ) -> Diagnosis:
        """Leave parts out until the checks pass, those near the findings first.

        What a test suite is known to pass with is kept without another run.
        """
        passing = set(self._passing) if is_suite and set(self._passing) <= set(parts) else set[Part]()
        known = [index for index, part in enumerate(parts) if part in passing]
        suspects = [index for index, part in enumerate(parts) if part not in passing]
        far = [index for index in suspects if parts[index] not in near]
        order = [*far, *(index for index in suspects if parts[index] in near)]

        async def trial(indices: Sequence[int]) -> str:
            return await self._failure([parts[index] for index in sorted([*known, *indices])], checks)

        search = await find_culprits(order, trial, failure, first=len(far), may_try=lambda: not self._is_spent)
        if is_suite:
            self._passing = tuple(parts[index] for index in sorted([*known, *search.kept]))
        culprits = {parts[index]: words for index, words in search.found}
        left = f"{failure}: the budget for checks ended before it was decided whether this part is the cause"
        undecided = {parts[index]: left for index in search.undecided}
        return Diagnosis({}, undecided | culprits) if is_suite and self._is_spent else Diagnosis(culprits, undecided)

    @property
    def _is_spent(self) -> bool:
        return self._seconds_left <= 0 or self._trials_left <= 0

    async def _failure(self, parts: Sequence[Part], checks: Sequence[Check]) -> str:
        """Return the first failure of these checks in the candidate of some parts, "" where they pass."""
        try:
            comparison = self._compare(parts)
        except PatchError as error:
            return error.message
        if not comparison.patch.changes:
            return ""
        results = [result async for result in self._verifier.verify(comparison, checks)]
        self.charge(results)
        return failure_of(Verification(tuple(results)))

    def _compare(self, parts: Sequence[Part]) -> Comparison:
        return Comparison(self._project, self._task, patch_of_parts(self._project.tree.read, parts), parts=tuple(parts))


def failure_of(verification: Verification) -> str:
    """Return the first check that failed with its first finding; "" where none failed."""
    if verification.passed:
        return ""
    failed = verification.failed[0]
    findings: Sequence[Finding] = failed.findings
    return f"{failed.name}: {findings[0].message if findings else failed.reason}"
