"""Servers that answer badly: each gets one sentence, the next command, and never a draft."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from core.models.double import Listener, delta, events, http, usage
from support.waiting import SkippingLoop
from workhorse_core.errors import (
    AnswerMalformed,
    AnswerTruncated,
    EndpointError,
    EndpointUnreachable,
    PromptTooLong,
)
from workhorse_core.models.chat.concessions import CONCESSIONS
from workhorse_core.models.chat.openai_compatible import OpenAICompatible
from workhorse_core.models.chat.pause import Pause
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.question import Answer, Question, ask

Listen = Callable[..., Listener]
Reply = bytes | Callable[[], Iterator[bytes]]
FINE_TEXT = '{"all": "fine"}'
FINE = events(delta(role="assistant", content=""), delta(content=FINE_TEXT), delta("stop"), usage(300))
QUESTION = Question("system", "context", "region", {"type": "object"}, 100)


@dataclass
class Waits:
    """The waiting of an endpoint: recorded, and over at once."""

    said: list[str] = field(default_factory=list[str])
    slept: list[float] = field(default_factory=list[float])

    @property
    def pause(self) -> Pause:
        return Pause(self.said.append, self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def chat(*replies: Reply) -> Callable[[bytes], bytes | Iterator[bytes]]:
    """Answer the chat with one reply after the other, the last one again and again; nothing else is there."""
    waiting = list(replies)

    def respond(request: bytes) -> bytes | Iterator[bytes]:
        if not request.startswith(b"POST /v1/chat/completions "):
            return http(404, b'{"error": {"message": "File Not Found"}}')
        reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return reply if isinstance(reply, bytes) else reply()

    return respond


async def ask_server(url: str, question: Question = QUESTION, **access: object) -> Answer:
    endpoint = OpenAICompatible(Access(url, **access), pause=Waits().pause)  # type: ignore[arg-type]
    try:
        return await ask(endpoint, question)
    finally:
        await endpoint.close()


async def failure(url: str, question: Question = QUESTION, **access: object) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        await ask_server(url, question, **access)
    error = caught.value
    assert error.message.endswith(".")
    assert "\n" not in error.message + error.hint
    return error


def error_body(message: str) -> bytes:
    return b'{"error": {"message": "%s", "type": "x"}}' % message.encode()


async def test_a_right_answer_comes_through(listen: Listen) -> None:
    server = listen(chat(FINE))
    answer = await ask_server(server.url)
    assert (answer.text, answer.model, answer.prompt_tokens) == (FINE_TEXT, "double", 300)


async def test_the_request_has_the_fields_that_servers_need(listen: Listen) -> None:
    server = listen(chat(FINE))
    await ask_server(server.url, model="m:7b")
    body = server.bodies[0]
    assert body["model"] == "m:7b"
    assert body["stream"] is True
    assert body["stream_options"] == {"include_usage": True}
    assert body["max_tokens"] == 100
    assert "max_completion_tokens" not in body
    assert body["chat_template_kwargs"] == {"enable_thinking": False}
    assert body["reasoning_effort"] == "none"
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert body["messages"][1]["content"] == "context\n\nregion"


# -- streams that are not whole


@pytest.mark.parametrize(
    "stream",
    [
        events(done=True),
        events(done=False),
        events(delta(content="half an ans"), done=False),
        events(delta(content="half an ans"), done=True),
        events(delta(content="half an ans"), usage(300), done=True),
        events(delta(content="half an ans"), b"{}", done=False),
        events(delta("length", content="half an ans"), usage(300)),
        events(delta(content="half an ans"), delta("length")),
    ],
)
async def test_an_unfinished_stream_is_truncated(listen: Listen, stream: bytes) -> None:
    error = await failure(listen(chat(stream)).url)
    assert isinstance(error, AnswerTruncated)


@pytest.mark.parametrize("cut", range(120, 560, 7))
async def test_a_stream_cut_at_any_byte_is_no_answer(listen: Listen, cut: int) -> None:
    whole = events(delta(content="fi"), delta(content="ne"), delta("stop"))
    end = whole.index(b'"stop"')
    await failure(listen(chat(whole[: min(cut, end)])).url)


@pytest.mark.parametrize(
    "stream",
    [
        events(delta(content=FINE_TEXT), {"error": {"message": "Context size has been exceeded.", "code": 500}}),
        events({"error": {"message": "boom"}}),
        events({"error": "boom"}),
        events(delta(content=FINE_TEXT), {"error": {"message": "boom"}}, delta("stop")),
    ],
)
async def test_an_error_inside_a_good_stream_is_an_error(listen: Listen, stream: bytes) -> None:
    error = await failure(listen(chat(stream)).url)
    assert "failed while it answered" in error.message
    assert "--jobs 1" in error.hint


@pytest.mark.parametrize(
    "stream",
    [
        events(b"not json"),
        events(b"[1, 2]"),
        events(b'"text"'),
        events(b"null"),
        events(b"\xff\xfe"),
        events(b"[" * 100_000),
        events(delta(content=FINE_TEXT), b"{broken"),
    ],
)
async def test_chunks_that_are_no_chat_completion_are_an_error(listen: Listen, stream: bytes) -> None:
    await failure(listen(chat(stream)).url)


@pytest.mark.parametrize(
    "chunk",
    [
        {},
        {"choices": None},
        {"choices": {}},
        {"choices": [None]},
        {"choices": [{}]},
        {"choices": [{"delta": None}]},
        {"choices": [{"delta": {"content": 7}}]},
        {"choices": [{"delta": {"content": ["fine"]}}]},
        {"choices": [{"index": 1, "delta": {"content": "another choice"}}]},
        {"usage": 7},
        {"usage": {"prompt_tokens": "many"}},
        {"model": 7},
    ],
)
async def test_strange_chunks_are_passed_over(listen: Listen, chunk: object) -> None:
    stream = events(chunk, delta(content=FINE_TEXT), chunk, delta("stop"))
    assert (await ask_server(listen(chat(stream)).url)).text == FINE_TEXT


@pytest.mark.parametrize("finish", ["content_filter", "safety", "cancelled"])
async def test_a_turn_that_was_broken_off_is_malformed(listen: Listen, finish: str) -> None:
    error = await failure(listen(chat(events(delta(content=FINE_TEXT), delta(finish)))).url)
    assert isinstance(error, AnswerMalformed)
    assert finish in error.message


@pytest.mark.parametrize("text", ["", " ", "\n\n", "<think>hm</think>", "<think>hm"])
async def test_an_empty_answer_is_malformed(listen: Listen, text: str) -> None:
    error = await failure(listen(chat(events(delta(content=text), delta("stop")))).url)
    assert isinstance(error, AnswerMalformed)


# -- thinking


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
async def test_reasoning_fields_are_kept_out(listen: Listen, field: str) -> None:
    stream = events(
        delta(role="assistant", content="", **{field: "First I"}),
        delta(content="", **{field: " think."}),
        delta(content=FINE_TEXT),
        delta("stop"),
    )
    assert (await ask_server(listen(chat(stream)).url)).text == FINE_TEXT


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
async def test_reasoning_alone_is_no_answer(listen: Listen, field: str) -> None:
    stream = events(delta(content="", **{field: "I think."}), delta("stop"))
    error = await failure(listen(chat(stream)).url)
    assert "only thought" in error.message


@pytest.mark.parametrize("text", [f"<think>I think.</think>{FINE_TEXT}", f"I think.\n</think>\n{FINE_TEXT}"])
async def test_thinking_split_over_chunks_is_kept_out(listen: Listen, text: str) -> None:
    stream = events(*(delta(content=letter) for letter in text), delta("stop"))
    assert (await ask_server(listen(chat(stream)).url)).text.strip() == FINE_TEXT


async def test_a_character_split_over_chunks_is_joined(listen: Listen) -> None:
    stream = events(delta(content='{"a": "\ud83d'), delta(content='\udc0e"}'), delta("stop"))
    assert (await ask_server(listen(chat(stream)).url)).text == '{"a": "🐎"}'


async def test_half_a_character_is_malformed(listen: Listen) -> None:
    error = await failure(listen(chat(events(delta(content='{"a": "\ud83d!"}'), delta("stop")))).url)
    assert isinstance(error, AnswerMalformed)


@pytest.mark.parametrize(
    ("words", "switch"),
    [
        ("Unrecognized request argument supplied: chat_template_kwargs", "chat_template_kwargs"),
        ("invalid reasoning value: none", "reasoning_effort"),
        ("body.reasoning_effort: Input should be low, medium or high", "reasoning_effort"),
        ("Unknown parameter: stream_options", "stream_options"),
    ],
)
async def test_a_refused_switch_is_left_out(listen: Listen, words: str, switch: str) -> None:
    server = listen(chat(http(400, error_body(words)), FINE))
    endpoint = OpenAICompatible(Access(server.url))
    assert (await ask(endpoint, QUESTION)).text == FINE_TEXT
    assert (await ask(endpoint, QUESTION)).text == FINE_TEXT
    await endpoint.close()
    first, second, third = server.bodies  # the second question is not refused again
    assert second.keys() == third.keys() == first.keys() - {switch}


async def test_a_server_that_refuses_every_switch_is_asked_without(listen: Listen) -> None:
    switches = ("chat_template_kwargs", "reasoning_effort", "stream_options", "temperature")
    server = listen(chat(*(http(400, error_body(f"unknown: {name}")) for name in switches), FINE))
    assert (await ask_server(server.url)).text == FINE_TEXT
    assert not server.bodies[-1].keys() & set(switches)


async def test_a_server_that_refuses_whatever_is_left_out_is_given_up(listen: Listen) -> None:
    server = listen(chat(http(400, error_body("chat_template_kwargs reasoning_effort stream_options"))))
    await failure(server.url)
    assert len(server.bodies) <= 2 + len(CONCESSIONS)


# -- truncated prompts


async def test_a_prompt_that_was_cut_silently_is_an_error(listen: Listen) -> None:
    stream = events(delta(content=FINE_TEXT), delta("stop"), usage(700))
    question = Question("system", "context", "every word counts " * 300, max_tokens=100)
    error = await failure(listen(chat(stream)).url, question)
    assert isinstance(error, AnswerTruncated)
    assert "700 tokens of at least 90" in error.message


def ollama(loaded: list[dict[str, object]], answer: bytes) -> Callable[[bytes], bytes]:
    def respond(request: bytes) -> bytes:
        if b"/chat/completions " in request:
            return answer
        paths: dict[bytes, object] = {
            b"GET /v1/models ": {"object": "list", "data": [{"id": "qwen3:8b", "owned_by": "library"}]},
            b"GET /api/version ": {"version": "0.33.0"},
            b"GET /api/ps ": {"models": loaded},
        }
        found = [json.dumps(value).encode() for path, value in paths.items() if request.startswith(path)]
        return http(200, found[0]) if found else http(404, b"{}")

    return respond


LOADED: dict[str, object] = {"name": "qwen3:8b", "model": "qwen3:8b", "context_length": 4096}
LONG = Question("system", "context", "a bit long " * 2000)


async def test_ollamas_context_is_known_when_the_model_is_loaded(listen: Listen) -> None:
    server = listen(ollama([LOADED], events(delta(content=FINE_TEXT), delta("stop"), usage(4096))))
    error = await failure(server.url, LONG)
    assert isinstance(error, PromptTooLong)
    assert "holds 4096" in error.message
    assert server.bodies == []


async def test_ollamas_context_is_checked_afterwards_when_the_model_was_not_loaded(listen: Listen) -> None:
    loaded: list[dict[str, object]] = []
    respond = ollama(loaded, events(delta(content=FINE_TEXT), delta("stop"), usage(0)))

    def load(request: bytes) -> bytes:
        answer = respond(request)
        if b"/chat/completions " in request:
            loaded.append(LOADED)
        return answer

    server = listen(load)
    error = await failure(server.url, LONG)
    assert isinstance(error, PromptTooLong)
    assert len(server.bodies) == 1


async def test_a_context_that_was_shifted_is_an_error(listen: Listen) -> None:
    server = listen(ollama([LOADED], events(delta(content=FINE_TEXT), delta("stop"), usage(3000, 1097))))
    error = await failure(server.url)
    assert isinstance(error, AnswerTruncated)


async def test_the_answer_is_bounded_by_the_room_that_is_left(listen: Listen) -> None:
    server = listen(ollama([LOADED], events(delta(content=FINE_TEXT), delta("stop"), usage(3000))))
    await ask_server(server.url, Question("system", "context", "word " * 1600, max_tokens=500))
    assert 500 <= server.bodies[0]["max_tokens"] <= 4096 - 1600


# -- no server, or another one


async def test_a_refused_connection_fails_at_once(unused_port: int) -> None:
    error = await failure(f"http://127.0.0.1:{unused_port}/v1")
    assert isinstance(error, EndpointUnreachable)
    assert error.message == f"No server listens at http://127.0.0.1:{unused_port}."
    assert "--engine rules" in error.hint


async def test_a_refused_connection_at_every_address_of_a_name_is_reported(
    unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        addresses = ["127.0.0.1", "127.0.0.2"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *rest, **options: resolve(host, port))
    error = await failure(f"http://localhost:{unused_port}/v1")
    assert error.message == f"No server listens at http://localhost:{unused_port}."


async def test_an_unknown_host_is_reported() -> None:
    error = await failure("http://no-such-machine.invalid/v1", hosts=["no-such-machine.invalid"])
    assert isinstance(error, EndpointUnreachable)
    assert "no machine called no-such-machine.invalid" in error.message


@pytest.mark.parametrize("status", [200, 404, 500])
async def test_a_web_page_is_no_model_server(listen: Listen, status: int) -> None:
    page = http(status, b"<!doctype html><html><body>Welcome</body></html>", "text/html; charset=utf-8")
    error = await failure(listen(chat(page)).url)
    assert "web page" in error.message
    assert "workhorse config" in error.hint


async def test_an_answer_without_choices_that_is_not_streamed_is_reported(listen: Listen) -> None:
    error = await failure(listen(chat(http(200, b'{"choices": []}'))).url)
    assert "does not stream" in error.message


async def test_a_url_without_chat_is_reported(listen: Listen) -> None:
    error = await failure(listen(chat(http(404, error_body("File Not Found")))).url)
    assert "no chat at" in error.message
    assert "/v1" in error.hint


async def test_a_wrong_model_is_answered_with_the_nearest(listen: Listen) -> None:
    names = ["qwen2.5-coder:7b", "qwen3:8b", "llama3.2:3b"]
    models = b'{"data": [%s]}' % b", ".join(b'{"id": "%s"}' % name.encode() for name in names)
    respond = chat(http(404, error_body("model 'qwen2.5-coder' not found")))
    server = listen(lambda request: http(200, models) if b"GET /v1/models " in request else respond(request))
    error = await failure(server.url, model="qwen2.5-coder")
    assert "no model qwen2.5-coder; it has qwen2.5-coder:7b" in error.message
    assert "--model" in error.hint


async def test_another_refusal_is_given_in_the_servers_words(listen: Listen) -> None:
    error = await failure(listen(chat(http(400, error_body("x does not support chat. ")))).url)
    assert "refused the question (400): x does not support chat." in error.message


async def test_a_prompt_too_long_for_another_server_is_known_by_its_words(listen: Listen) -> None:
    words = "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."
    error = await failure(listen(chat(http(400, error_body(words)))).url)
    assert isinstance(error, PromptTooLong)
    assert "4096" in error.message
    assert "5000" in error.message


# -- what passes


async def test_a_busy_server_is_asked_once_more(listen: Listen) -> None:
    server = listen(chat(http(503, error_body("Loading model")), FINE))
    assert (await ask_server(server.url)).text == FINE_TEXT
    assert len(server.bodies) == 2


async def test_a_server_that_stays_busy_is_given_up(listen: Listen) -> None:
    server = listen(chat(http(503, error_body("Loading model"))))
    waits = Waits()
    endpoint = OpenAICompatible(Access(server.url), pause=waits.pause)
    with pytest.raises(EndpointError, match="Loading model"):
        await ask(endpoint, QUESTION)
    await endpoint.close()
    assert sum(waits.slept) == 900
    assert len(waits.said) == 1
    assert "is loading its model; waiting up to 900 seconds" in waits.said[0]


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\n", FINE[:200]])
async def test_a_lost_connection_is_tried_once_more(listen: Listen, begun: bytes) -> None:
    lost = b"" if not begun else begun.replace(b"Connection: close", b"Content-Length: 9999")
    server = listen(chat(lost, FINE))
    assert (await ask_server(server.url)).text == FINE_TEXT
    assert len(server.bodies) == 2


async def test_a_connection_that_is_lost_again_is_given_up(listen: Listen) -> None:
    server = listen(chat(b""))
    error = await failure(server.url)
    assert isinstance(error, EndpointUnreachable)
    assert len(server.bodies) == 2


async def test_other_failures_are_not_tried_again(listen: Listen) -> None:
    for status, times in ((400, 2), (401, 1), (404, 1), (500, 1)):  # without a reason, 400 is asked once more, plainly
        server = listen(chat(http(status, error_body("no"))))
        await failure(server.url)
        assert len(server.bodies) == times, status


async def test_a_connection_lost_while_an_error_is_read_is_no_bug(listen: Listen) -> None:
    half = b"HTTP/1.1 500 No\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"
    await failure(listen(chat(half)).url)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """Run coroutines on a loop whose time can be set forward."""
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        yield runner


def test_an_answer_that_stalls_is_given_up_in_its_own_time(listen: Listen, runner: asyncio.Runner) -> None:
    loop, given_up = runner.get_loop(), threading.Event()
    assert isinstance(loop, SkippingLoop)

    def begin() -> Iterator[bytes]:
        yield events(delta(content="fi"), done=False)
        while not given_up.wait(0.01):
            loop.skip(10)

    begun = loop.time()
    error = runner.run(failure(listen(chat(begin)).url, timeout=60))
    given_up.set()
    assert 60 <= loop.time() - begun < 600
    assert isinstance(error, AnswerTruncated)
    assert "no token came for 60 seconds" in error.message


def test_waiting_for_the_first_byte_does_not_count(listen: Listen, runner: asyncio.Runner) -> None:
    loop = runner.get_loop()
    assert isinstance(loop, SkippingLoop)

    def late() -> Iterator[bytes]:
        loop.skip(600)
        yield FINE

    assert runner.run(ask_server(listen(chat(late)).url, timeout=60)).text == FINE_TEXT


# -- TLS


async def test_an_invalid_certificate_is_reported(https_url: str) -> None:
    error = await failure(https_url)
    assert "certificate of https://localhost" in error.message
    assert "self-signed" in error.message.replace(" ", "-")
    assert "SSL_CERT_FILE" in error.hint


async def test_a_server_without_tls_is_reported(listen: Listen) -> None:
    server = listen(lambda _: b"HTTP/1.1 400 Bad Request\r\n\r\n")
    error = await failure(f"https://localhost:{server.port}/v1")
    assert "does not speak TLS" in error.message


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
