"""Calls of chat completions through the openai client."""

import json
from collections.abc import AsyncGenerator

from httpx2 import RequestError
from openai import APIError, AsyncStream

from workhorse_core.models.chat.bounded_transport import ends_with
from workhorse_core.models.chat.caller import Body, Caller
from workhorse_core.models.chat.client import make_client
from workhorse_core.models.chat.concessions import Concessions
from workhorse_core.models.chat.pause import Pause
from workhorse_core.models.chat.reply import Reply
from workhorse_core.models.chat.size import TEMPLATE_TOKENS
from workhorse_core.models.privacy.address import Address
from workhorse_core.system.untrusted_json import count_in, list_in, object_in

_CHAT = "/chat/completions"
_STREAM = AsyncStream[object]


class OpenAICaller(Caller):
    """Calls one server, for all questions and from one event loop.

    Args:
        address: Where code may go.
        key: The API key, None for none.
        silence: Seconds that an answer may pause between two tokens.
        pause: The means of waiting for a busy server.
        concessions: Those that may be made to it.
    """

    def __init__(
        self,
        address: Address,
        key: str | None,
        silence: float,
        pause: Pause | None = None,
        concessions: Concessions | None = None,
    ) -> None:
        super().__init__(address, silence, pause, concessions)
        self._client = make_client(address, key)

    async def count(self, body: Body, text: str) -> int | None:
        """Return llama.cpp's own count of a prompt's tokens; None if it has no such interface."""
        messages: Body = {name: body[name] for name in ("messages", "chat_template_kwargs")}
        counted = await self._post(_CHAT + "/input_tokens", messages)
        if number := count_in(object_in(counted).get("input_tokens")):
            return number
        counted = await self._post(self.address.own + "/tokenize", {"content": text})
        tokens = list_in(object_in(counted).get("tokens"))
        return len(tokens) + TEMPLATE_TOKENS if tokens else None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _post(self, path: str, body: Body) -> object:
        try:
            return await self._client.post(path, cast_to=object, body=body)
        except (APIError, RequestError, ValueError):
            return None  # counting is optional; the chat call itself reports what is wrong

    async def _stream(self, body: Body, reply: Reply) -> AsyncGenerator[object, None]:
        # Not the library's typed method: servers stray from its types, and it costs more CPU.
        stream = await self._client.post(_CHAT, cast_to=object, body=body, stream=True, stream_cls=_STREAM)
        async with stream:
            kind = stream.response.headers.get("content-type", "")
            if "application/json" in kind:  # it does not stream, and may have answered all the same
                whole: object = json.loads(await stream.response.aread())
                if not list_in(object_in(whole).get("choices")):
                    self._check_kind(kind, "event-stream")
                yield whole
                return
            self._check_kind(kind, "event-stream")
            async for chunk in stream:
                yield chunk
            reply.is_closed = ends_with(stream.response, b"[DONE]")
