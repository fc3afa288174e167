"""Calls of the probe, for each kind of server: one switch and no other, with everything observable kept."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic
from typing import Any

from workhorse_core.models.chat.caller import Caller, Item
from workhorse_core.models.chat.chat_endpoint import THINKING_TOKENS
from workhorse_core.models.chat.concessions import Concessions
from workhorse_core.models.chat.fault import Called
from workhorse_core.models.chat.ollama import make_native_body, read_card, refuse_remote
from workhorse_core.models.chat.ollama_caller import OllamaCaller
from workhorse_core.models.chat.openai_caller import OpenAICaller
from workhorse_core.models.chat.openai_compatible import make_body
from workhorse_core.models.chat.reasoning import separate_reasoning
from workhorse_core.models.chat.reply import Reply
from workhorse_core.models.chat.strategy import Format, choose_format
from workhorse_core.models.conversation import Conversation
from workhorse_core.models.discovery.conformance import Conformance, Switch
from workhorse_core.models.discovery.server import Server, ServerKind
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import refuse_relayed

CONTEXT = 4096
"""All calls to Ollama have the same, so that nothing is loaded twice."""

_AS_DRAFTS = (Switch.NOT_NEEDED, Switch.NONE)


@dataclass(frozen=True, slots=True)
class Seen:
    """Observations of one short call: whether the model thought, its answer, and the cost.

    ``begun`` are the seconds to its first token, ``seconds`` those to its last, ``reading`` the server's own
    figure for the prompt, 0 where there is none.
    """

    text: str
    thought: bool
    whole: bool
    prompt_tokens: int
    cached_tokens: int
    tokens: int
    begun: float
    seconds: float
    reading: float

    @property
    def writing(self) -> float:
        """Seconds from the first token to the last."""
        return self.seconds - self.begun


class Line(ABC):
    """Asks one model.

    Without a switch it thinks as it likes; where none is needed, or none works, it is asked as a draft would be.
    """

    def __init__(self, access: Access, server: Server) -> None:
        self.model = access.model or server.choose_model()
        self._called = Called(access.address, self.model, 0, None, access.key_name, server.models)

    async def ask(
        self, conversation: Conversation, switch: Switch | None, known: Conformance, begun: Callable[[], None]
    ) -> Seen:
        """Ask once; an answer that is cut off at its limit suffices.

        Raises:
            EndpointError: There is no answer.
        """
        form = choose_format(conversation, known)
        body = self._body(form, switch)
        started = monotonic()
        reply: Reply | None = None
        async with aclosing(self._send(body, conversation.max_tokens + THINKING_TOKENS)) as items:
            async for item in items:
                if isinstance(item, Reply):
                    reply = item
                else:
                    begun()
                    begun = _do_nothing
        assert reply is not None  # it is the last item, or an error was raised
        found = separate_reasoning("".join(reply.pieces))
        return Seen(
            found.answer,
            reply.thought or bool(found.reasoning),
            reply.finish == "stop",
            reply.prompt_tokens,
            reply.cached_tokens,
            reply.completion_tokens or len(reply.pieces),
            (reply.begun or started) - started,
            reply.ended - started,
            reply.prompt_seconds,
        )

    @abstractmethod
    async def close(self) -> None:
        """Close the connections."""

    @abstractmethod
    def _body(self, form: Format, switch: Switch | None) -> dict[str, Any]: ...

    @abstractmethod
    def _send(self, body: dict[str, Any], max_tokens: int) -> AsyncGenerator[Item, None]: ...


async def open_line(access: Access, server: Server) -> Line:
    """Choose how to ask.

    Raises:
        EndpointError: The model cannot chat, or runs elsewhere.
    """
    if server.kind is not ServerKind.OLLAMA:
        refuse_relayed(access.model or server.choose_model(), access.hosts)
        return _OpenAILine(access, server)
    line = _OllamaLine(access, server)
    try:
        await line.check(access)
    except BaseException:
        await line.close()
        raise
    return line


class _OpenAILine(Line):
    """By chat completions; a new caller each time, since one that was refused a switch leaves it out ever after."""

    def __init__(self, access: Access, server: Server) -> None:
        super().__init__(access, server)
        self._access = access

    async def close(self) -> None:
        """Nothing is kept."""

    def _body(self, form: Format, switch: Switch | None) -> dict[str, Any]:
        body = make_body(form, self.model)
        if switch not in (Switch.TEMPLATE, *_AS_DRAFTS):
            del body["chat_template_kwargs"]
        if switch not in (Switch.EFFORT, *_AS_DRAFTS):
            del body["reasoning_effort"]
        body["max_tokens"] = form.conversation.max_tokens
        return body

    async def _send(self, body: dict[str, Any], max_tokens: int) -> AsyncGenerator[Item, None]:
        caller: Caller = OpenAICaller(
            self._access.address, self._access.key, self._access.timeout, None, _concessions()
        )
        try:
            async with aclosing(caller.read(body, max_tokens, self._called, live=True)) as items:
                async for item in items:
                    yield item
        finally:
            await caller.close()


class _OllamaLine(Line):
    """By Ollama's own interface."""

    def __init__(self, access: Access, server: Server) -> None:
        super().__init__(access, server)
        self._caller = OllamaCaller(access.address, access.key, access.timeout, None, _concessions())

    async def check(self, access: Access) -> None:
        """Check that the model can chat, and runs on this machine."""
        refuse_relayed(self.model, access.hosts)
        shown = await self._caller.learn("/api/show", {"model": self.model}, self._called)
        refuse_remote(self.model, shown, access.hosts)
        read_card(self.model, shown)

    async def close(self) -> None:
        await self._caller.close()

    def _body(self, form: Format, switch: Switch | None) -> dict[str, Any]:
        body = make_native_body(form, self.model, "low" if switch is Switch.LOW else False)
        if switch not in (Switch.THINK, Switch.LOW, *_AS_DRAFTS):
            del body["think"]
        body["options"] |= {"num_ctx": CONTEXT, "num_predict": form.conversation.max_tokens}
        return body

    def _send(self, body: dict[str, Any], max_tokens: int) -> AsyncGenerator[Item, None]:
        return self._caller.read(body, max_tokens, self._called, live=True)


def _concessions() -> Concessions:
    """Allow what harms no measurement; whether a schema is refused is what is measured."""
    return Concessions(never=("schema", "temperature"))


def _do_nothing() -> None:
    pass
