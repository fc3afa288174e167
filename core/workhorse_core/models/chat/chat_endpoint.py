"""What every endpoint for a chat model does alike: one question asked, and its answer held against what is known."""

import asyncio
from abc import ABC, abstractmethod
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from workhorse_core.models.chat.strategy import Format, choose_format, read_answer
from workhorse_core.models.discovery.conformance import Conformance
from workhorse_core.models.discovery.server import DEFAULT_MODEL, Server
from workhorse_core.models.endpoint import Answer, Question
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import refuse_relayed

if TYPE_CHECKING:
    from workhorse_core.models.chat.caller import Caller
    from workhorse_core.models.chat.fault import Called
    from workhorse_core.models.chat.reply import Reply

THINKING_TOKENS = 4096
"""What a model that thinks although it was told not to may spend before it answers."""

CallerT = TypeVar("CallerT", bound="Caller")


class ChatEndpoint(ABC, Generic[CallerT]):
    """An endpoint for one model of one server; how it is asked is for each kind to say.

    Args:
        access: Where and how.
        server: What it has told about itself; None to ask it before the first question.
        known: What the probe has measured of the model.

    Raises:
        EndpointRefused: Code may not be sent there.
    """

    def __init__(self, access: Access, server: Server | None = None, known: Conformance | None = None) -> None:
        self._access = access
        self._address = access.address
        self._server = server
        self._known = known
        self._made: CallerT | None = None
        self._learning = asyncio.Lock()
        refuse_relayed(self.model, access.hosts)

    @property
    def model(self) -> str:
        """The model's name as the user or the server gives it."""
        return self._access.model or (self._server.choose_model() if self._server else DEFAULT_MODEL)

    @property
    @abstractmethod
    def lanes(self) -> int:
        """How many questions it answers at the same time."""

    @property
    @abstractmethod
    def context_tokens(self) -> int | None:
        """How many tokens a question and its answer may have together, None where the server does not say."""

    async def answer(self, question: Question) -> Answer:
        """Ask in a conversation of its own; cancelling closes the stream, which frees the server's slot.

        Raises:
            EndpointError: There is no usable answer: see its kinds.
        """
        started = monotonic()
        await self._learn()
        form = choose_format(question, self._known, self._canary(question))
        body = self._body(form)
        reply = await self._ask(body, question)
        answer = reply.finished(monotonic() - started)
        await self._check(answer, body)
        if self._must_repeat(answer, question):
            return await self.answer(question)
        return read_answer(answer, form)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._made:
            await self._made.close()

    @abstractmethod
    async def _learn(self) -> None:
        """Ask the server what it is, before it gets a word of anybody's code."""

    @abstractmethod
    def _body(self, form: Format) -> dict[str, Any]:
        """Write the request."""

    @abstractmethod
    async def _ask(self, body: dict[str, Any], question: Question) -> "Reply":
        """Check that the question fits, and ask it."""

    @abstractmethod
    async def _check(self, answer: Answer, body: dict[str, Any]) -> None:
        """Check what could not be known before: that nothing was cut off or pushed out on the way."""

    @abstractmethod
    def _make_caller(self) -> CallerT:
        """Make what calls the server; its imports take half a second, so that it is made with the first question."""

    def _canary(self, question: Question) -> str:
        """Choose a word that must come back; empty where the server counts."""
        del question
        return ""

    def _must_repeat(self, answer: Answer, question: Question) -> bool:
        """Say whether the answer has shown that the question was not safe as it was asked."""
        del answer, question
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


def make_messages(question: Question) -> list[dict[str, str]]:
    """Write the conversation: what stays the same comes first, so that the server's prompt cache is used."""
    region = f"{question.context}\n\n{question.region}" if question.context else question.region
    return [
        {"role": "system", "content": _sendable(question.system)},
        {"role": "user", "content": _sendable(region)},
    ]


def text_of(body: dict[str, Any]) -> str:
    """Give all that a request has the model read."""
    return "\n".join(message["content"] for message in body["messages"])


def _sendable(text: str) -> str:
    """Replace what UTF-8 has no bytes for."""
    return text.encode("utf-8", "replace").decode()
