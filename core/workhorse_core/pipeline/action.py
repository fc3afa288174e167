"""The seam for actions: find regions, propose by rule, ask a model, render the new text.

An action is one folder in ``actions/``. It uses no server, no git and no disk: the stages do that for it.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from workhorse_core.errors import AnswerMalformed
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.project import Project

if TYPE_CHECKING:  # a job by rules loads no model client
    from workhorse_core.models.endpoint import Endpoint
    from workhorse_core.models.probe.exam import Graded
    from workhorse_core.models.question import Question


class Proposal(NamedTuple):
    """New text for a region, rendered and placed, not yet proved.

    ``missing`` names what is unknown yet: with nothing missing no model is needed. A proposal without parts means that
    there is nothing to write, for a ``reason`` in one sentence where that is not what is missing.
    """

    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""


class Skipped(NamedTuple):
    """A region, or a whole file, that the action leaves alone, with the reason."""

    path: str
    name: str
    first: int
    last: int
    reason: str


class Retry(NamedTuple):
    """A reason to draft again: ``words`` are those of a check, a parser or a reviewer.

    ``attempt`` counts from 2: an action with several forms of its question takes another one each time. ``kept`` is
    the earlier answer, of which a part may stand; the question that follows has that part.
    """

    words: str
    attempt: int = 2
    kept: str = ""


class AnswerIncomplete(AnswerMalformed):
    """A part of an answer is usable; the message describes the faults of the rest, for the model to read.

    Args:
        message: The faults.
        kept: The usable part, in the form of an answer, to be read again in front of the next one.
        proposal: The proposal that can be made of that part alone; None where it does not suffice for one.
    """

    def __init__(self, message: str, kept: str, proposal: Proposal | None) -> None:
        super().__init__(message)
        self.kept = kept
        self.proposal = proposal


class Work(Protocol):
    """One task under way, with what the action knows about this project, gathered once."""

    def regions(self) -> Iterator[Region | Skipped]:
        """Yield the regions that need work, file by file, and those that are left alone."""
        ...

    async def by_rule(self, region: Region) -> Proposal:
        """Propose without a model what the code itself shows."""
        ...

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> "Question | None":
        """Ask for what ``known`` still misses; None where a model cannot help."""
        ...

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        """Turn a model's answer into a proposal that keeps what ``known`` had.

        Raises:
            AnswerMalformed: It is not what was asked for; the message is written for the model to read.
            AnswerIncomplete: A part of it stands.
        """
        ...


@runtime_checkable
class Conversing(Protocol):
    """Work that needs several turns of a model, or tools; then ``question`` and ``by_answer`` are not used."""

    async def converse(self, region: Region, known: Proposal, model: "Endpoint", retry: Retry | None) -> Proposal:
        """Propose what ``known`` still misses from a conversation with the model; keep what ``known`` had.

        Args:
            region: The region to draft.
            known: The proposal of the rules.
            model: The endpoint; it counts the cost of the draft's turns, and bounds them.
            retry: The reason to draft again.

        Raises:
            AnswerMalformed: The model gave no usable proposal; the message is written for the model to read.
            EndpointError: There is no usable answer: see its kinds.
        """
        ...


@runtime_checkable
class Noting(Protocol):
    """Work that may have inputs which no draft could use."""

    def notes(self) -> Sequence[str]:
        """Return full sentences about them for the user; complete once all regions are drafted."""
        ...


class Action(Protocol):
    """A kind of task.

    ``checks`` are the names of the checks that its candidates must pass. ``argument`` names the option that the user
    has to fill in ("new name"), None where there is none.
    """

    name: str
    title: str
    argument: str | None
    checks: tuple[str, ...]

    def offer(self, region: Region, config: Config) -> str | None:
        """Return the menu entry where the action applies to this region, else None; fast, and from the text alone.

        The region's source may be an excerpt of the file: the definition, and the headers of those around it.
        """
        ...

    def start(self, task: Task, project: Project) -> Work:
        """Gather what the task needs to know.

        Raises:
            WorkhorseError: The task cannot be done at all: a wrong option, no such target.
        """
        ...


@runtime_checkable
class Examining(Protocol):
    """An action that can find out in which way a model is asked best."""

    def exam(self) -> "Sequence[Graded]":
        """Return questions with known answers."""
        ...


@runtime_checkable
class Replacing(Protocol):
    """An action that can also replace what is there: its option ``rewrite``."""

    def offer_rewrite(self, region: Region, config: Config) -> str | None:
        """Return the menu entry where the region could get a better text, else None; as fast as `offer`."""
        ...


@runtime_checkable
class Selective(Protocol):
    """An action that leaves some regions alone unless they are named."""

    def is_wanted(self, region: Region, config: Config) -> bool:
        """Return whether a region that it is offered for is worked on as part of its file; as fast as `offer`."""
        ...
