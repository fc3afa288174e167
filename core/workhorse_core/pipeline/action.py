"""What every action is made of: it finds regions, proposes by rule, asks a model, and renders what must be new.

An action is one file in ``actions/``. It never talks to a server, to git or to the disk: the stages do that for it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from workhorse_core.models.endpoint import Endpoint
from workhorse_core.models.question import Question
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.workspace.project import Project


class Proposal(NamedTuple):
    """New text for a region, rendered and placed, not yet proved.

    ``missing`` names what is still unknown: with nothing missing no model is needed. A proposal without parts has
    found nothing to write.
    """

    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()


class Skipped(NamedTuple):
    """A region, or a whole file, that the action leaves alone, and why."""

    path: str
    name: str
    first: int
    last: int
    reason: str


class Retry(NamedTuple):
    """What was wrong with an earlier draft: ``words`` come from a check, a parser or a reviewer.

    ``attempt`` counts from 2: an action with several ways of asking takes another one each time.
    """

    words: str
    attempt: int = 2


class Work(Protocol):
    """One task under way: what the action knows about this project, gathered once."""

    def regions(self) -> Iterator[Region | Skipped]:
        """Find what needs work, file by file."""
        ...

    async def by_rule(self, region: Region) -> Proposal:
        """Propose what can be pointed to in the code, without a model."""
        ...

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> Question | None:
        """Ask for what ``known`` still misses; None where a model cannot help."""
        ...

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        """Turn a model's answer into a proposal that keeps what ``known`` had.

        Raises:
            AnswerMalformed: It is not what was asked for; the message is written for the model to read.
        """
        ...


@runtime_checkable
class Conversing(Protocol):
    """Work that needs several turns of a model, or tools; then ``question`` and ``by_answer`` are not used."""

    async def converse(self, region: Region, known: Proposal, model: Endpoint, retry: Retry | None) -> Proposal:
        """Get from the model what ``known`` still misses, and keep what ``known`` had.

        Args:
            region: What is to be drafted.
            known: What the rules propose.
            model: Bounds the turns of a draft and counts their cost; nothing of it may be closed.
            retry: What was wrong with an earlier draft.

        Raises:
            AnswerMalformed: The model did not come to what was asked for; the message is written for it to read.
            EndpointError: There is no usable answer: see its kinds.
        """
        ...


@runtime_checkable
class Noting(Protocol):
    """Work that may have to say what it could not use."""

    def notes(self) -> Sequence[str]:
        """Give full sentences for the user, known once everything is drafted."""
        ...


class Action(Protocol):
    """Something that Workhorse can be asked to do.

    ``checks`` are the names of what must hold, cheapest first. ``argument`` is what the user must be asked for
    ("new name"), None where nothing is; the words are the task's option of that name.
    """

    name: str
    title: str
    argument: str | None
    checks: tuple[str, ...]

    def offer(self, region: Region, config: Config) -> str | None:
        """Give the words for a menu when the action applies to this region; quick, and from the text alone.

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
class Replacing(Protocol):
    """An action that can also replace what is there: its option ``rewrite``."""

    def offer_rewrite(self, region: Region, config: Config) -> str | None:
        """Give the words for a menu when what this region has could be replaced by better; as quick as `offer`."""
        ...


@runtime_checkable
class Selective(Protocol):
    """An action that leaves some regions alone unless they are named."""

    def is_wanted(self, region: Region, config: Config) -> bool:
        """Say whether a region that it is offered for is worked on when the whole file is; as quick as `offer`."""
        ...
