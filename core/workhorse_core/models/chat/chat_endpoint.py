"""The common part of every endpoint for a chat model: one turn requested, and checked against what is known."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from workhorse_core.errors import AnswerMalformed, AnswerTruncated, EndpointError
from workhorse_core.models.asking import Asking
from workhorse_core.models.chat.pause import Pause
from workhorse_core.models.chat.strategy import Format, choose_format, only_object, read_answer
from workhorse_core.models.chat.text_calls import read_text_calls
from workhorse_core.models.conversation import Conversation
from workhorse_core.models.discovery.conformance import Conformance, Strategy, Switch
from workhorse_core.models.discovery.model_choice import DEFAULT_MODEL
from workhorse_core.models.discovery.server import Server
from workhorse_core.models.endpoint import Price
from workhorse_core.models.events import (
    Event,
    Finished,
    FinishReason,
    ReasoningDelta,
    TextDelta,
    ToolCallEvent,
    Usage,
)
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import refuse_relayed
from workhorse_core.system.printable import printable

if TYPE_CHECKING:
    from workhorse_core.models.chat.caller import Caller, Item
    from workhorse_core.models.chat.fault import Called
    from workhorse_core.models.chat.reply import Reply

THINKING_TOKENS = 4096
"""The tokens that a model may spend before it answers if nothing keeps it from thinking."""

CallerT = TypeVar("CallerT", bound="Caller")


@dataclass(slots=True)
class _Attempt:
    """One request for a turn, and what came of it: of several, the last counts, and the tokens of all."""

    body: dict[str, Any]
    form: Format
    shown: bool = False
    """Whether text of it has been yielded, so that it cannot be asked for again."""
    reply: "Reply | None" = None
    spent: list[Usage] = field(default_factory=list[Usage])


class ChatEndpoint(ABC, Generic[CallerT]):
    """An endpoint for one model of one server; each kind of server has a subclass.

    Args:
        access: The server, the model and the key.
        server: The server's description of itself; None to ask for it before the first question.
        known: The probe's measurements of the model.
        pause: The means of waiting for a busy server.

    Raises:
        EndpointRefused: Code may not be sent there.
    """

    def __init__(
        self,
        access: Access,
        server: Server | None = None,
        known: Conformance | None = None,
        pause: Pause | None = None,
    ) -> None:
        self._access = access
        self._address = access.address
        self._server = server
        self._known = known
        self._pause = pause or Pause()
        self._made: CallerT | None = None
        self._learning = asyncio.Lock()
        self._strategy: Strategy | None = None
        self._thinks = known is not None and known.switch in (Switch.NONE, Switch.LOW)
        refuse_relayed(self.model, access.hosts)

    @property
    def model(self) -> str:
        """The model's name as the user or the server gives it."""
        return self._access.model or (self._server.choose_model() if self._server else DEFAULT_MODEL)

    @property
    def price(self) -> Price | None:
        """The prices that the user has set for this model."""
        return self._access.price

    @property
    def asking(self) -> Asking:
        """The way of asking that the probe has found best."""
        return self._known.asking if self._known else Asking.LINES

    @property
    @abstractmethod
    def lanes(self) -> int:
        """The number of conversations that it serves at the same time."""

    @property
    @abstractmethod
    def context_tokens(self) -> int | None:
        """The tokens that a conversation and its answer may have together, None where that is unknown."""

    async def stream(self, conversation: Conversation) -> AsyncGenerator[Event, None]:
        """Yield the events of the model's next turn; closing the generator frees the server's slot.

        Text is yielded as it comes where the server is known to keep reasoning apart from it, and neither a schema nor
        calls have to be read out of it; else when it is whole.

        Raises:
            EndpointError: There is no usable answer: see its kinds.
        """
        await self._learn()
        spent: list[Usage] = []
        while True:
            form = choose_format(conversation, self._known, self._canary(conversation), self._strategy)
            attempt = _Attempt(self._body(form), form, spent=spent)
            try:
                async with aclosing(self._try(attempt, conversation)) as events:
                    async for event in events:
                        attempt.shown = attempt.shown or isinstance(event, TextDelta)
                        yield event
                return
            except (AnswerMalformed, AnswerTruncated) as error:
                if attempt.reply is None or attempt.shown or not self._learn_from(error, attempt.reply, conversation):
                    raise
            except _Repeat:
                pass
            if attempt.reply:
                spent.append(self._usage(attempt.reply))

    async def close(self) -> None:
        """Close the connections."""
        if self._made:
            await self._made.close()

    async def _try(self, attempt: _Attempt, conversation: Conversation) -> AsyncGenerator[Event, None]:
        from workhorse_core.models.chat.reply import Reply  # deferred with the caller

        body, form = attempt.body, attempt.form
        live = self._separates_reasoning and conversation.schema is None and not conversation.tools
        async with aclosing(self._ask(body, form.conversation, live=live)) as items:
            async for item in items:
                if isinstance(item, Reply):
                    attempt.reply = item
                else:
                    yield item
        reply = attempt.reply
        assert reply is not None  # it is the last item, or an error was raised
        reason, reasoning, text = self._read(reply, form, conversation, self._limit(body))
        calls = reply.whole_calls()
        if not calls and (calls := read_text_calls(text, conversation.tools)):
            reason, text = FinishReason.TOOL_CALLS, ""
        await self._check(reply, body)
        if self._must_repeat(reply, conversation):
            raise _Repeat
        if not live:
            if reasoning:
                yield ReasoningDelta(reasoning)
            if text:
                yield TextDelta(text)
        for call in calls:
            yield ToolCallEvent(call)
        yield self._total(attempt)
        yield Finished(reason)

    def _read(
        self, reply: "Reply", form: Format, conversation: Conversation, limit: int
    ) -> tuple[FinishReason, str, str]:
        """Read the reason, the reasoning and the answer's text of a whole reply.

        Raises:
            AnswerTruncated: It was cut off.
            AnswerMalformed: There is nothing in it, or it is not what was asked for.
        """
        from workhorse_core.models.chat.finish import check_end
        from workhorse_core.models.chat.reasoning import separate_reasoning

        reason = check_end(reply, conversation.schema, limit)
        raw = reply.whole_text()
        found = separate_reasoning(raw)
        reasoning, text = "".join(reply.reasoning) + found.reasoning, found.answer
        schema = form.conversation.schema
        if not text.strip() and not reply.calls:
            if schema is None or not reasoning:
                raise AnswerMalformed(_EMPTY if not (reasoning or raw).strip() else _ONLY_THOUGHT)
            try:
                return reason, "", read_answer(only_object(reasoning, schema), schema, form.canary)
            except AnswerMalformed:  # some servers take an answer without reasoning for reasoning
                raise AnswerMalformed(_ONLY_THOUGHT) from None
        return reason, reasoning, text if reply.calls else read_answer(text, schema, form.canary)

    def _learn_from(self, error: EndpointError, reply: "Reply", conversation: Conversation) -> bool:
        """Learn from an answer that is of no use how to ask this model; False if there is nothing new to learn."""
        if isinstance(error, AnswerTruncated):
            if self._thinks or reply.finish is None or not (reply.thought or _opens_thinking(reply)):
                return False
            self._thinks = True  # and nothing has kept it from thinking: it needs the room
            return True
        if conversation.schema is None or self._strategy or not reply.pieces:
            return False
        self._strategy = Strategy.TEXT  # the schema was ignored: it goes into the prompt
        return True

    def _usage(self, reply: "Reply") -> Usage:
        price = self.price.of(reply.prompt_tokens, reply.completion_tokens) if self.price else None
        return Usage(printable(reply.model), reply.prompt_tokens, reply.cached_tokens, reply.completion_tokens, price)

    def _total(self, attempt: _Attempt) -> Usage:
        assert attempt.reply is not None
        last = self._usage(attempt.reply)
        every = (*attempt.spent, last)
        return Usage(
            last.model,
            sum(usage.prompt_tokens for usage in every),
            sum(usage.cached_tokens for usage in every),
            sum(usage.completion_tokens for usage in every),
            None if last.price is None else sum(usage.price or 0.0 for usage in every),
        )

    @property
    @abstractmethod
    def _separates_reasoning(self) -> bool:
        """Whether reasoning is known never to stand in the text."""

    @abstractmethod
    async def _learn(self) -> None:
        """Ask the server what it is, before any code is sent to it."""

    @abstractmethod
    def _body(self, form: Format) -> dict[str, Any]:
        """Write the request."""

    @abstractmethod
    def _ask(self, body: dict[str, Any], conversation: Conversation, *, live: bool) -> "AsyncGenerator[Item, None]":
        """Check that the conversation fits, and ask for the turn."""

    @abstractmethod
    def _limit(self, body: dict[str, Any]) -> int:
        """Return the token limit that the request sets."""

    @abstractmethod
    async def _check(self, reply: "Reply", body: dict[str, Any]) -> None:
        """Check what could not be known before: that nothing was cut off or pushed out on the way."""

    @abstractmethod
    def _make_caller(self) -> CallerT:
        """Make the caller; its imports take half a second, so that it is made with the first question."""

    def _canary(self, conversation: Conversation) -> str:
        """Choose a word that must come back; empty where the server counts."""
        del conversation
        return ""

    def _must_repeat(self, reply: "Reply", conversation: Conversation) -> bool:
        """Return whether the answer shows that the prompt may have been cut unnoticed."""
        del reply, conversation
        return False

    @property
    def _caller(self) -> CallerT:
        if self._made is None:
            self._made = self._make_caller()
        return self._made

    def _called(self, tokens: int) -> "Called":
        from workhorse_core.models.chat.fault import Called  # deferred with the caller

        models = self._server.models if self._server else ()
        return Called(self._address, self.model, tokens, self.context_tokens, self._access.key_name, models)


class _Repeat(Exception):
    """The question has to be asked again in another way."""


_EMPTY = "The answer is empty."
_ONLY_THOUGHT = "The model only thought and gave no answer."


def _opens_thinking(reply: "Reply") -> bool:
    from workhorse_core.models.chat.reasoning import separate_reasoning

    return bool(separate_reasoning("".join(reply.pieces)).reasoning)
