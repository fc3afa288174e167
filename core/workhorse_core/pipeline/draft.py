"""New text for one region: who wrote it, what it cost, and what became of it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from time import perf_counter
from typing import NamedTuple

from workhorse_core.errors import AnswerMalformed, AnswerTruncated, EndpointError, PromptTooLong
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.models.question import Answer, Question, ask
from workhorse_core.pipeline.action import Proposal, Retry, Skipped, Work
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.route import Way, choose_route
from workhorse_core.pipeline.task import Engine, Task


class DraftStatus(StrEnum):
    """What became of a region."""

    DRAFTED = "drafted"
    SKIPPED = "skipped"
    FAILED = "failed"


class Cost(NamedTuple):
    """Tokens as the server counted them, and wall seconds."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    def plus(self, other: "Cost") -> "Cost":
        """Add up two costs."""
        return Cost(
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
            self.seconds + other.seconds,
        )


class Dropped(NamedTuple):
    """A part that was drafted and not kept, and why."""

    name: str
    reason: str


class Draft(NamedTuple):
    """The outcome for one region; lines count from 1, both included, in the base.

    ``digest`` is the SHA-256 of the region's text, so that a draft is only ever used for the text it was made for.
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

    def without(self, reasons: Mapping[Part, str]) -> "Draft":
        """Leave out the parts that these reasons speak against; a draft without parts has failed."""
        kept = tuple(part for part in self.parts if part not in reasons)
        dropped = (
            *self.dropped,
            *(Dropped(part.name, reasons[part]) for part in self.parts if part in reasons),
        )
        if kept or not self.parts:
            return self._replace(parts=kept, dropped=dropped)
        return self._replace(parts=(), dropped=dropped, status=DraftStatus.FAILED, reason=dropped[-1].reason)


def skipped_draft(skipped: Skipped) -> Draft:
    """Record a region that the action leaves alone."""
    return Draft(skipped.path, skipped.name, skipped.first, skipped.last, DraftStatus.SKIPPED, reason=skipped.reason)


async def make_draft(
    work: Work, region: Region, task: Task, endpoint: Endpoint | None, retry: Retry | None = None
) -> Draft:
    """Draft one region by the cheapest way that can do it.

    Args:
        work: The action at work.
        region: What is to be drafted.
        task: What was asked; its ``max_rounds`` bounds how often a model is asked, earlier rounds counted in.
        endpoint: The model, None when there is none.
        retry: What was wrong with an earlier draft of this region, or a reviewer's words.
    """
    started = perf_counter()
    known = await work.by_rule(region)
    route = choose_route(task.engine, known, has_model=endpoint is not None, must_ask=retry is not None)
    blank = Draft(
        region.path,
        region.name,
        region.first,
        region.last,
        DraftStatus.SKIPPED,
        digest=region.digest,
        rounds=1,
    )
    if route.way is Way.LOCAL and endpoint is not None:
        draft = await _ask(work, region, task, endpoint, known, retry, blank)
    elif route.way is Way.RULES:
        draft = _accept(blank, known, Way.RULES)
    else:
        draft = blank._replace(reason=route.reason)
    return draft._replace(cost=draft.cost._replace(seconds=perf_counter() - started))


def _accept(blank: Draft, proposal: Proposal, way: Way) -> Draft:
    return blank._replace(
        status=DraftStatus.DRAFTED,
        engine=way.value,
        parts=proposal.parts,
        reason=None,
    )


async def _ask(
    work: Work,
    region: Region,
    task: Task,
    endpoint: Endpoint,
    known: Proposal,
    retry: Retry | None,
    blank: Draft,
) -> Draft:
    """Ask the model until an answer can be read; each round is a conversation of its own."""
    draft = blank._replace(engine=Way.LOCAL.value, model=endpoint.model)
    reason = "No round is left to ask the model again."
    for attempt in range(retry.attempt if retry else 1, task.max_rounds + 1):
        question = work.question(region, known, retry)
        if question is None:
            reason = "A model cannot help here."
            break
        draft = draft._replace(rounds=attempt)
        try:
            answer = await _answer(endpoint, question)
            draft = draft._replace(model=answer.model, cost=draft.cost.plus(_cost(answer)))
            return _accept(draft, work.by_answer(region, known, answer.text), Way.LOCAL)
        except (AnswerMalformed, AnswerTruncated) as error:
            reason = error.message
            retry = Retry(error.message, attempt + 1)
        except EndpointError as error:
            reason = error.message
            break
    if known.parts and task.engine is Engine.AUTO:
        return _accept(draft, known, Way.RULES)._replace(reason=f"By rules alone: {reason}")
    return draft._replace(status=DraftStatus.FAILED, reason=reason)


async def _answer(endpoint: Endpoint, question: Question) -> Answer:
    """Ask once; a prompt that does not fit is asked again without the file's context."""
    try:
        return await ask(endpoint, question)
    except PromptTooLong:
        if not question.context:
            raise
        return await ask(endpoint, question._replace(context=""))


def _cost(answer: Answer) -> Cost:
    return Cost(answer.prompt_tokens, answer.cached_tokens, answer.completion_tokens)


def parts_of(drafts: Sequence[Draft]) -> list[Part]:
    """List the parts of every draft, in order."""
    return [part for draft in drafts for part in draft.parts]
