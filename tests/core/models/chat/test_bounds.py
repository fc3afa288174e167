"""Answers are bounded in bytes and in time, whatever the server sends."""

import asyncio
import gzip
import itertools
import json
from collections.abc import Callable, Iterator

import pytest

from core.models.double import Listener, delta, events, http
from support.waiting import SkippingLoop
from workhorse_core.errors import EndpointError
from workhorse_core.models.chat import bounded_transport
from workhorse_core.models.chat.ollama import Ollama
from workhorse_core.models.chat.openai_compatible import OpenAICompatible
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.question import Question, ask

Listen = Callable[..., Listener]
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
LINES = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n"
EMPTY = b"data: " + json.dumps(delta(content="")).encode() + b"\n\n"
QUESTION = Question("s", "", "r", max_tokens=50)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_transport, "LONGEST_RESPONSE", 1_000_000)
    monkeypatch.setattr(bounded_transport, "LONGEST_LINE", 500_000)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """Run coroutines on a loop whose time can be set forward."""
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        yield runner


def passing(runner: asyncio.Runner, seconds: float) -> Callable[[], None]:
    """Return the function that lets so much time pass in the runner's loop."""
    loop = runner.get_loop()
    assert isinstance(loop, SkippingLoop)
    return lambda: loop.skip(seconds)


def for_ever(
    start: bytes, piece: bytes, pause: Callable[[], None] = lambda: None
) -> Callable[[bytes], bytes | Iterator[bytes]]:
    def respond(request: bytes) -> bytes | Iterator[bytes]:
        if b"POST /v1/chat" not in request and b"POST /api/chat" not in request:
            if b"/api/show" in request:
                return http(200, b'{"capabilities": ["completion"], "model_info": {}}')
            return http(404, b"{}")
        return itertools.chain([start], _repeat(piece, pause))

    return respond


def _repeat(piece: bytes, pause: Callable[[], None]) -> Iterator[bytes]:
    while True:
        pause()
        yield piece


async def failure(endpoint: OpenAICompatible | Ollama) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        await ask(endpoint, QUESTION)
    await endpoint.close()
    return caught.value


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (STREAM + b"data: ", b"x" * 100_000),
        (STREAM, b": a comment\n\n" * 10_000),
        (STREAM, EMPTY * 1000),
        (STREAM, b"\n" * 100_000),
        (b"HTTP/1.1 200 OK\r\n", b"X-Header: x\r\n" * 1000),
        (b"HTTP/1.1 500 No\r\nContent-Type: application/json\r\n\r\n", b" " * 100_000),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", b" " * 100_000),
    ],
)
async def test_a_stream_without_end_is_given_up(listen: Listen, start: bytes, piece: bytes) -> None:
    await failure(OpenAICompatible(Access(listen(for_ever(start, piece)).url)))


def test_interim_responses_without_end_which_the_library_reads_by_itself_are_given_up_in_time(
    listen: Listen, runner: asyncio.Runner
) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nX-Header: x\r\n\r\n" * 100
    server = listen(for_ever(b"", hints, passing(runner, 600)))
    error = runner.run(failure(OpenAICompatible(Access(server.url))))
    assert "sent nothing for 3600 seconds" in error.message


@pytest.mark.parametrize("piece", [b"data: " + b"x" * 100_000, b": a comment\n\n" * 10_000])
async def test_line_or_stream_that_is_too_long_is_given_up_for_its_length(listen: Listen, piece: bytes) -> None:
    error = await failure(OpenAICompatible(Access(listen(for_ever(STREAM, piece)).url)))
    assert "sends more than an answer can be" in error.message


@pytest.mark.parametrize("piece", [b"x" * 100_000, b"\n" * 100_000, b"{}\n" * 10_000])
async def test_lines_of_ollama_without_end_are_given_up(listen: Listen, piece: bytes) -> None:
    await failure(Ollama(Access(listen(for_ever(LINES, piece)).url, "m")))


@pytest.mark.parametrize("piece", [b": comment\n\n", EMPTY, b"\n"])
def test_comments_and_empty_chunks_do_not_keep_an_answer_alive(
    listen: Listen, piece: bytes, runner: asyncio.Runner
) -> None:
    server = listen(for_ever(STREAM, piece, passing(runner, 600)))
    error = runner.run(failure(OpenAICompatible(Access(server.url))))
    assert "sent nothing for 3600 seconds" in error.message


def test_empty_chunks_after_a_token_do_not_keep_an_answer_alive(listen: Listen, runner: asyncio.Runner) -> None:
    start = STREAM + b"data: " + json.dumps(delta(content="begun")).encode() + b"\n\n"
    server = listen(for_ever(start, EMPTY, passing(runner, 10)))
    begun = runner.get_loop().time()
    error = runner.run(failure(OpenAICompatible(Access(server.url, timeout=60))))
    assert 60 <= runner.get_loop().time() - begun < 600
    assert "no token came for 60 seconds" in error.message


def test_tokens_that_come_steadily_do_not_keep_an_answer_alive(listen: Listen, runner: asyncio.Runner) -> None:
    thought = b"data: " + json.dumps(delta(reasoning_content="x")).encode() + b"\n\n"
    server = listen(for_ever(STREAM, thought, passing(runner, 50)))
    error = runner.run(failure(OpenAICompatible(Access(server.url, timeout=600))))
    assert "did not end within 7200 seconds" in error.message


async def test_an_answer_in_one_huge_chunk_is_cut(listen: Listen) -> None:
    body = events(delta(content="x" * 400_000), delta("stop"))
    error = await failure(OpenAICompatible(Access(listen(lambda _: body).url)))
    assert "did not end within 50 tokens" in error.message


async def test_reasoning_without_end_is_cut(listen: Listen) -> None:
    pieces = (f"thought number {number}; " for number in itertools.count())
    chunk = b"".join(
        b"data: " + json.dumps(delta(reasoning_content="".join(itertools.islice(pieces, 100)))).encode() + b"\n\n"
        for _ in range(300)
    )
    error = await failure(OpenAICompatible(Access(listen(for_ever(STREAM, chunk)).url)))
    assert "did not end within" in error.message


async def test_a_compressed_answer_is_refused_unread(listen: Listen) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    listener = listen(lambda _: http(200, bomb, "text/event-stream", "Content-Encoding: gzip\r\n"))
    error = await failure(OpenAICompatible(Access(listener.url)))
    assert "compresses" in error.message
    assert b"accept-encoding: identity" in listener.received[-1].lower()


@pytest.mark.parametrize("unit", ["word ", "return x\n", "and so on and so forth, for ever and ever, amen; "])
async def test_a_loop_is_stopped_at_once(listen: Listen, unit: str) -> None:
    chunk = b"data: " + json.dumps(delta(content=unit)).encode() + b"\n\n"
    listener = listen(for_ever(STREAM, chunk))
    endpoint = OpenAICompatible(Access(listener.url))
    with pytest.raises(EndpointError, match="repeats itself"):
        await ask(endpoint, QUESTION._replace(max_tokens=100_000))
    await endpoint.close()
