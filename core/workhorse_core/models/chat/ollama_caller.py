"""Calls of Ollama's own interface: lines of JSON up to the one that is marked as done."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from httpx2 import RequestError, Response
from openai import APIConnectionError, APIError, APIStatusError

from workhorse_core.errors import EndpointError
from workhorse_core.models.chat.caller import Body, Caller
from workhorse_core.models.chat.client import make_http
from workhorse_core.models.chat.concessions import Concessions
from workhorse_core.models.chat.fault import Called, too_late
from workhorse_core.models.chat.pause import Pause
from workhorse_core.models.chat.reply import Reply
from workhorse_core.models.privacy.address import Address
from workhorse_core.system.untrusted_json import count_in, object_in, text_in

WORD_SECONDS = 10.0
"""How long a query about itself may take."""


class OllamaCaller(Caller):
    """Calls one Ollama, for all questions and from one event loop.

    Its errors are converted to those of the openai library, so that one module explains both.

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
        self._http = make_http(address)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def learn(self, path: str, body: Body | None, called: Called) -> Mapping[str, object]:
        """Query facts about the server or a model; no code is sent.

        Raises:
            EndpointError: It refuses, or sends nothing that can be read.
        """
        return await self.persist(lambda: self._word(path, body), called)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _word(self, path: str, body: Body | None) -> Mapping[str, object]:
        url, method = self.address.own + path, "POST" if body else "GET"
        try:
            async with asyncio.timeout(WORD_SECONDS):
                response = await self._http.request(method, url, json=body, headers=self._headers)
            await _check_status(response)
            return object_in(response.json())
        except TimeoutError:
            raise too_late(self.address, None, WORD_SECONDS) from None
        except RequestError as error:
            raise APIConnectionError(request=error.request) from error
        except (ValueError, RecursionError) as error:
            raise EndpointError(f"What {url} says cannot be read: {error}.") from error

    async def _stream(self, body: Body, reply: Reply) -> AsyncGenerator[object, None]:
        url = self.address.own + "/api/chat"
        async with self._http.stream("POST", url, json=body, headers=self._headers) as response:
            await _check_status(response)
            self._check_kind(response.headers.get("content-type", ""), "ndjson")
            async for line in response.aiter_lines():
                if line.strip():
                    chunk = json.loads(line)
                    reply.is_closed = object_in(chunk).get("done") is True
                    yield _as_chunk(chunk, response)


def _as_chunk(chunk: object, response: Response) -> object:
    if "error" in (fields := object_in(chunk)):  # after a status of 200: it broke down on the way
        raise APIError(text_in(fields["error"]), response.request, body=fields)
    return _as_completion(fields) if fields else chunk


async def _check_status(response: Response) -> None:
    if response.status_code == 200:
        return
    await response.aread()
    try:
        body: object = response.json()
    except (ValueError, RecursionError):
        body = response.text
    words = text_in(object_in(body).get("error")) or f"status {response.status_code}"
    raise APIStatusError(words, response=response, body=body)


def _as_completion(fields: Mapping[str, object]) -> dict[str, Any]:
    """Write a native chunk as a chunk of a chat completion of llama.cpp; what is zero is not in it."""
    message = object_in(fields.get("message"))
    delta = {name: message.get(name) for name in ("content", "thinking", "tool_calls")}
    chunk: dict[str, Any] = {"model": fields.get("model"), "choices": [{"delta": delta}]}
    if fields.get("done") is True:
        chunk["choices"][0]["finish_reason"] = fields.get("done_reason")
        counts = {"prompt_tokens": "prompt_eval_count", "completion_tokens": "eval_count"}
        chunk["usage"] = {name: fields.get(theirs) for name, theirs in counts.items()}
        chunk["timings"] = {"prompt_ms": count_in(fields.get("prompt_eval_duration")) / 1e6}
    return chunk
