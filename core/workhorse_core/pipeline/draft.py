"""New text for one region: its engine, cost and outcome."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from time import perf_counter
from typing import TYPE_CHECKING

from workhorse_core.errors import AnswerMalformed, AnswerTruncated, EndpointError, PromptTooLong
from workhorse_core.pipeline.action import AnswerIncomplete, Conversing, Proposal, Retry, Skipped, Work
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.route import Way, choose_route
from workhorse_core.pipeline.task import Engine, Task
from workhorse_core.system.named_tuple import NamedTuple

if TYPE_CHECKING:
    from workhorse_core.models.endpoint import Endpoint
    from workhorse_core.models.events import Usage
    from workhorse_core.models.question import Question


class DraftStatus(StrEnum):
    """Outcome for a region."""

    DRAFTED = "drafted"
    SKIPPED = "skipped"
    FAILED = "failed"


class Cost(NamedTuple):
    """Tokens by the server's count, wall seconds, and the price in the user's currency; None where none is set."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    price: float | None = None

    def plus(self, other: "Cost") -> "Cost":
        """Return the sum of two costs."""
        return Cost(
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
            self.seconds + other.seconds,
            other.price if self.price is None else self.price + (other.price or 0.0),
        )


class Dropped(NamedTuple):
    """A part that was drafted and dropped, with the reason."""

    name: str
    reason: str


class FileDigest(NamedTuple):
    """A file of the base and the SHA-256 of its bytes, in hex; None where there is no such file."""

    path: str
    digest: str | None


class Draft(NamedTuple):
    """A region and its outcome; lines count from 1, both included, in the base.

    ``digest`` is the SHA-256 of the region's text, so that a draft is only ever used for the text it was made for.
    The positions in its parts hold for the bytes of ``files`` only. ``start`` is the region's first byte there, and
    ``ordinal`` counts regions of one name in a file, from 0. ``answer`` is the model's, from which the parts can
    be made again for other positions; None where rules made them, or a conversation of several turns.
    """

    path: str
    name: str
    first: int
    last: int
    status: DraftStatus
    engine: str | None = None
    model: str | None = None
    rounds: int = 0
    reason: str | None = None
    digest: str = ""
    cost: Cost = Cost()
    parts: tuple[Part, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    ordinal: int = 0
    start: int = -1
    files: tuple[FileDigest, ...] = ()
    answer: str | None = None

    def without(self, reasons: Mapping[Part, str], instead: Mapping[Part, Part] | None = None) -> "Draft":
        """Return the draft without the parts that have a reason; a draft without parts has failed.

        Args:
            reasons: The parts to leave out, each with the reason.
            instead: What is left of some of them.
        """
        left = instead or {}
        kept = tuple(left.get(part, part) for part in self.parts if part in left or part not in reasons)
        dropped = (
            *self.dropped,
            *(Dropped(part.name, reasons[part]) for part in self.parts if part in reasons),
        )
        if kept or not self.parts:
            return self._replace(parts=kept, dropped=dropped)
        return self._replace(parts=(), dropped=dropped, status=DraftStatus.FAILED, reason=dropped[-1].reason)


def skipped_draft(skipped: Skipped) -> Draft:
    """Return the draft of a region that the action leaves alone."""
    return Draft(skipped.path, skipped.name, skipped.first, skipped.last, DraftStatus.SKIPPED, reason=skipped.reason)


async def make_draft(
    work: Work, region: Region, task: Task, endpoint: "Endpoint | None", retry: Retry | None = None
) -> Draft:
    """Draft one region by the cheapest way that can do it.

    Args:
        work: The action's work.
        region: The region to draft.
        task: The task; its ``max_rounds`` bounds how often a model is asked, earlier rounds included.
        endpoint: The model, None where there is none.
        retry: The reason to draft this region again.
    """
    started = perf_counter()
    known = await work.by_rule(region)
    route = choose_route(task.engine, known, has_model=endpoint is not None, must_ask=retry is not None)
    draft = Draft(
        region.path,
        region.name,
        region.first,
        region.last,
        DraftStatus.SKIPPED,
        digest=region.digest,
        rounds=1,
        start=region.start,
    )
    if route.way is Way.LOCAL and endpoint is not None:
        from workhorse_core.pipeline.metered_endpoint import MeteredEndpoint  # deferred: rules ask no model

        metered = MeteredEndpoint(endpoint)
        draft = await _ask(work, region, task, metered, known, retry, draft)
        draft = draft._replace(model=metered.model, cost=_cost(metered.usages))
    elif route.way is Way.RULES:
        draft = _accept(draft, known, Way.RULES)
    else:
        draft = draft._replace(reason=route.reason)
    return draft._replace(cost=draft.cost._replace(seconds=perf_counter() - started))


def _accept(draft: Draft, proposal: Proposal, way: Way, answer: str | None = None) -> Draft:
    return draft._replace(
        status=DraftStatus.DRAFTED,
        engine=way.value,
        parts=proposal.parts,
        reason=None,
        answer=answer,
    )


async def _ask(
    work: Work, region: Region, task: Task, endpoint: "Endpoint", known: Proposal, retry: Retry | None, draft: Draft
) -> Draft:
    """Ask the model until an answer can be read; each round is a conversation of its own."""
    draft = draft._replace(engine=Way.LOCAL.value)
    reason = "No round is left to ask the model again."
    partial: AnswerIncomplete | None = None
    for attempt in range(retry.attempt if retry else 1, task.max_rounds + 1):
        try:
            if isinstance(work, Conversing):
                draft = draft._replace(rounds=attempt)
                return _accept(draft, await work.converse(region, known, endpoint, retry), Way.LOCAL)
            question = work.question(region, known, retry)
            if question is None:
                reason = "The code does not show enough for a model to describe it."
                break
            draft = draft._replace(rounds=attempt)
            text = await _answer(endpoint, question)
            text = f"{question.kept}\n{text}" if question.kept else text
            return _accept(draft, work.by_answer(region, known, text), Way.LOCAL, text)
        except (AnswerMalformed, AnswerTruncated) as error:
            reason = error.message
            partial = error if isinstance(error, AnswerIncomplete) else partial
            retry = Retry(error.message, attempt + 1, partial.kept if partial else "")
        except EndpointError as error:
            reason = error.message
            break
    if partial and partial.proposal:
        return _accept(draft, partial.proposal, Way.LOCAL, partial.kept)
    if known.parts and task.engine is Engine.AUTO:
        return _accept(draft, known, Way.RULES)._replace(reason=f"By rules alone: {reason}")
    return draft._replace(status=DraftStatus.FAILED, reason=reason)


async def _answer(endpoint: "Endpoint", question: "Question") -> str:
    """Ask once; a prompt that does not fit is asked again without the file's context."""
    from workhorse_core.models.question import ask

    try:
        return (await ask(endpoint, question)).text
    except PromptTooLong:
        if not question.context:
            raise
        return (await ask(endpoint, question._replace(context=""))).text


def _cost(usages: "Iterable[Usage]") -> Cost:
    cost = Cost()
    for usage in usages:
        cost = cost.plus(Cost(usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens, price=usage.price))
    return cost


def parts_of(drafts: Sequence[Draft]) -> list[Part]:
    """Return the parts of all drafts, in order."""
    return [part for draft in drafts for part in draft.parts]
