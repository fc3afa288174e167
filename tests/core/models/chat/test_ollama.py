"""Ollama driven natively: whole prompts, whole answers, no cloud; each trap of the double is shown to bite."""

import asyncio
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, aclosing
from typing import Any

import pytest

from core.models.double import Listener, http
from support.ollama import Ollama, OllamaModel, Said, serve_ollama
from support.waiting import until
from workhorse_core.errors import (
    AnswerMalformed,
    AnswerTruncated,
    EndpointError,
    EndpointRefused,
    EndpointUnreachable,
    PromptTooLong,
)
from workhorse_core.models.chat import ollama as endpoint_module
from workhorse_core.models.chat.ollama import Ollama as OllamaEndpoint
from workhorse_core.models.chat.ollama import choose_context
from workhorse_core.models.chat.pause import Pause
from workhorse_core.models.events import TextDelta
from workhorse_core.models.locate import Search, find_endpoint
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.question import Answer, Question, ask, conversation_of
from workhorse_core.settings.config import Config

Serve = Callable[..., Ollama]
MODEL = "qwen3:8b"
SCHEMA = {
    "type": "object",
    "properties": {"summary": {"type": "string"}},
    "required": ["summary"],
    "additionalProperties": False,
}
SMALL = Question("You write docstrings.", "import math", "def add(a, b): ...", SCHEMA, 200)
LONG = Question("You write docstrings.", "", "FIRST " + "word " * 6000 + "LAST", SCHEMA, 200)
"""6,000 tokens in 30,000 bytes: more than Ollama's usual context, less than the estimate."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda **how: stack.enter_context(serve_ollama(Ollama(**how)))


async def ask_server(server: Ollama, question: Question = SMALL, **how: Any) -> Answer:
    endpoint = OllamaEndpoint(Access(server.url, how.pop("model", MODEL), **how))
    try:
        return await ask(endpoint, question)
    finally:
        await endpoint.close()


async def failure(server: Ollama, question: Question = SMALL, **how: Any) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        await ask_server(server, question, **how)
    return caught.value


def post(server: Ollama, path: str, **body: Any) -> tuple[int, Any]:
    """Ask the double as a careless client does."""
    request = urllib.request.Request(server.root + path, json.dumps({"model": MODEL, **body}).encode())
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def messages(question: Question) -> list[dict[str, str]]:
    return [{"role": "system", "content": question.system}, {"role": "user", "content": question.region}]


def carelessly(monkeypatch: pytest.MonkeyPatch, *fields: str) -> None:
    """Take guards out of the request."""
    make = endpoint_module.make_native_body

    def without(*arguments: Any) -> dict[str, Any]:
        return {name: value for name, value in make(*arguments).items() if name not in fields}

    monkeypatch.setattr(endpoint_module, "make_native_body", without)


# -- what is asked, what comes back


async def test_an_ollama_that_is_found_is_driven_natively(serve: Serve) -> None:
    server = serve(script='{"summary": "Add."}')
    found = find_endpoint(Config(), {"HOME": "/nowhere"}, Search(ports=[int(server.root.rpartition(":")[2])]))
    assert found is not None
    answer = await ask(found, SMALL)
    await found.close()
    assert (answer.text, answer.model) == ('{"summary": "Add."}', MODEL)
    assert answer.prompt_tokens == server.heard[0].prompt_tokens
    assert answer.completion_tokens > 0
    assert server.bodies("/v1/chat/completions") == []


async def test_every_request_sets_truncation_thinking_and_context(serve: Serve) -> None:
    server = serve()
    await ask_server(server)
    (body,) = server.bodies()
    assert (body["stream"], body["truncate"], body["shift"], body["think"]) == (True, False, False, False)
    assert body["format"] == SCHEMA
    assert body["keep_alive"] == "15m"
    assert body["options"]["num_ctx"] == 4096
    assert 200 <= body["options"]["num_predict"] <= 4096


async def test_a_question_without_a_schema_is_answered_in_text(serve: Serve) -> None:
    server = serve(script="```python\nx = 1\n```\n")
    answer = await ask_server(server, Question("system", "", "CODE"))
    assert answer.text == "```python\nx = 1\n```\n"
    assert "format" not in server.bodies()[0]


@pytest.mark.parametrize(
    ("needed", "loaded", "most", "chosen"),
    [
        (100, 0, 40_960, 4096),
        (4097, 0, 40_960, 8192),
        (8192, 0, 40_960, 8192),
        (33_000, 0, 40_960, 40_960),
        (100, 5000, 40_960, 5000),
        (6000, 5000, 40_960, 8192),
        (100, 0, 2048, 2048),
        (5000, 0, 0, 8192),
    ],
)
def test_the_context_is_a_power_of_two_or_what_is_loaded(needed: int, loaded: int, most: int, chosen: int) -> None:
    assert choose_context(needed, loaded, most) == chosen


async def test_a_loaded_model_is_not_loaded_again(serve: Serve) -> None:
    server = serve()
    post(server, "/api/generate", options={"num_ctx": 10_000})
    await ask_server(server)
    await ask_server(server)
    assert server.loads == [(MODEL, 10_000)]


async def test_a_larger_question_loads_it_once_and_it_stays(serve: Serve) -> None:
    server = serve()
    endpoint = OllamaEndpoint(Access(server.url, MODEL))
    for question in (SMALL, LONG, SMALL):
        await ask(endpoint, question)
    await endpoint.close()
    assert server.loads == [(MODEL, 4096), (MODEL, 16_384)]


async def test_thinking_costs_nothing(serve: Serve) -> None:
    server = serve(script='{"summary": "Add."}')
    answer = await ask_server(server)
    assert server.heard[0].think is False
    assert answer.completion_tokens < 12


async def test_the_thinking_trap_bites_without_the_guard(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(script='{"summary": "Add."}')
    status, said = post(server, "/api/chat", messages=messages(SMALL), stream=False)
    assert (status, server.heard[0].think) == (200, True)
    assert said["message"]["thinking"]
    assert said["eval_count"] > 20


async def test_a_model_that_heeds_only_a_level_gets_one(serve: Serve) -> None:
    model = OllamaModel("gpt-oss:20b", family="gptoss", ignores_think=True)
    server = serve(models=[model], script='{"summary": "Add."}')
    answer = await ask_server(server, model=model.name)
    assert server.heard[0].think == "low"
    assert answer.text == '{"summary": "Add."}'


async def test_a_model_that_cannot_think_is_not_asked_to(serve: Serve) -> None:
    server = serve(models=[OllamaModel(MODEL, capabilities=("completion",))])
    await ask_server(server)
    assert post(server, "/api/chat", messages=messages(SMALL), think=True)[0] == 400


async def test_an_ollama_that_comes_up_later_is_driven_natively_too(unused_port: int) -> None:
    found = find_endpoint(Config(url=f"http://127.0.0.1:{unused_port}/v1", model="mine"), {"HOME": "/nowhere"})
    assert found is not None
    with pytest.raises(EndpointUnreachable, match="No server listens"):
        await ask(found, SMALL)
    with serve_ollama(Ollama(models=[HIDDEN]), unused_port) as server:
        with pytest.raises(EndpointRefused):
            await ask(found, SMALL)
        server.models = [OllamaModel("mine:latest")]
        assert (await ask(found, SMALL)).text
        assert len(server.bodies()) == 1
        assert server.bodies("/v1/chat/completions") == []
    await found.close()


# -- nothing is cut


async def test_a_long_question_is_read_whole(serve: Serve) -> None:
    server = serve()
    await ask_server(server, LONG)
    (heard,) = server.heard
    assert "FIRST" in heard.text
    assert "LAST" in heard.text
    assert not heard.truncated


def test_the_truncation_trap_bites_on_v1(serve: Serve) -> None:
    server = serve()
    asked = messages(LONG)
    status, said = post(server, "/v1/chat/completions", messages=asked, options={"num_ctx": 16_384}, truncate=False)
    assert (status, said["choices"][0]["finish_reason"]) == (200, "stop")
    assert server.heard[0].truncated
    assert "FIRST" not in server.heard[0].text
    assert said["usage"]["prompt_tokens"] == 4096


def test_the_truncation_trap_bites_natively(serve: Serve) -> None:
    server = serve()
    assert post(server, "/api/chat", messages=messages(LONG), stream=False)[0] == 200
    assert server.heard[0].truncated
    status, said = post(server, "/api/chat", messages=messages(LONG), stream=False, truncate=False)
    assert status == 400
    assert "longer than the context" in said["error"]


def test_old_messages_are_dropped_first(serve: Serve) -> None:
    server = serve()
    asked = [
        {"role": "system", "content": "RULES"},
        {"role": "user", "content": "OLD " + "word " * 5000},
        {"role": "user", "content": "NEW"},
    ]
    post(server, "/api/chat", messages=asked, stream=False)
    assert "OLD" not in server.heard[0].text
    assert "RULES" in server.heard[0].text
    assert "NEW" in server.heard[0].text


async def test_more_tokens_than_estimated_get_a_larger_context(serve: Serve) -> None:
    server = serve()
    dense = Question("s", "", "=" * 7000 + " END", SCHEMA, 100)  # a token for each byte
    await ask_server(server, dense)
    assert [load[1] for load in server.loads] == [4096, 8192]
    assert not server.heard[-1].truncated


async def test_a_question_that_no_context_holds_is_refused_with_both_numbers(serve: Serve) -> None:
    server = serve(models=[OllamaModel(MODEL, context=2048)])
    error = await failure(server, LONG)
    assert isinstance(error, PromptTooLong)
    assert "10" in error.message
    assert "holds 2048" in error.message
    assert server.bodies() == []


async def test_ollamas_own_refusal_is_understood(serve: Serve) -> None:
    server = serve(models=[OllamaModel(MODEL, context=4096)])
    error = await failure(server, Question("s", "", "=" * 7000, SCHEMA, 100))
    assert isinstance(error, PromptTooLong)


async def test_an_ollama_that_cuts_all_the_same_is_caught(serve: Serve) -> None:
    # A context that was set smaller than asked for, by an Ollama too old to know `truncate`.
    server = serve(obeys_truncate=False)
    dense = Question("s", "", "= " * 4100, SCHEMA, 100)  # more tokens than estimated, few words
    error = await failure(server, dense)
    assert isinstance(error, AnswerTruncated)
    assert server.heard[0].truncated


async def test_without_the_check_afterwards_the_cut_is_not_noticed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint_module, "check_kept", lambda *_: None)
    server = serve(obeys_truncate=False)
    answer = await ask_server(server, Question("s", "", "= " * 4100, SCHEMA, 100))
    assert server.heard[0].truncated
    assert answer.text


async def test_a_count_far_below_what_was_sent_is_a_truncation(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint_module, "choose_context", lambda *_: 16_384)
    server = serve(models=[OllamaModel(MODEL, context=4096)], obeys_truncate=False)
    monkeypatch.setattr(endpoint_module, "check_fits", lambda *_: None)
    monkeypatch.setattr(endpoint_module, "check_kept", lambda *_: None)
    error = await failure(server, LONG)
    assert isinstance(error, AnswerTruncated)
    assert "read 4096 tokens" in error.message


async def test_a_context_loaded_smaller_than_asked_for_is_noticed(serve: Serve) -> None:
    server = serve(models=[OllamaModel(MODEL, context=4096)], obeys_truncate=False)
    endpoint = OllamaEndpoint(Access(server.url, MODEL))
    await endpoint._learn()
    card = endpoint._card
    endpoint._card = type(card)(40_960, card.thinks, card.family)  # as if it declared more than it can load
    dense = Question("s", "", "= " * 4500, SCHEMA, 3000)  # few words: only the context shows it
    with pytest.raises(AnswerTruncated, match="context holds 4096"):
        await ask(endpoint, dense)
    await endpoint.close()
    assert (server.heard[0].truncated, server.bodies()[0]["options"]["num_ctx"]) == (True, 8192)


FILLING = Question("s", "", "word " * 1500, None, 3000)


def distinct_words(count: int) -> str:
    return "".join(f"w{''.join(chr(97 + int(digit)) for digit in str(number))} " for number in range(count))


FULL = distinct_words(2700)  # a repeated word would be stopped as a loop


NEARLY_FULL = distinct_words(2595)


async def test_an_answer_that_fills_the_context_is_truncated(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint_module, "choose_context", lambda *_: 4096)
    server = serve(script=FULL)
    assert isinstance(await failure(server, FILLING), AnswerTruncated)
    assert server.shifts == 0


async def test_the_shift_trap_bites_without_the_guard(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint_module, "choose_context", lambda *_: 4096)
    monkeypatch.setattr(endpoint_module, "THINKING_TOKENS", 10**6)
    carelessly(monkeypatch, "shift")
    server = serve(script=NEARLY_FULL)
    error = await failure(server, FILLING)  # it reports "stop": only the counts show it
    assert isinstance(error, AnswerTruncated)
    monkeypatch.setattr(endpoint_module, "check_kept", lambda *_: None)
    server = serve(script=NEARLY_FULL)
    assert await ask_server(server, FILLING)


# -- broken answers


@pytest.mark.parametrize("script", [Said("one two three", error="llama runner process has terminated: exit status 2")])
async def test_an_error_in_the_stream_is_an_error(serve: Serve, script: Said) -> None:
    server = serve(script=script)
    error = await failure(server, Question("s", "", "r"))
    assert "llama runner process has terminated" in error.message


async def test_a_stream_that_dies_is_asked_for_once_more(serve: Serve) -> None:
    answers = [Said("one two three", dies=True), Said("whole")]
    server = serve(script=lambda _: answers.pop(0))
    assert (await ask_server(server, Question("s", "", "r"))).text == "whole"
    assert len(server.bodies()) == 2


@pytest.mark.parametrize("path", ["/api/show", "/api/ps"])
async def test_a_word_that_is_lost_is_asked_for_once_more(serve: Serve, path: str) -> None:
    server = serve(script='{"summary": "Add."}', drops=[path])
    assert (await ask_server(server)).text == '{"summary": "Add."}'
    error = await failure(serve(drops=[path, path]))
    assert isinstance(error, EndpointUnreachable)
    assert "broke off the connection twice" in error.message


async def test_a_stream_that_dies_twice_is_given_up(serve: Serve) -> None:
    server = serve(script=Said("one two three", dies=True))
    assert isinstance(await failure(server, Question("s", "", "r")), EndpointUnreachable)
    assert len(server.bodies()) == 2


def native(*lines: bytes) -> Callable[[bytes], bytes]:
    """An Ollama that streams these lines to every caller."""
    shown = {"model_info": {"general.architecture": "x", "x.context_length": 8192}, "capabilities": ["completion"]}

    def respond(request: bytes) -> bytes:
        if b"/api/show" in request:
            return http(200, json.dumps(shown).encode())
        if b"/api/ps" in request:
            return http(200, b'{"models": []}')
        return http(200, b"\n".join(lines), "application/x-ndjson")

    return respond


HALF = b'{"model": "m", "message": {"role": "assistant", "content": "half"}, "done": false}'
DONE = b'{"model": "m", "message": {"role": "assistant", "content": ""}, "done": true, "done_reason": "%s"}'


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([HALF], AnswerTruncated),
        ([], AnswerTruncated),
        ([HALF, DONE % b"length"], AnswerTruncated),
        ([HALF, DONE % b"load"], AnswerMalformed),
        ([DONE % b"stop"], AnswerMalformed),
        ([HALF, b"not json"], EndpointError),
        ([HALF, b"[1]"], EndpointError),
        ([HALF, b'{"error": "out of memory"}'], EndpointError),
        ([b"[" * 100_000], EndpointError),
    ],
)
async def test_lines_that_are_no_whole_answer_are_an_error(
    listen: Callable[..., Listener], lines: list[bytes], kind: type[EndpointError]
) -> None:
    server = listen(native(*lines))
    endpoint = OllamaEndpoint(Access(server.url, MODEL))
    with pytest.raises(kind):
        await ask(endpoint, Question("s", "", "r"))
    await endpoint.close()


async def test_counts_that_are_left_out_are_no_error(listen: Callable[..., Listener]) -> None:
    server = listen(native(HALF, DONE % b"stop"))
    endpoint = OllamaEndpoint(Access(server.url, MODEL))
    answer = await ask(endpoint, Question("s", "", "r"))
    await endpoint.close()
    assert (answer.text, answer.prompt_tokens) == ("half", 0)


# -- errors


async def test_a_wrong_model_is_named_with_the_nearest(serve: Serve) -> None:
    server = serve()
    error = await failure(server, model="qwen3:9b")
    assert "has no model qwen3:9b" in error.message
    assert server.bodies() == []


async def test_a_model_that_cannot_chat_is_refused(serve: Serve) -> None:
    server = serve(models=[OllamaModel("nomic-embed-text:latest", capabilities=("embedding",))])
    error = await failure(server, model="nomic-embed-text")
    assert "cannot chat" in error.message


async def test_a_busy_server_is_waited_for(serve: Serve) -> None:
    asked_again = threading.Event()
    server = serve(load=asked_again.wait, max_queue=-1)
    first = asyncio.create_task(asyncio.to_thread(post, server, "/api/generate"))
    await until(lambda: bool(server.bodies("/api/generate")))

    async def wait(seconds: float) -> None:
        assert seconds
        asked_again.set()
        await first

    said: list[str] = []
    endpoint = OllamaEndpoint(Access(server.url, MODEL), pause=Pause(said.append, wait))
    await ask(endpoint, SMALL)
    await endpoint.close()
    assert len(server.bodies()) == 2
    assert ["is busy (503)" in words for words in said] == [True]


async def test_a_failed_load_is_reported_with_its_reason(serve: Serve) -> None:
    server = serve(broken_load="model requires more system memory (9.1 GiB) than is available (3.2 GiB)")
    assert "requires more system memory" in (await failure(server)).message


async def test_an_absent_server_is_reported(unused_port: int) -> None:
    endpoint = OllamaEndpoint(Access(f"http://127.0.0.1:{unused_port}/v1", MODEL))
    with pytest.raises(EndpointUnreachable, match="No server listens"):
        await ask(endpoint, SMALL)
    await endpoint.close()


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


# -- cancelling


async def test_cancelling_stops_the_work(serve: Serve) -> None:
    server = serve(script=Said(FULL, pause=0.02))
    task = asyncio.create_task(ask_server(server, Question("s", "", "r")))
    await until(lambda: bool(server.heard))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: server.cancelled == 1)


async def test_an_answer_that_stops_coming_is_given_up_and_the_work_stopped(serve: Serve) -> None:
    server = serve(script=Said(FULL, pause=0.2))
    error = await failure(server, Question("s", "", "r"), timeout=0.05)
    assert "no token came for 0.05 seconds" in error.message
    await until(lambda: server.cancelled == 1)


async def test_closing_the_events_in_the_middle_stops_the_work(serve: Serve) -> None:
    server = serve(models=[OllamaModel(MODEL, capabilities=("completion",))], script=Said(FULL, pause=0.02))
    endpoint = OllamaEndpoint(Access(server.url, MODEL))
    async with aclosing(endpoint.stream(conversation_of(Question("s", "", "r")))) as events:
        async for event in events:
            assert isinstance(event, TextDelta)
            break
    await until(lambda: server.cancelled == 1)
    await endpoint.close()


# -- local means local

CLOUD = OllamaModel("gpt-oss:120b-cloud", remote_host="https://ollama.com:443")
HIDDEN = OllamaModel("mine:latest", remote_host="https://models.example.org:443")


async def test_a_cloud_model_gets_no_word(serve: Serve) -> None:
    server = serve(models=[CLOUD])
    with pytest.raises(EndpointRefused, match=r"ollama\.com"):
        await ask_server(server, model=CLOUD.name)
    assert server.requests == []


async def test_a_model_that_is_passed_on_under_another_name_gets_no_word(serve: Serve) -> None:
    server = serve(models=[HIDDEN])
    error = await failure(server, model="mine")
    assert isinstance(error, EndpointRefused)
    assert 'hosts = ["models.example.org"]' in error.hint
    assert server.bodies() == []


async def test_the_hidden_cloud_would_get_it_without_the_guard(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint_module, "refuse_remote", lambda *_: None)
    server = serve(models=[HIDDEN])
    await ask_server(server, model="mine")
    assert "def add" in json.dumps(server.bodies())


async def test_a_host_that_the_user_names_is_asked(serve: Serve) -> None:
    server = serve(models=[HIDDEN, CLOUD])
    await ask_server(server, model="mine", hosts=("models.example.org",))
    await ask_server(server, model=CLOUD.name, hosts=("ollama.com",))
    assert len(server.bodies()) == 2


PROXIES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


async def test_a_proxy_gets_nothing(serve: Serve, trap: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")
    await ask_server(serve())
    assert trap.connected == 0


async def test_the_proxy_trap_would_catch(serve: Serve, trap: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx2

    for name in PROXIES:
        monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")
    monkeypatch.setattr("workhorse_core.models.chat.ollama_caller.make_http", lambda _: httpx2.AsyncClient())
    await failure(serve())
    assert trap.connected > 0


async def test_a_redirect_is_not_followed(listen: Callable[..., Listener], trap: Listener) -> None:
    elsewhere = f"Location: http://localhost:{trap.port}/api/chat\r\n"
    answers = native()
    server = listen(lambda request: http(307, b"", headers=elsewhere) if b"/api/chat" in request else answers(request))
    endpoint = OllamaEndpoint(Access(server.url, MODEL))
    with pytest.raises(EndpointError, match="redirects the question"):
        await ask(endpoint, SMALL)
    await endpoint.close()
    assert trap.connected == 0


async def test_another_machine_is_refused() -> None:
    with pytest.raises(EndpointRefused):
        OllamaEndpoint(Access("http://192.0.2.1:11434/v1", MODEL))
