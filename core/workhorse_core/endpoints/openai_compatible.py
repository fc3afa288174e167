"""Any server that speaks OpenAI's chat completions: streamed, checked, and never believed when cut off."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from workhorse_core.endpoint import Answer, Question
from workhorse_core.endpoints.address import admit, refuse_relayed
from workhorse_core.endpoints.conformance import Conformance
from workhorse_core.endpoints.server import DEFAULT_MODEL, Server, ServerKind, read_server
from workhorse_core.endpoints.size import (
    TEMPLATE_TOKENS,
    check_fits,
    check_kept,
    check_whole,
    fewest_tokens,
    likely_tokens,
    most_tokens,
)
from workhorse_core.endpoints.strategy import Format, choose_format, read_answer

if TYPE_CHECKING:
    from workhorse_core.endpoints.caller import Caller
    from workhorse_core.endpoints.fault import Called

THINKING_TOKENS = 4096
"""What a model that thinks although it was told not to may spend before it answers."""

SECONDS = 2.0
"""How long a server may take for each word of what it is."""

LATE = (ServerKind.OLLAMA, ServerKind.LM_STUDIO)
"""What tells its context only once the model is loaded."""

SMALLEST_CONTEXT = 2048
"""No server has less by default, so that what fits in here is never cut."""

_BIRDS = ("heron", "osprey", "plover", "siskin", "dunlin", "wigeon", "fulmar")

QUESTIONS = 3
"""How often it is asked what it is, should it not tell."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to get to a server.

    ``key`` is the API key and ``key_name`` the variable that it came from. ``hosts`` are the machines
    besides this one that the user's own configuration names. ``timeout`` is in seconds, from the first
    byte of an answer to its last.
    """

    url: str
    model: str | None = None
    key: str | None = field(default=None, repr=False)
    key_name: str | None = None
    hosts: Collection[str] = ()
    timeout: float = 600.0


class OpenAICompatible:
    """An endpoint for one model of one server.

    Args:
        access: Where and how.
        server: What it has told about itself; None to ask it before the first question.
        known: What the probe has measured of the model.

    Raises:
        EndpointRefused: Code may not be sent there.
    """

    def __init__(self, access: Access, server: Server | None = None, known: Conformance | None = None) -> None:
        self._access = access
        self._address = admit(access.url, access.hosts)
        self._server = server
        self._known = known
        self._counts = known is None or known.counts
        self._caller: Caller | None = None
        self._learning = asyncio.Lock()
        self._questions = QUESTIONS
        refuse_relayed(self.model, access.hosts)

    @property
    def model(self) -> str:
        """The model's name as the user or the server gives it."""
        return self._access.model or (self._server.choose_model() if self._server else DEFAULT_MODEL)

    @property
    def lanes(self) -> int:
        """How many questions it answers at the same time."""
        if self._known and self._server and self._server.kind in (ServerKind.OTHER, ServerKind.LM_STUDIO):
            return self._known.slots  # they do not say; the probe has counted
        return self._server.lanes if self._server else 1

    @property
    def context_tokens(self) -> int | None:
        """How many tokens a question and its answer may have together, None where the server does not say."""
        return self._server.context_tokens if self._server else None

    async def answer(self, question: Question) -> Answer:
        """Ask in a conversation of its own; cancelling closes the stream, which frees the server's slot.

        Raises:
            EndpointError: There is no usable answer: see its kinds.
        """
        started = monotonic()
        await self._learn()
        form = choose_format(question, self._known, self._canary(question))
        body = make_body(form.question, self.model, form)
        prompt, least = await self._check_before(body, question)
        reply = await self._line().ask(body, question, self._called(prompt + question.max_tokens))
        check_whole(reply.prompt_tokens, least)
        answer = reply.finished(monotonic() - started)
        await self._check_after(answer, body)
        if not answer.prompt_tokens and self._counts:  # it does not count: from now on a word has to come back
            self._counts = False
            if self._canary(question):
                return await self.answer(question)
        return read_answer(answer, form)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._caller:
            await self._caller.close()

    async def _learn(self) -> None:
        """Ask the server what it is; again if it has not told: some know their context once the model is loaded."""
        async with self._learning:
            server = self._server
            if (server and (server.context_tokens or server.kind not in LATE)) or not self._questions:
                return
            self._questions -= 1
            access = self._access
            server = await asyncio.to_thread(read_server, self._address, access.key, access.model, SECONDS)
            self._server = server or self._server
            refuse_relayed(self.model, access.hosts)

    async def _check_before(self, body: dict[str, Any], question: Question) -> tuple[int, int]:
        """Check that the question fits; give its likely tokens, and the least that the server must report."""
        text, context = _text(body), self.context_tokens
        prompt, least = likely_tokens(text), fewest_tokens(text)
        if context is None:
            return prompt, least
        if self.lanes * (most_tokens(text) + question.max_tokens) > context:  # the lanes may share it
            if counted := await self._count(body, text):
                prompt, least = counted, max(least, counted - TEMPLATE_TOKENS)
            check_fits(prompt, question.max_tokens, context)
        room = max(context - prompt, question.max_tokens)
        body["max_tokens"] = min(body["max_tokens"], room)  # vLLM refuses what could be too much
        return prompt, least

    async def _count(self, body: dict[str, Any], text: str) -> int | None:
        is_able = self._server is not None and self._server.kind is ServerKind.LLAMA_CPP
        return await self._line().count(body, text) if is_able else None

    async def _check_after(self, answer: Answer, body: dict[str, Any]) -> None:
        """Check what could not be known before, and that nothing was pushed out of the context on the way."""
        if self.context_tokens is None:
            await self._learn()
            if self.context_tokens:
                check_fits(likely_tokens(_text(body)), 0, self.context_tokens)
        if self.context_tokens:
            check_kept(answer.prompt_tokens + answer.completion_tokens, self.context_tokens)

    def _canary(self, question: Question) -> str:
        """Choose a word that must come back, where the server counts nothing and does not say what it can hold."""
        text = f"{question.system}\n{question.context}\n{question.region}"
        fits_anywhere = most_tokens(text) + question.max_tokens <= SMALLEST_CONTEXT
        if self._counts or self.context_tokens or question.schema is None or fits_anywhere:
            return ""
        return f"{_BIRDS[len(text) % len(_BIRDS)]}{len(text) % 100}"

    def _line(self) -> "Caller":
        if self._caller is None:
            from workhorse_core.endpoints.caller import Caller  # deferred: openai takes over half a second

            self._caller = Caller(self._address, self._access.key, self._access.timeout)
        return self._caller

    def _called(self, tokens: int) -> "Called":
        from workhorse_core.endpoints.fault import Called  # deferred with the caller

        models = self._server.models if self._server else ()
        return Called(self._address, self.model, tokens, self.context_tokens, self._access.key_name, models)


def make_body(question: Question, model: str, form: Format | None = None) -> dict[str, Any]:
    """Write the request: what stays the same first, thinking switched off in both ways that are in use."""
    region = f"{question.context}\n\n{question.region}" if question.context else question.region
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": _sendable(question.system)},
            {"role": "user", "content": _sendable(region)},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": question.max_tokens + THINKING_TOKENS,  # Ollama ignores max_completion_tokens
        "temperature": 0.2,
        "chat_template_kwargs": {"enable_thinking": False},  # llama.cpp, vLLM
        "reasoning_effort": "none",  # Ollama, llama.cpp
    }
    wanted = form.schema if form else question.schema
    if form and form.grammar:
        body["grammar"] = form.grammar
    if wanted is not None:
        schema = {"name": "answer", "strict": True, "schema": dict(wanted)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def _text(body: dict[str, Any]) -> str:
    return "\n".join(message["content"] for message in body["messages"])


def _sendable(text: str) -> str:
    """Replace what UTF-8 has no bytes for."""
    return text.encode("utf-8", "replace").decode()
