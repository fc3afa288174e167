"""Calling a model server: the stream is read to its end, and what may pass is tried once more."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import aclosing
from typing import Any, TypeVar

from httpx2 import RequestError
from openai import APIConnectionError, APIError, APIStatusError

from workhorse_core.errors import EndpointError
from workhorse_core.models.chat.client import PATIENCE
from workhorse_core.models.chat.fault import Called, explain, is_crowded, is_passing, refused_switch, too_late
from workhorse_core.models.chat.reply import Reply
from workhorse_core.models.chat.shared_context import SharedContext
from workhorse_core.models.chat.trouble import web_page
from workhorse_core.models.endpoint import Question
from workhorse_core.models.privacy.address import Address

PAUSE = 1.0
"""Seconds before a busy server is asked again."""

SWITCHES = {
    "chat_template_kwargs": ("chat_template_kwargs", "enable_thinking"),
    "reasoning_effort": ("reasoning_effort", "reasoning effort", "reasoning value", "think value"),
    "stream_options": ("stream_options", "include_usage"),
}
"""What a server may refuse without harm, and the words by which it says so."""

Body = dict[str, Any]
_Got = TypeVar("_Got")


class Caller(ABC):
    """Calls one server, for all questions and from one event loop.

    Args:
        address: Where code may go.
        timeout: Seconds from an answer's first byte to its last.
    """

    def __init__(self, address: Address, timeout: float) -> None:
        self.address = address
        self._timeout = timeout
        self._refused: set[str] = set()
        self._shared = SharedContext()

    async def ask(
        self, body: Body, question: Question, called: Called, begun: Callable[[], None] = lambda: None
    ) -> Reply:
        """Get the whole stream of one answer; ``begun`` is called with its first token.

        A lost connection or a busy server is tried once more; so is a question that found the context
        filled by others, when they have gone.

        Raises:
            EndpointError: There is none, or it was cut off.
        """

        async def attempt() -> Reply:
            sent = {name: value for name, value in body.items() if name not in self._refused}
            await self._shared.wait_for_room(called.tokens)
            with self._shared.take(called.tokens):
                return await self._read(sent, question, begun)

        return await self._persist(attempt, called, body)

    @abstractmethod
    async def close(self) -> None:
        """Let go of the connections."""

    @abstractmethod
    def _stream(self, body: Body) -> AsyncGenerator[object, None]:
        """Give an answer's chunks as chat completions have them; closing it stops the server's work at once."""

    async def _persist(
        self, attempt: Callable[[], Awaitable[_Got]], called: Called, switches: Collection[str] = ()
    ) -> _Got:
        """Try once more where that may help, and without a switch that the server does not want.

        Raises:
            EndpointError: It did not help.
        """
        retried = False
        while True:
            try:
                return await attempt()
            except APIError as error:
                left = {name: SWITCHES[name] for name in SWITCHES if name in switches and name not in self._refused}
                if unwanted := refused_switch(error, left):
                    self._refused.add(unwanted)
                    continue
                crowded = is_crowded(error) and called.context_tokens is not None
                if retried or not (crowded or is_passing(error)):
                    raise explain(error, called) from error
                retried = True
                if crowded and called.context_tokens:
                    self._shared.limit(called.context_tokens)
                await asyncio.sleep(PAUSE if isinstance(error, APIStatusError) else 0)

    async def _read(self, body: Body, question: Question, begun: Callable[[], None]) -> Reply:
        """Read the stream to its end; however the block is left, the stream is closed, which frees the slot."""
        reply = Reply(body["model"])
        try:
            async with asyncio.timeout(PATIENCE) as deadline, aclosing(self._stream(body)) as chunks:
                async for chunk in chunks:
                    if reply.begun is None:
                        deadline.reschedule(asyncio.get_running_loop().time() + self._timeout)
                    silent = not reply.has_spoken
                    reply.add(chunk)
                    if silent and reply.has_spoken:
                        begun()
                    reply.check_length(question)
        except TimeoutError:
            raise too_late(self.address, self._timeout if reply.begun else None, PATIENCE) from None
        except RequestError as error:  # while the body of an error was read: the library lets that through
            raise APIConnectionError(request=error.request) from error
        except (ValueError, RecursionError) as error:
            raise EndpointError(f"What {self.address.url} streams cannot be read: {error}.") from error
        return reply

    def _check_kind(self, content_type: str, wanted: str) -> None:
        if "html" in content_type:
            raise web_page(self.address)
        if wanted not in content_type:
            raise EndpointError(
                f"{self.address.url} does not stream its answers.",
                "Use a server that does, as Ollama, llama.cpp and vLLM do.",
            )
