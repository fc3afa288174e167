"""Endpoint for servers with OpenAI's chat completions: streamed, checked, and rejected when cut off."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from workhorse_core.models.chat.chat_endpoint import THINKING_TOKENS, ChatEndpoint
from workhorse_core.models.chat.message_format import (
    count_images,
    messages_text,
    openai_messages,
    text_of,
    write_tools,
)
from workhorse_core.models.chat.pause import Pause
from workhorse_core.models.chat.size import (
    IMAGE_TOKENS,
    TEMPLATE_TOKENS,
    check_fits,
    check_kept,
    check_whole,
    fewest_tokens,
    likely_tokens,
    most_tokens,
)
from workhorse_core.models.chat.strategy import Format
from workhorse_core.models.conversation import Conversation
from workhorse_core.models.discovery.conformance import Conformance, Switch
from workhorse_core.models.discovery.server import Server, ServerKind, read_server
from workhorse_core.models.events import ReasoningDelta, TextDelta
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import refuse_relayed

if TYPE_CHECKING:
    from workhorse_core.models.chat.caller import Item
    from workhorse_core.models.chat.openai_caller import OpenAICaller
    from workhorse_core.models.chat.reply import Reply

SECONDS = 2.0
"""How long a server may take for each part of its description."""

LATE = (ServerKind.OLLAMA, ServerKind.LM_STUDIO)
"""Kinds whose context is known only once the model is loaded."""

SMALLEST_CONTEXT = 2048
"""No server has less by default, so that what fits in here is never cut."""

_BIRDS = ("heron", "osprey", "plover", "siskin", "dunlin", "wigeon", "fulmar")

QUESTIONS = 3
"""How often the description of a server is read while it is incomplete."""


class OpenAICompatible(ChatEndpoint["OpenAICaller"]):
    """An endpoint for one model of one server.

    Args:
        access: Where and how.
        server: The server's description of itself; None to read it before the first question.
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
        super().__init__(access, server, known, pause)
        self._counts = known is None or known.counts
        self._questions = QUESTIONS

    @property
    def lanes(self) -> int:
        """The number of conversations that it serves at the same time."""
        if self._known and self._server and self._server.kind in (ServerKind.OTHER, ServerKind.LM_STUDIO):
            return self._known.slots  # they declare none; the probe has counted
        return self._server.lanes if self._server else 1

    @property
    def context_tokens(self) -> int | None:
        """The tokens that a conversation and its answer may have together, None where that is unknown."""
        return self._server.context_tokens if self._server else None

    @property
    def _separates_reasoning(self) -> bool:
        return self._known is not None and self._known.switch is Switch.NOT_NEEDED

    async def _learn(self) -> None:
        """Read the server's description; again if it lacked a context: some know it once the model is loaded."""
        async with self._learning:
            server = self._server
            if (server and (server.context_tokens or server.kind not in LATE)) or not self._questions:
                return
            self._questions -= 1
            self._server = await asyncio.to_thread(read_server, self._access, SECONDS) or self._server
            refuse_relayed(self.model, self._access.hosts)

    def _body(self, form: Format) -> dict[str, Any]:
        return make_body(form, self.model, THINKING_TOKENS if self._thinks else 0)

    async def _ask(
        self, body: dict[str, Any], conversation: Conversation, *, live: bool
    ) -> "AsyncGenerator[Item, None]":
        prompt, least = await self._check_before(body, conversation.max_tokens)
        called = self._called(prompt + conversation.max_tokens)
        async with aclosing(self._caller.read(body, conversation.max_tokens, called, live=live)) as items:
            async for item in items:
                if not isinstance(item, TextDelta | ReasoningDelta):
                    check_whole(item.prompt_tokens, least)
                yield item

    async def _check_before(self, body: dict[str, Any], max_tokens: int) -> tuple[int, int]:
        """Check that the prompt fits; return its likely tokens, and the least that the server must report."""
        text, context, images = text_of(body), self.context_tokens, count_images(body) * IMAGE_TOKENS
        prompt, least = likely_tokens(text) + images, fewest_tokens(messages_text(body))
        if context is None:
            return prompt, least
        if self.lanes * (most_tokens(text) + images + max_tokens) > context:  # the lanes may share it
            if not images and (counted := await self._count(body, text)):
                prompt, least = counted, max(least, counted - TEMPLATE_TOKENS)
            check_fits(prompt, max_tokens, context)
        room = max(context - prompt, max_tokens)
        body["max_tokens"] = min(body["max_tokens"], room)  # vLLM refuses what could be too much
        return prompt, least

    async def _count(self, body: dict[str, Any], text: str) -> int | None:
        is_able = self._server is not None and self._server.kind is ServerKind.LLAMA_CPP
        return await self._caller.count(body, text) if is_able else None

    def _limit(self, body: dict[str, Any]) -> int:
        return int(body["max_tokens"])

    async def _check(self, reply: "Reply", body: dict[str, Any]) -> None:
        if self.context_tokens is None:
            await self._learn()
            if self.context_tokens:
                check_fits(likely_tokens(text_of(body)), 0, self.context_tokens)
        if self.context_tokens:
            check_kept(reply.prompt_tokens + reply.completion_tokens, self.context_tokens)

    def _canary(self, conversation: Conversation) -> str:
        """Choose a word that must come back, for a server that neither counts nor declares its context."""
        text = conversation.text
        fits_anywhere = most_tokens(text) + conversation.max_tokens <= SMALLEST_CONTEXT
        if self._counts or self.context_tokens or conversation.schema is None or fits_anywhere:
            return ""
        return f"{_BIRDS[len(text) % len(_BIRDS)]}{len(text) % 100}"

    def _must_repeat(self, reply: "Reply", conversation: Conversation) -> bool:
        """A server that turns out not to count is asked again, and from then on with a word that must come back."""
        if reply.prompt_tokens or not self._counts:
            return False
        self._counts = False
        return bool(self._canary(conversation))

    def _make_caller(self) -> "OpenAICaller":
        from workhorse_core.models.chat.openai_caller import OpenAICaller

        return OpenAICaller(self._address, self._access.key, self._access.timeout, self._pause)


def make_body(form: Format, model: str, thinking_tokens: int = 0) -> dict[str, Any]:
    """Write the request, with thinking switched off in both ways that are in use."""
    body: dict[str, Any] = {
        "model": model,
        "messages": openai_messages(form.conversation),
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": form.conversation.max_tokens + thinking_tokens,  # Ollama ignores max_completion_tokens
        "temperature": 0.0,
        "chat_template_kwargs": {"enable_thinking": False},  # llama.cpp, vLLM
        "reasoning_effort": "none",  # Ollama, llama.cpp
    }
    if form.conversation.tools:
        body["tools"] = write_tools(form.conversation)
    if form.grammar:
        body["grammar"] = form.grammar
    if form.schema is not None:
        schema = {"name": "answer", "strict": True, "schema": dict(form.schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body
