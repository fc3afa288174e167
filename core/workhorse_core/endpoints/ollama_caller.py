"""Calling Ollama natively: lines of JSON, read to the one that says it is done."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from httpx2 import RequestError, Response
from openai import APIConnectionError, APIError, APIStatusError

from workhorse_core.endpoint import Question
from workhorse_core.endpoints.address import Address
from workhorse_core.endpoints.client import PATIENCE, make_http
from workhorse_core.endpoints.fault import Called, explain, is_passing, too_late, web_page
from workhorse_core.endpoints.reply import Reply
from workhorse_core.endpoints.stranger import object_in, text_in
from workhorse_core.errors import EndpointError

PAUSE = 1.0
"""Seconds before a busy server is asked again."""

WORD_SECONDS = 10.0
"""How long it may take for a word about itself."""

CHAT = "/api/chat"
LINES = "ndjson"


class OllamaCaller:
    """Calls one Ollama, for all questions and from one event loop.

    Its errors are dressed as those of the openai library, so that one place explains them.

    Args:
        address: Where code may go.
        key: The API key, None for none.
        timeout: Seconds from an answer's first byte to its last.
    """

    def __init__(self, address: Address, key: str | None, timeout: float) -> None:
        self._address = address
        self._http = make_http(address)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout = timeout

    async def ask(self, body: dict[str, Any], question: Question, called: Called) -> Reply:
        """Get the whole stream of one answer; a lost connection or a busy server is tried once more.

        Raises:
            EndpointError: There is none, or it was cut off.
        """
        try:
            return await self._stream(body, question)
        except APIError as error:
            if not is_passing(error):
                raise explain(error, called) from error
            await asyncio.sleep(PAUSE if isinstance(error, APIStatusError) else 0)
        try:
            return await self._stream(body, question)
        except APIError as error:
            raise explain(error, called) from error

    async def learn(self, path: str, body: dict[str, Any] | None, called: Called) -> Mapping[str, object]:
        """Ask for a word about the server or a model; nobody's code is in it.

        Raises:
            EndpointError: It says no, or nothing that can be read.
        """
        try:
            async with asyncio.timeout(WORD_SECONDS):
                url, method = self._address.own + path, "POST" if body else "GET"
                response = await self._http.request(method, url, json=body, headers=self._headers)
            await self._check_status(response)
            return object_in(response.json())
        except TimeoutError:
            raise too_late(self._address, None, WORD_SECONDS) from None
        except RequestError as error:
            lost = APIConnectionError(request=error.request)
            lost.__cause__ = error  # it says how
            raise explain(lost, called) from error
        except APIError as error:
            raise explain(error, called) from error
        except (ValueError, RecursionError) as error:
            raise EndpointError(f"What {self._address.own}{path} says cannot be read: {error}.") from error

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _stream(self, body: dict[str, Any], question: Question) -> Reply:
        """Read the stream; leaving the block in any way closes the connection, which stops Ollama's work."""
        reply = Reply(body["model"])
        try:
            async with asyncio.timeout(PATIENCE) as deadline:
                url = self._address.own + CHAT
                async with self._http.stream("POST", url, json=body, headers=self._headers) as response:
                    await self._check_status(response)
                    self._check_kind(response.headers.get("content-type", ""))
                    async for line in response.aiter_lines():
                        if reply.begun is None:
                            deadline.reschedule(asyncio.get_running_loop().time() + self._timeout)
                        self._add(reply, line, response)
                        reply.check_length(question)
        except TimeoutError:
            raise too_late(self._address, self._timeout if reply.begun else None, PATIENCE) from None
        except RequestError as error:
            raise APIConnectionError(request=error.request) from error
        except (ValueError, RecursionError) as error:
            raise EndpointError(f"What {self._address.own} streams cannot be read: {error}.") from error
        return reply

    def _add(self, reply: Reply, line: str, response: Response) -> None:
        if not line.strip():
            return
        chunk: object = json.loads(line)
        if "error" in (fields := object_in(chunk)):  # after a status of 200: it broke down on the way
            raise APIError(text_in(fields["error"]), response.request, body=fields)
        reply.add(_as_completion(fields) if fields else chunk)

    async def _check_status(self, response: Response) -> None:
        if response.status_code == 200:
            return
        await response.aread()
        try:
            body: object = response.json()
        except (ValueError, RecursionError):
            body = response.text
        words = text_in(object_in(body).get("error")) or f"status {response.status_code}"
        raise APIStatusError(words, response=response, body=body)

    def _check_kind(self, content_type: str) -> None:
        if "html" in content_type:
            raise web_page(self._address)
        if LINES not in content_type:
            raise EndpointError(f"{self._address.own} does not stream its answers as Ollama does.")


def _as_completion(fields: Mapping[str, object]) -> dict[str, Any]:
    """Write a native chunk as a chunk of a chat completion; what is zero is not in it."""
    message = object_in(fields.get("message"))
    delta = {"content": message.get("content"), "reasoning": message.get("thinking")}
    choice = {"delta": delta, "finish_reason": fields.get("done_reason") if fields.get("done") is True else None}
    usage = {"prompt_tokens": fields.get("prompt_eval_count"), "completion_tokens": fields.get("eval_count")}
    return {"model": fields.get("model"), "choices": [choice], "usage": usage if fields.get("done") is True else None}
