"""Calling a model server: the stream is read to its end, and a call that may succeed later is made again."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, TypeVar

from httpx2 import RequestError
from openai import APIConnectionError, APIError

from workhorse_core.errors import AnswerTruncated, EndpointError
from workhorse_core.models.chat.client import PATIENCE
from workhorse_core.models.chat.concessions import Concessions
from workhorse_core.models.chat.fault import Called, explain, is_crowded, is_passing, too_late, too_long, words_of
from workhorse_core.models.chat.pause import Pause
from workhorse_core.models.chat.reply import SMALLER, Reply
from workhorse_core.models.chat.retry import Waiting
from workhorse_core.models.chat.shared_context import SharedContext
from workhorse_core.models.discovery.trouble import web_page
from workhorse_core.models.events import ReasoningDelta, TextDelta
from workhorse_core.models.privacy.address import Address

LONGEST_ANSWER = 7200.0
"""Seconds that one answer may take, however steadily its tokens come: a thousand at one in seven seconds."""

Body = dict[str, Any]
Item = TextDelta | ReasoningDelta | Reply
_Got = TypeVar("_Got")


class Caller(ABC):
    """Calls one server, for all conversations and from one event loop.

    Args:
        address: The address that code may be sent to.
        silence: Seconds that an answer may pause between two tokens.
        pause: The means of waiting for a busy server.
        concessions: Those that may be made to it.
    """

    def __init__(
        self, address: Address, silence: float, pause: Pause | None = None, concessions: Concessions | None = None
    ) -> None:
        self.address = address
        self._silence = silence
        self.pause = pause or Pause()
        self.concessions = concessions or Concessions()
        self.shared = SharedContext()

    async def read(
        self, body: Body, max_tokens: int, called: Called, *, live: bool = False
    ) -> AsyncGenerator[Item, None]:
        """Yield the pieces of one answer as they come if it is ``live``, and at last the whole reply.

        A lost connection, a busy or loading server is tried again; so is a call that found the context filled by
        others, when they have gone. Nothing is tried again after a piece was yielded.

        Raises:
            EndpointError: There is no whole stream.
        """
        recovery = _Recovery(self, called)
        while True:
            begun = False
            sent = self.concessions.apply(body)
            try:
                await self.shared.wait_for_room(called.tokens)
                with self.shared.take(called.tokens):
                    async with aclosing(self._read(sent, max_tokens)) as items:
                        async for item in items:
                            if live or isinstance(item, Reply):
                                begun = True
                                yield item
                self.concessions.confirm()
                return
            except APIError as error:
                if begun:
                    raise explain(error, called) from error
                await recovery.prepare(error, body)

    async def persist(self, attempt: Callable[[], Awaitable[_Got]], called: Called) -> _Got:
        """Make a call of another kind, with the same retries.

        Raises:
            EndpointError: Every try failed.
        """
        recovery = _Recovery(self, called)
        while True:
            try:
                return await attempt()
            except APIError as error:
                await recovery.prepare(error, {})

    @abstractmethod
    async def close(self) -> None:
        """Close the connections."""

    @abstractmethod
    def _stream(self, body: Body, reply: Reply) -> AsyncGenerator[object, None]:
        """Yield an answer's chunks as chat completions have them, and mark the reply as closed at the protocol's end.

        Closing the generator stops the server's work at once.
        """

    async def _read(self, body: Body, max_tokens: int) -> AsyncGenerator[Item, None]:
        """Read the stream to its end; however the block is left, the stream is closed, which frees the slot."""
        reply = Reply(body["model"])
        loop = asyncio.get_running_loop()
        end = loop.time() + LONGEST_ANSWER
        until = loop.time() + PATIENCE  # empty chunks and comments do not prolong it, only tokens do
        written = 0
        try:
            async with aclosing(self._stream(body, reply)) as chunks:
                while True:
                    async with asyncio.timeout_at(min(until, end)):
                        chunk = await anext(chunks, _END)
                    if chunk is _END:
                        break
                    before = reply.last_token
                    for delta in reply.add(chunk):
                        yield delta
                    if reply.last_token != before:
                        until = loop.time() + self._silence
                        written += 1
                    reply.check_bounds(max_tokens)
        except TimeoutError:
            if end <= until:
                raise AnswerTruncated(f"The answer did not end within {LONGEST_ANSWER:g} seconds.", SMALLER) from None
            raise too_late(self.address, self._silence if written else None, PATIENCE) from None
        except RequestError as error:  # while the body of an error was read: the library lets that through
            raise APIConnectionError(request=error.request) from error
        except (ValueError, RecursionError) as error:
            raise EndpointError(f"What {self.address.url} streams cannot be read: {error}.") from error
        yield reply

    def _check_kind(self, content_type: str, wanted: str) -> None:
        if "html" in content_type:
            raise web_page(self.address)
        if wanted not in content_type:
            raise EndpointError(
                f"{self.address.url} does not stream its answers.",
                "Use a server that does, as Ollama, llama.cpp and vLLM do.",
            )


_END = object()


class _Recovery:
    """The attempts to get one answer in spite of errors."""

    def __init__(self, caller: Caller, called: Called) -> None:
        self._caller = caller
        self._called = called
        self._waiting = Waiting(caller.address, caller.pause)
        self._retried = False

    async def prepare(self, error: APIError, body: Body) -> None:
        """Do what may make the next try succeed.

        Raises:
            EndpointError: Nothing may.
        """
        caller, words = self._caller, words_of(error)
        if not too_long(error) and body and caller.concessions.learn(error, body, words):
            return
        if await self._waiting.wait(error, words):
            return
        crowded = is_crowded(error) and self._called.context_tokens is not None
        if self._retried or not (crowded or is_passing(error)):
            raise explain(error, self._called) from error
        self._retried = True
        if crowded and self._called.context_tokens:
            caller.shared.limit(self._called.context_tokens)
            await caller.pause.sleep(1.0)
