"""Servers as users have them: each deviation from the protocol gives an answer without a probe, or names the cause."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from core.models.chat.test_faults import Waits, error_body
from core.models.double import Listener, delta, events, http, usage
from workhorse_core.errors import EndpointError
from workhorse_core.models.chat.openai_compatible import OpenAICompatible
from workhorse_core.models.locate import Search, find_endpoint, find_ready_endpoint
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import admit
from workhorse_core.models.question import Answer, Question, ask
from workhorse_core.settings.config import Config

Listen = Callable[..., Listener]
Body = dict[str, Any]
SCHEMA = {"type": "object", "properties": {"summary": {"type": "string"}}, "required": ["summary"]}
QUESTION = Question("You write docstrings.", "", "def add(a, b): ...", SCHEMA, 200)
HARMONY = "<|channel|>analysis<|message|>JSON.<|end|><|start|>assistant"
JSON = '{"summary": "Add."}'
GOOD = events(delta(content=JSON), delta("stop"), usage(300))


def server(listen: Listen, respond: Callable[[Body], bytes]) -> Listener:
    def answer(request: bytes) -> bytes:
        if b"/chat/completions " not in request:
            return http(404, b"{}")
        return respond(json.loads(request.partition(b"\r\n\r\n")[2]))

    return listen(answer)


async def asked(listener: Listener, question: Question = QUESTION, times: int = 1) -> Answer:
    endpoint = OpenAICompatible(Access(listener.url, "m"), pause=Waits().pause)
    try:
        return [await ask(endpoint, question) for _ in range(times)][-1]
    finally:
        await endpoint.close()


def refusal(status: int, body: object) -> bytes:
    return http(status, json.dumps(body).encode())


def wanted(message: str, **more: object) -> object:
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


LITERAL = "[{'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': \"Input should be 'text'\"}]"
EXTRA = {"detail": [{"type": "extra_forbidden", "loc": ["body", "FIELD"], "msg": "Extra inputs are not permitted"}]}
REFUSED_FIELDS = [
    ("response_format", 400, wanted("This model does not support response_format json_schema")),
    ("response_format", 400, wanted("This response_format type is unavailable now")),
    ("response_format", 400, wanted("Failed to initialize samplers: failed to parse grammar")),
    ("response_format", 422, {"detail": [{"loc": ["body", "response_format"], "msg": "field not permitted"}]}),
    ("response_format", 500, wanted(LITERAL)),
    ("response_format", 500, wanted("Invalid JSON schema: maxLength is not supported")),
    ("response_format", 501, wanted("structured output is not implemented")),
    ("reasoning_effort", 400, wanted("Invalid value: 'none'. Supported values are: 'low'.", param="reasoning_effort")),
    ("reasoning_effort", 500, wanted("Unsupported reasoning effort: none")),
    ("reasoning_effort", 400, wanted("litellm.UnsupportedParamsError: openai does not support ['reasoning_effort']")),
    ("chat_template_kwargs", 422, json.loads(json.dumps(EXTRA).replace("FIELD", "chat_template_kwargs"))),
    ("stream_options", 422, json.loads(json.dumps(EXTRA).replace("FIELD", "stream_options"))),
    ("temperature", 400, wanted("Unsupported value: 'temperature' does not support 0.2 with this model.")),
    ("max_tokens", 400, wanted("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")),
    ("response_format", 400, wanted("Bad request")),
    ("reasoning_effort", 400, {}),
    ("temperature", 422, "no"),
]


@pytest.mark.parametrize(("field", "status", "body"), REFUSED_FIELDS)
async def test_a_refused_field_is_done_without_and_not_sent_again(
    listen: Listen, field: str, status: int, body: object
) -> None:
    listener = server(listen, lambda sent: refusal(status, body) if field in sent else GOOD)
    assert (await asked(listener, times=2)).text == JSON
    assert [field in sent for sent in listener.bodies] == [True, False, False]
    if field == "response_format":
        assert "JSON schema" in listener.bodies[-1]["messages"][0]["content"]


async def test_several_refused_fields_are_done_without_one_by_one(listen: Listen) -> None:
    names = ("reasoning_effort", "chat_template_kwargs", "response_format", "stream_options")

    def respond(sent: Body) -> bytes:
        unwanted = next((name for name in names if name in sent), None)
        return refusal(400, wanted(f"unknown field {unwanted}")) if unwanted else GOOD

    assert (await asked(server(listen, respond))).text == JSON


@pytest.mark.parametrize(
    "words", ["max_tokens is too large: 200. This model supports at most 64.", "invalid max_tokens"]
)
async def test_a_limit_that_is_too_large_is_lowered(listen: Listen, words: str) -> None:
    listener = server(listen, lambda sent: refusal(400, wanted(words)) if sent["max_tokens"] > 100 else GOOD)
    assert (await asked(listener)).text == JSON
    assert listener.bodies[-1]["max_tokens"] == (64 if "64" in words else 100)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (500, "\n------------\nWhile executing CallExpression: Jinja Exception: System role not supported"),
        (400, "System role not supported"),
        (400, "Conversation roles must alternate user/assistant/user/assistant/..."),
        (422, "messages.0.role: Input should be 'user' or 'assistant', not 'system'"),
    ],
)
@pytest.mark.parametrize("schema_too", [False, True])
async def test_a_template_without_system_role_gets_its_text_in_the_users_message(
    listen: Listen, status: int, words: str, schema_too: bool
) -> None:
    def respond(sent: Body) -> bytes:
        if sent["messages"][0]["role"] == "system":
            return refusal(status, wanted(words))
        return refusal(400, wanted("no response_format")) if schema_too and "response_format" in sent else GOOD

    listener = server(listen, respond)
    assert (await asked(listener, times=2)).text == JSON
    (message,) = listener.bodies[-1]["messages"]
    assert message["role"] == "user"
    assert message["content"].startswith("You write docstrings.")
    assert message["content"].endswith("def add(a, b): ...")


async def test_a_refusal_for_another_reason_keeps_the_schema_of_the_next_question(listen: Listen) -> None:
    replies = [refusal(400, wanted("no")), refusal(400, wanted("no")), GOOD]
    listener = server(listen, lambda _: replies.pop(0))
    endpoint = OpenAICompatible(Access(listener.url, "m"))
    with pytest.raises(EndpointError, match=r"refused the question \(400\): no"):
        await ask(endpoint, QUESTION)
    assert (await ask(endpoint, QUESTION)).text == JSON
    await endpoint.close()
    assert ["response_format" in sent for sent in listener.bodies] == [True, False, True]


# -- the content


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{JSON}\n```",
        f"Here it is:\n\n{JSON}\n\nLet me know if you need more!",
        f"{HARMONY}<|channel|>final <|constrain|>json<|message|>{JSON}",
        f"<|start|>assistant<|channel|>final<|message|>{JSON}<|return|>",
        f"analysisWe need JSON.assistantfinal{JSON}",
        f"Okay, let me think.\n</think>\n\n{JSON}",
        f"<|channel>thought\nJSON.<channel|>{JSON}",
        f"<seed:think>JSON, {{}}.</seed:think>{JSON}",
        f"◁think▷JSON.◁/think▷{JSON}",
        f"<|START_THINKING|>JSON<|END_THINKING|><|START_RESPONSE|>{JSON}<|END_RESPONSE|>",
        f'The example {{"a": 1}} is not it; this is: {JSON}',
    ],
)
async def test_json_is_taken_out_of_what_surrounds_it(listen: Listen, text: str) -> None:
    listener = server(listen, lambda _: events(delta(content=text), delta("stop"), usage(300)))
    assert (await asked(listener)).text == JSON
    assert len(listener.bodies) == 1


async def test_an_answer_that_a_server_takes_for_reasoning_is_found(listen: Listen) -> None:
    listener = server(listen, lambda _: events(delta(reasoning_content=JSON), delta("stop"), usage(300)))
    assert (await asked(listener)).text == JSON


async def test_an_ignored_schema_goes_into_the_prompt_from_then_on(listen: Listen) -> None:
    prose = events(delta(content="It adds two numbers."), delta("stop"), usage(300))
    listener = server(listen, lambda sent: GOOD if "JSON schema" in sent["messages"][0]["content"] else prose)
    answer = await asked(listener, times=2)
    assert answer.text == JSON
    assert ["response_format" in sent for sent in listener.bodies] == [True, False, False]


async def test_an_answer_without_json_names_the_probe(listen: Listen) -> None:
    with pytest.raises(EndpointError) as caught:
        await asked(server(listen, lambda _: events(delta(content="Sorry."), delta("stop"), usage(300))))
    assert "workhorse probe" in caught.value.hint


async def test_the_tokens_of_a_repeated_question_are_counted(listen: Listen) -> None:
    prose = events(delta(content="It adds."), delta("stop"), usage(100, 5))
    listener = server(listen, lambda sent: GOOD if "JSON schema" in sent["messages"][0]["content"] else prose)
    assert (await asked(listener)).prompt_tokens == 400


async def test_a_model_that_thinks_after_all_is_given_the_room(listen: Listen) -> None:
    def respond(sent: Body) -> bytes:
        if sent["max_tokens"] < 1000:
            return events(delta(reasoning_content="Hm. "), delta("length"), usage(300))
        return events(delta(reasoning_content="Hm."), delta(content=JSON), delta("stop"), usage(300))

    listener = server(listen, respond)
    assert (await asked(listener, times=2)).text == JSON
    assert [sent["max_tokens"] for sent in listener.bodies] == [200, 4296, 4296]


# -- the end


@pytest.mark.parametrize(
    "finish", ["stop", "eos", "eos_token", "STOP", "end_turn", "tool_calls", "something_new", None, ""]
)
async def test_whole_json_is_an_answer_by_whatever_name_it_ends(listen: Listen, finish: str | None) -> None:
    assert (await asked(server(listen, lambda _: events(delta(content=JSON), delta(finish), usage(300))))).text == JSON


@pytest.mark.parametrize("finish", [None, "", "eos", "EOS"])
async def test_a_short_text_that_ends_by_protocol_is_an_answer(listen: Listen, finish: str | None) -> None:
    listener = server(listen, lambda _: events(delta(content="Blue."), delta(finish), usage(300)))
    assert (await asked(listener, QUESTION._replace(schema=None))).text == "Blue."


@pytest.mark.parametrize(
    "stream",
    [
        events(delta(content="Blue. " * 50), delta(None), usage(300)),  # as many bytes as it might have tokens
        events(delta(content="Blue."), done=False),
        events(delta(content="Blue."), delta("length"), usage(300)),
        events(delta(content="Blue."), delta("max_tokens"), usage(300)),
        events(delta(content="Blue."), delta("something_new"), usage(300)),
    ],
)
async def test_a_text_whose_end_is_not_certain_is_none(listen: Listen, stream: bytes) -> None:
    with pytest.raises(EndpointError):
        await asked(server(listen, lambda _: stream), QUESTION._replace(schema=None))


@pytest.mark.parametrize("text", ['{"summary": "Ad', '{"summary": "Add."', '```json\n{"summary"'])
@pytest.mark.parametrize("finish", [None, "", "something_new"])
async def test_json_that_is_not_whole_is_none(listen: Listen, text: str, finish: str | None) -> None:
    with pytest.raises(EndpointError):
        await asked(server(listen, lambda _: events(delta(content=text), delta(finish), usage(300))))


async def test_a_server_that_does_not_stream_is_read_all_the_same(listen: Listen) -> None:
    whole = {"choices": [{"index": 0, "message": {"role": "assistant", "content": JSON}, "finish_reason": "stop"}]}
    assert (await asked(server(listen, lambda _: refusal(200, {**whole, "model": "m"})))).text == JSON


# -- waiting


@pytest.mark.parametrize(
    ("status", "words", "shown"),
    [
        (429, "Too many requests", "is busy (429)"),
        (502, "Bad Gateway", "is busy (502)"),
        (503, "Loading model", "is loading its model"),
        (503, "no slot available", "is busy (503)"),
    ],
)
async def test_a_busy_server_is_waited_for_with_one_notice(listen: Listen, status: int, words: str, shown: str) -> None:
    replies = [http(status, error_body(words), headers="Retry-After: 7\r\n")] * 2 + [GOOD]
    listener = server(listen, lambda _: replies.pop(0))
    waits = Waits()
    endpoint = OpenAICompatible(Access(listener.url, "m"), pause=waits.pause)
    assert (await ask(endpoint, QUESTION)).text == JSON
    await endpoint.close()
    assert len(waits.said) == 1
    assert shown in waits.said[0]
    assert waits.slept == ([7, 3] if status == 502 else [7, 7])


@pytest.mark.parametrize(
    "reply",
    [
        http(400, b'{"error": "Model unloaded."}'),
        events(delta(content='{"summ'), {"error": {"message": "The model has crashed. (Exit code: 9)"}}),
    ],
)
async def test_a_model_that_crashed_is_asked_once_more(listen: Listen, reply: bytes) -> None:
    replies = [reply, GOOD]
    assert (await asked(server(listen, lambda _: replies.pop(0)))).text == JSON


async def test_a_server_that_is_loading_counts_as_ready(listen: Listen) -> None:
    state = {"loads": True}

    def respond(request: bytes) -> bytes:
        if state["loads"]:
            return http(503, error_body("Loading model"))
        if b"GET /v1/models" in request:
            return http(200, b'{"object": "list", "data": [{"id": "m"}]}')
        return GOOD if b"/chat/completions " in request else http(404, b"{}")

    listener = listen(respond)
    for config in (Config(url=listener.url), Config()):
        endpoint = find_ready_endpoint(config, {}, Search(ports=[listener.port]))
        assert endpoint is not None
        state["loads"] = False
        assert (await ask(endpoint, QUESTION)).text == JSON
        await endpoint.close()
        state["loads"] = True


# -- addresses


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("http://127.0.0.1:8080/v1/chat/completions", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/v1/models/", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/chat/completions", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:11434/api/chat", "http://127.0.0.1:11434/v1"),
        ("http://127.0.0.1:11434/api/generate", "http://127.0.0.1:11434/v1"),
        ("http://127.0.0.1:8080/openai/v1/completions", "http://127.0.0.1:8080/openai/v1"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
    ],
)
def test_the_url_of_a_call_may_be_pasted(pasted: str, meant: str) -> None:
    assert admit(pasted).url == meant


def test_a_server_that_was_found_is_named_and_a_configured_one_is_not(listen: Listen) -> None:
    listener = listen(lambda _: http(200, b'{"object": "list", "data": [{"id": "m\\u001b[2J"}]}'))
    said: list[str] = []
    assert find_ready_endpoint(Config(), {}, Search(ports=[listener.port], notify=said.append))
    (words,) = said
    assert f"http://127.0.0.1:{listener.port}" in words
    assert words.isprintable()
    assert find_ready_endpoint(Config(url=listener.url), {}, Search(notify=said.append))
    assert len(said) == 1


@pytest.mark.parametrize("name", ["m\x1b[2J", "m\nReviewed-by: Ada <a@example.org>", "m\u202egnp"])
async def test_the_servers_name_for_a_model_is_made_printable(listen: Listen, name: str) -> None:
    chunk = delta(content=JSON) | {"model": name}
    answer = await asked(server(listen, lambda _: events(chunk, delta("stop") | {"model": name})))
    assert answer.model.isprintable()
    error = error_body("x").replace(b'"x"', json.dumps(name).encode())
    with pytest.raises(EndpointError) as caught:
        await asked(server(listen, lambda _: http(404, error)))
    assert caught.value.message.isprintable()


async def test_an_ambiguous_model_fails_with_the_first_question(listen: Listen) -> None:
    listener = listen(lambda _: http(200, b'{"object": "list", "data": [{"id": "a"}, {"id": "b"}]}'))
    endpoint = find_endpoint(Config(url=listener.url), {})
    assert endpoint is not None
    with pytest.raises(EndpointError, match="several models that can chat: a, b"):
        await ask(endpoint, QUESTION)
