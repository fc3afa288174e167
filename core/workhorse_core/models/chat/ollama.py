"""Ollama by its own interface: the only one that takes a context size, and leaves a prompt whole."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from workhorse_core.errors import EndpointError, EndpointRefused, PromptTooLong
from workhorse_core.models.chat.chat_endpoint import THINKING_TOKENS, ChatEndpoint
from workhorse_core.models.chat.message_format import (
    count_images,
    messages_text,
    ollama_messages,
    text_of,
    write_tools,
)
from workhorse_core.models.chat.pause import Pause
from workhorse_core.models.chat.size import (
    IMAGE_TOKENS,
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
from workhorse_core.models.discovery.server import Server
from workhorse_core.models.privacy.access import Access
from workhorse_core.system.untrusted_json import count_in, list_in, object_in, text_in

if TYPE_CHECKING:
    from workhorse_core.models.chat.caller import Item
    from workhorse_core.models.chat.ollama_caller import OllamaCaller
    from workhorse_core.models.chat.reply import Reply

SMALLEST_CONTEXT = 4096
KEEP_ALIVE = "15m"
"""A review between two jobs must not cost a reload of the model."""

FRESH_SECONDS = 10.0
"""For this time a model that was loaded counts as loaded; at worst it is loaded once more."""

ONLY_LEVELS = ("gptoss", "gpt-oss")
"""Families that ignore ``think: false`` and heed a level."""


@dataclass(frozen=True, slots=True)
class Card:
    """Ollama's description of one model; ``context_tokens`` is the size it was trained for, 0 if unknown."""

    context_tokens: int
    thinks: bool
    family: str


class Ollama(ChatEndpoint["OllamaCaller"]):
    """An endpoint for one model of one Ollama.

    Args:
        access: Where and how.
        server: The server's description of itself.
        known: The probe's measurements of this model.
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
        self._card: Card | None = None
        self._choosing = asyncio.Lock()
        self._context = 0
        self._seen = 0
        self._stale = 0.0

    @property
    def lanes(self) -> int:
        """The number of conversations that it serves at the same time, as the probe measured it."""
        return self._known.slots if self._known else 1

    @property
    def context_tokens(self) -> int | None:
        """The tokens that a conversation and its answer may have together: the size the model was trained for."""
        return (self._card.context_tokens if self._card else 0) or None

    async def _learn(self) -> None:
        async with self._learning:
            if self._card is None:
                shown = await self._caller.learn("/api/show", {"model": self.model}, self._called(0))
                refuse_remote(self.model, shown, self._access.hosts)
                self._card = read_card(self.model, shown)

    @property
    def _separates_reasoning(self) -> bool:
        return self._card is not None and not self._card.thinks

    def _body(self, form: Format) -> dict[str, Any]:
        assert self._card is not None
        return make_native_body(form, self.model, think_of(self._card, self._known))

    async def _ask(
        self, body: dict[str, Any], conversation: Conversation, *, live: bool
    ) -> "AsyncGenerator[Item, None]":
        """Ask with a context that holds it all; with the next larger one where Ollama counts more than estimated."""
        max_tokens, most = conversation.max_tokens, self.context_tokens
        prompt = likely_tokens(text_of(body)) + count_images(body) * IMAGE_TOKENS
        if most:
            check_fits(prompt, max_tokens, most)
        thinking = THINKING_TOKENS if self._thinks or body["think"] is not False else 0
        needed = prompt + max_tokens + thinking
        while True:
            context = await self._choose(needed, most or 0)
            room = max(context - prompt, max_tokens)
            body["options"]["num_ctx"] = context
            body["options"]["num_predict"] = min(max_tokens + thinking, room)
            called = self._called(prompt + max_tokens)
            try:
                async with aclosing(self._caller.read(body, max_tokens, called, live=live)) as items:
                    async for item in items:
                        yield item
                return
            except PromptTooLong:
                if context >= (most or context):
                    raise
                needed = context + 1

    def _limit(self, body: dict[str, Any]) -> int:
        return int(body["options"]["num_predict"])

    async def _choose(self, needed: int, most: int) -> int:
        """Choose a context; a loaded one that suffices is kept, since another size would reload the model."""
        async with self._choosing:
            if self._seen >= needed and monotonic() < self._stale:
                return self._context
            self._stale = monotonic() + FRESH_SECONDS
            self._seen = await self._loaded_context()
            self._context = choose_context(needed, max(self._seen, self._context), most)
            return self._context

    async def _check(self, reply: "Reply", body: dict[str, Any]) -> None:
        """Hold Ollama's own counts against what was sent, and what it has loaded against what was asked for."""
        text, context = text_of(body), int(body["options"]["num_ctx"])
        fewest = fewest_tokens(messages_text(body))
        if context > self._seen:  # it was loaded for this question: perhaps smaller than it was asked for
            self._seen = await self._loaded_context()
            context = min(context, self._seen or context)
            check_fits(max(reply.prompt_tokens, fewest), 0, context)
        check_kept(reply.prompt_tokens + reply.completion_tokens, context)
        counts = self._known is None or self._known.counts_cached
        if counts and context < most_tokens(text) + reply.completion_tokens:  # else nothing can have been cut
            check_whole(reply.prompt_tokens, fewest)

    async def _loaded_context(self) -> int:
        return loaded_context(await self._caller.learn("/api/ps", None, self._called(0)), self.model)

    def _make_caller(self) -> "OllamaCaller":
        from workhorse_core.models.chat.ollama_caller import OllamaCaller

        return OllamaCaller(self._address, self._access.key, self._access.timeout, self._pause)


def make_native_body(form: Format, model: str, think: bool | str) -> dict[str, Any]:
    """Write the request; ``num_ctx`` and ``num_predict`` are still to come.

    Without ``truncate`` and ``shift`` set to false the start of a prompt, or of the context while the answer is
    written, would be lost silently. ``think`` would be on.
    """
    body: dict[str, Any] = {
        "model": model,
        "messages": ollama_messages(form.conversation),
        "stream": True,
        "truncate": False,
        "shift": False,
        "think": think,
        "keep_alive": KEEP_ALIVE,
        "options": {"temperature": 0.0},
    }
    if form.conversation.tools:
        body["tools"] = write_tools(form.conversation)
    if form.schema is not None:
        body["format"] = dict(form.schema)
    return body


def think_of(card: Card, known: Conformance | None) -> bool | str:
    """Return the value of ``think``: as measured by the probe, else as the model's family expects it."""
    if known and known.switch is Switch.LOW:
        return "low"
    if known is None and card.thinks and card.family.lower() in ONLY_LEVELS:
        return "low"
    return False


def choose_context(needed: int, loaded: int, most: int) -> int:
    """Choose a context: the loaded one if it suffices, else the next power of two, never above the model's own."""
    if loaded >= needed:
        return loaded
    bucket = max(SMALLEST_CONTEXT, 1 << (needed - 1).bit_length())
    return min(bucket, most) if most else bucket


def loaded_context(running: Mapping[str, object], model: str) -> int:
    """Read from ``/api/ps`` with which context a model is loaded; 0 where it is not."""
    for entry in map(object_in, list_in(running.get("models"))):
        if {entry.get("name"), entry.get("model")} & {model, f"{model}:latest"}:
            return count_in(entry.get("context_length"))
    return 0


def read_card(model: str, shown: Mapping[str, object]) -> Card:
    """Read ``/api/show``.

    Raises:
        EndpointError: The model cannot chat.
    """
    info = object_in(shown.get("model_info"))
    context = count_in(info.get(f"{text_in(info.get('general.architecture'))}.context_length"))
    able = list_in(shown.get("capabilities"))
    if able and "completion" not in able:
        raise EndpointError(f"The model {model} cannot chat.", "Choose another with --model.")
    return Card(context, "thinking" in able, text_in(object_in(shown.get("details")).get("family")))


def refuse_remote(model: str, shown: Mapping[str, object], hosts: Collection[str]) -> None:
    """Refuse a model that this Ollama only passes on, whatever its name.

    Raises:
        EndpointRefused: The user's own configuration does not name the host.
    """
    remote = text_in(shown.get("remote_host"))
    host = remote.partition("://")[2].partition("/")[0].rpartition(":")[0] if remote.count(":") > 1 else ""
    host = (host or remote.partition("://")[2].partition("/")[0] or remote).lower()
    if (remote or shown.get("remote_model")) and host not in {name.lower() for name in hosts}:
        raise EndpointRefused(
            f"The model {model} runs on {host or 'another machine'} and not on this machine, so no code is sent to it.",
            f'Choose another with --model, or name its host in your own configuration: hosts = ["{host}"]',
        )
