"""What every check is made of: it compares a candidate with its base and says what is new."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable

from workhorse_core.change.patch import Patch
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.task import Task
from workhorse_core.workspace.project import Project


class CheckStatus(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    """It does not apply here; the reason says why. A skipped check is never a proof."""


class Finding(NamedTuple):
    """Something that the candidate has and its base had not. ``line`` counts from 1 in the candidate's file."""

    path: str
    line: int
    message: str
    rule: str = ""


class CheckResult(NamedTuple):
    """What one check said of one candidate."""

    name: str
    status: CheckStatus
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    reason: str = ""


class Comparison(NamedTuple):
    """A candidate beside its base: the patch holds every file that differs, before and after."""

    project: Project
    task: Task
    patch: Patch


class Check(Protocol):
    """Something that must hold.

    A ``proof`` must have run and passed before anybody may approve; any other check may be skipped with a reason.
    """

    name: str
    proof: bool

    async def run(self, comparison: Comparison) -> CheckResult:
        """Compare; only what is new is a finding. Reads the patch, never the user's work tree."""
        ...


@runtime_checkable
class Preparing(Check, Protocol):
    """A check that can look at a project while its candidate is still being made."""

    def prepare(self, project: Project, task: Task) -> None:
        """Begin with that in a thread, and return at once."""
        ...


@runtime_checkable
class Isolating(Check, Protocol):
    """A check that knows better than the lines of its findings which parts are at fault."""

    async def isolate(
        self, parts: Sequence[Part], compare: Callable[[Sequence[Part]], Comparison]
    ) -> Mapping[Part, str]:
        """Find the parts to leave out so that the check passes, each with what is wrong with it in one line.

        Args:
            parts: All that the failed candidate was made of.
            compare: Makes the candidate of some of them.
        """
        ...
