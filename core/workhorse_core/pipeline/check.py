"""The seam for checks: each compares a candidate with its base and reports what is new."""

from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import Protocol, TypeVar, runtime_checkable

from workhorse_core.change.patch import Patch
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.shared_work import SharedWork
from workhorse_core.pipeline.task import Task
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.project import Project

_Made = TypeVar("_Made")


class CheckCost(IntEnum):
    """Cost of one run of a check. The cheaper ones run first, and a suite only on a candidate that passed those."""

    PROOF = 1
    """Computation in this process: milliseconds."""
    TOOL = 2
    """Another program that reads the code: seconds."""
    SUITE = 3
    """The project's own code runs: minutes."""


class CheckStatus(StrEnum):
    """Outcome of a check."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    """It does not apply here, for the given reason. A skipped check is never a proof."""


class Finding(NamedTuple):
    """Something that the candidate has and its base had not.

    ``line`` counts from 1 in the candidate's file; 0 where the finding belongs to no line.
    """

    path: str
    line: int
    message: str
    rule: str = ""

    @property
    def text(self) -> str:
        """The rule and the message, in one line without the place."""
        return f"{self.rule}: {self.message}" if self.rule else self.message


class Evidence(NamedTuple):
    """A figure in favour of a candidate: ``value`` out of ``of``, in ``unit`` (``"killed", 12, 15, "mutants"``)."""

    name: str
    value: float
    of: float | None = None
    unit: str = ""


class CheckResult(NamedTuple):
    """The outcome of one check on one candidate; ``evidence`` are figures for the reviewer, whatever the outcome."""

    name: str
    status: CheckStatus
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()


class Baseline(NamedTuple):
    """The outcome of a check on the base alone; ``text`` is for the check that made it, and is stored as it is."""

    text: str


class Comparison(NamedTuple):
    """A candidate beside its base: the patch holds every file that differs, before and after.

    ``baseline`` is there for a check that is :class:`Baselined`; ``parts`` where the patch was made of parts;
    ``shared`` where several checks look at it at the same time.
    """

    project: Project
    task: Task
    patch: Patch
    baseline: Baseline | None = None
    parts: tuple[Part, ...] = ()
    shared: SharedWork | None = None

    def once(self, make: "Callable[[Comparison], _Made]") -> _Made:
        """Return what ``make`` returns for this comparison; checks that share it get the same, made once."""
        return self.shared.once(make, self) if self.shared else make(self)


class Check(Protocol):
    """A condition on candidates.

    A ``proof`` must have run and passed before an approval; any other check may be skipped with a reason.
    """

    name: str
    proof: bool
    cost: CheckCost

    async def run(self, comparison: Comparison) -> CheckResult:
        """Compare candidate and base: only new findings count. Read the patch, never the user's work tree."""
        ...


@runtime_checkable
class Baselined(Check, Protocol):
    """A check that needs its outcome on the base, which is computed once for each base tree and stored."""

    def baseline_key(self, project: Project, task: Task) -> str | None:
        """Return everything besides the base's files that the outcome depends on: interpreter, options, settings.

        None where the check will not run, so that no baseline is needed.
        """
        ...

    async def baseline(self, project: Project, task: Task) -> Baseline:
        """Run on the base alone."""
        ...


@runtime_checkable
class Closable(Check, Protocol):
    """A check that holds processes or files between its runs."""

    async def close(self) -> None:
        """Release them; called once, after the last run, and also when the run failed or was cancelled."""
        ...


@runtime_checkable
class Preparing(Check, Protocol):
    """A check that can look at a project while its candidate is still being made."""

    def prepare(self, project: Project, task: Task) -> None:
        """Begin with that in a thread, and return at once."""
        ...


@runtime_checkable
class Trimming(Check, Protocol):
    """A check that can leave out of a part what it finds fault with, where the rest of it stands alone."""

    def trim(self, part: Part, comparison: Comparison) -> Part | None:
        """Return the part without its faults; None where nothing worth keeping is left.

        Args:
            part: One of the candidate's parts.
            comparison: The failed candidate, beside the base.
        """
        ...


@runtime_checkable
class Isolating(Check, Protocol):
    """A check that finds the culprits among the parts itself, where the lines of its findings do not."""

    async def isolate(
        self, parts: Sequence[Part], compare: Callable[[Sequence[Part]], Comparison]
    ) -> Mapping[Part, str]:
        """Return the parts to leave out so that the check passes, each with the reason in one line.

        Args:
            parts: All parts of the failed candidate.
            compare: Return the candidate of some of them, beside the base.
        """
        ...
