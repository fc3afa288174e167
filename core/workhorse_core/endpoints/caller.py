"""Calling a model server: the stream is read to its end, and what may pass is tried once more."""

import asyncio
from typing import Any

from httpx2 import RequestError
from openai import APIConnectionError, APIError, APIStatusError, AsyncStream

from workhorse_core.endpoint import Question
from workhorse_core.endpoints.address import Address
from workhorse_core.endpoints.client import PATIENCE, make_client
from workhorse_core.endpoints.fault import Called, explain, is_crowded, is_passing, refused_switch, too_late, web_page
from workhorse_core.endpoints.reply import Reply
from workhorse_core.endpoints.shared_context import SharedContext
from workhorse_core.endpoints.size import TEMPLATE_TOKENS
from workhorse_core.endpoints.stranger import count_in, list_in, object_in
from workhorse_core.errors import EndpointError

PAUSE = 1.0
"""Seconds before a busy server is asked again."""

CHAT = "/chat/completions"

SWITCHES = {
    "chat_template_kwargs": ("chat_template_kwargs", "enable_thinking"),
    "reasoning_effort": ("reasoning_effort", "reasoning effort", "reasoning value", "think value"),
    "stream_options": ("stream_options", "include_usage"),
}
"""What a server may refuse without harm, and the words by which it says so."""

Body = dict[str, Any]


class Caller:
    """Calls one server, for all questions and from one event loop.

    Args:
        address: Where code may go.
        key: The API key, None for none.
        timeout: Seconds from an answer's first byte to its last.
    """

    def __init__(self, address: Address, key: str | None, timeout: float) -> None:
        self._address = address
        self._client = make_client(address, key)
        self._timeout = timeout
        self._refused: set[str] = set()
        self._shared = SharedContext()

    async def ask(self, body: Body, question: Question, called: Called) -> Reply:
        """Get the whole stream of one answer.

        A lost connection or a busy server is tried once more; so is a question that found the context
        filled by others, when they have gone.

        Raises:
            EndpointError: There is none, or it was cut off.
        """
        retried = False
        while True:
            sent = {name: value for name, value in body.items() if name not in self._refused}
            try:
                await self._shared.wait_for_room(called.tokens)
                with self._shared.take(called.tokens):
                    return await self._stream(sent, question)
            except APIError as error:
                unwanted = refused_switch(error, {name: SWITCHES[name] for name in SWITCHES if name in sent})
                if unwanted:
                    self._refused.add(unwanted)
                    continue
                crowded = is_crowded(error) and called.context_tokens is not None
                if retried or not (crowded or is_passing(error)):
                    raise explain(error, called) from error
                retried = True
                if crowded and called.context_tokens:
                    self._shared.limit(called.context_tokens)
                await asyncio.sleep(PAUSE if isinstance(error, APIStatusError) else 0)

    async def count(self, body: Body, text: str) -> int | None:
        """Have llama.cpp count the prompt's tokens, by ``/tokenize`` where it is old; None if it cannot."""
        messages: Body = {name: body[name] for name in ("messages", "chat_template_kwargs")}
        counted = await self._post(CHAT + "/input_tokens", messages)
        if number := count_in(object_in(counted).get("input_tokens")):
            return number
        counted = await self._post(self._address.own + "/tokenize", {"content": text})
        tokens = list_in(object_in(counted).get("tokens"))
        return len(tokens) + TEMPLATE_TOKENS if tokens else None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def _post(self, path: str, body: Body) -> object:
        try:
            return await self._client.post(path, cast_to=object, body=body)
        except (APIError, RequestError, ValueError):
            return None  # counting is a service; the call itself will say what is wrong

    async def _stream(self, body: Body, question: Question) -> Reply:
        """Read the stream; leaving the block in any way closes it, which frees the server's slot at once."""
        reply = Reply(body["model"])
        begun = False
        try:
            async with asyncio.timeout(PATIENCE) as deadline:
                # Not the library's typed method: servers stray from its types, and it costs more CPU.
                kind = AsyncStream[object]
                stream = await self._client.post(CHAT, cast_to=object, body=body, stream=True, stream_cls=kind)
                async with stream:
                    self._check_kind(stream.response.headers.get("content-type", ""))
                    async for chunk in stream:
                        if not begun:
                            begun = True
                            deadline.reschedule(asyncio.get_running_loop().time() + self._timeout)
                        reply.add(chunk)
                        reply.check_length(question)
        except TimeoutError:
            raise too_late(self._address, self._timeout if begun else None, PATIENCE) from None
        except RequestError as error:  # while the body of an error was read: the library lets that through
            raise APIConnectionError(request=error.request) from error
        except (ValueError, RecursionError) as error:
            raise EndpointError(f"What {self._address.url} streams cannot be read: {error}.") from error
        return reply

    def _check_kind(self, content_type: str) -> None:
        if "html" in content_type:
            raise web_page(self._address)
        if "event-stream" not in content_type:
            raise EndpointError(
                f"{self._address.url} does not stream its answers.",
                "Use a server that does, as Ollama, llama.cpp and vLLM do.",
            )
