"""Conversations with several turns, tools and images, by both interfaces."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.models.double import Listener, delta, events, http, usage
from support.endpoint import ScriptedEndpoint
from support.llama_cpp import LlamaServer, serve
from support.tiny_gguf import write_scripted_model
from workhorse_core.errors import AnswerMalformed, AnswerTruncated, EndpointError
from workhorse_core.models.chat.ollama import Ollama
from workhorse_core.models.chat.openai_compatible import OpenAICompatible
from workhorse_core.models.conversation import (
    Conversation,
    Image,
    Message,
    Role,
    Tool,
    ToolCall,
    system,
    tool_result,
    user,
)
from workhorse_core.models.discovery.conformance import Conformance, Switch
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.models.events import Event, Finished, FinishReason, ReasoningDelta, TextDelta, Usage
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.masking import MaskingEndpoint
from workhorse_core.models.privacy.secrets import STEM
from workhorse_core.models.question import Turn, read_turn

Listen = Callable[..., Listener]
EDIT = Tool("edit", "Replace text.", {"type": "object", "properties": {"old": {"type": "string"}}, "required": ["old"]})
CALL = ToolCall("c1", "edit", '{"old": "a"}')
PNG = Image(b"\x89PNG...")
START = Conversation((system("s"), user("Edit it.")), tools=(EDIT,))
SECOND = START.plus(Message(Role.ASSISTANT, "I will.", calls=(CALL,)), tool_result(CALL, "done"), user("And now?", PNG))


def piece(index: int | None, **function: str) -> dict[str, object]:
    given = {"id": function.pop("id")} if "id" in function else {}
    return {**({} if index is None else {"index": index}), **given, "type": "function", "function": function}


def calls(*pieces: dict[str, object]) -> dict[str, object]:
    return delta(tool_calls=list(pieces))


def openai(listen: Listen, *chunks: object) -> tuple[Listener, OpenAICompatible]:
    listener = listen(lambda request: events(*chunks) if b"/chat/completions " in request else http(404, b"{}"))
    return listener, OpenAICompatible(Access(listener.url, "m"))


def ollama(listen: Listen, *lines: object) -> tuple[Listener, Ollama]:
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    def respond(request: bytes) -> bytes:
        if b"POST /api/chat " in request:
            return http(200, body, "application/x-ndjson")
        if b"/api/show " in request:
            return http(200, b'{"capabilities": ["completion", "tools"], "model_info": {}}')
        return http(200, b'{"models": []}')

    listener = listen(respond)
    return listener, Ollama(Access(listener.url, "m"))


async def turn(endpoint: Endpoint, conversation: Conversation = START) -> Turn:
    try:
        return await read_turn(endpoint, conversation)
    finally:
        await endpoint.close()


def native_body(listener: Listener) -> dict[str, object]:
    (request,) = [request for request in listener.received if request.startswith(b"POST /api/chat ")]
    found: dict[str, object] = json.loads(request.partition(b"\r\n\r\n")[2])
    return found


# -- tool calls


async def test_a_call_that_comes_in_pieces_is_whole(listen: Listen) -> None:
    _, endpoint = openai(
        listen,
        delta(role="assistant", content="Let me see."),
        calls(piece(0, id="c1", name="edit", arguments="")),
        *(calls(piece(0, arguments=part)) for part in ('{"ol', 'd": ', '"a"}')),
        delta("tool_calls"),
        usage(300),
    )
    found = await turn(endpoint)
    assert (found.text, found.reason) == ("Let me see.", FinishReason.TOOL_CALLS)
    assert found.calls == (CALL,)
    assert found.calls[0].arguments == {"old": "a"}
    assert found.usage.prompt_tokens == 300


PARALLEL = {
    "by index, mixed": [
        calls(piece(0, id="c1", name="edit", arguments='{"old"')),
        calls(piece(1, id="c2", name="edit", arguments='{"old": ')),
        calls(piece(0, arguments=': "a"}'), piece(1, arguments='"b"}')),
    ],
    "whole, each in a chunk": [
        calls(piece(0, id="c1", name="edit", arguments='{"old": "a"}')),
        calls(piece(1, id="c2", name="edit", arguments='{"old": "b"}')),
    ],
    "all with index 0": [
        calls(piece(0, id="c1", name="edit", arguments='{"old": "a"}')),
        calls(piece(0, id="c2", name="edit", arguments='{"old": "b"}')),
    ],
    "without any index": [
        calls(piece(None, id="c1", name="edit", arguments='{"old": "a"}')),
        calls(piece(None, id="c2", name="edit", arguments='{"old": ')),
        calls(piece(None, arguments='"b"}')),
    ],
    "in one chunk": [
        calls(
            piece(0, id="c1", name="edit", arguments='{"old": "a"}'),
            piece(1, id="c2", name="edit", arguments='{"old": "b"}'),
        )
    ],
}


@pytest.mark.parametrize("how", PARALLEL)
@pytest.mark.parametrize("finish", ["tool_calls", "stop", "tool_use"])
async def test_parallel_calls_are_distinguished(listen: Listen, how: str, finish: str) -> None:
    _, endpoint = openai(listen, *PARALLEL[how], delta(finish))
    found = await turn(endpoint)
    assert found.calls == (CALL, ToolCall("c2", "edit", '{"old": "b"}'))
    assert found.reason is FinishReason.TOOL_CALLS


@pytest.mark.parametrize("text", ["not json", '{"old": ', '["a"]', "7", "[" * 500])
async def test_arguments_that_are_no_object_are_a_value(listen: Listen, text: str) -> None:
    _, endpoint = openai(listen, calls(piece(0, id="c1", name="edit", arguments=text)), delta("tool_calls"))
    (call,) = (await turn(endpoint)).calls
    assert (call.text, call.arguments) == (text, None)


async def test_a_call_without_arguments_or_id_has_both(listen: Listen) -> None:
    _, endpoint = openai(listen, calls(piece(0, name="list"), piece(1, name="look")), delta("tool_calls"))
    found = (await turn(endpoint)).calls
    assert [(call.name, call.arguments) for call in found] == [("list", {}), ("look", {})]
    assert len({call.id for call in found}) == 2


@pytest.mark.parametrize("end", [[delta("length")], []])
async def test_calls_that_are_cut_off_are_no_turn(listen: Listen, end: list[object]) -> None:
    _, endpoint = openai(listen, calls(piece(0, id="c1", name="edit", arguments='{"old": ')), *end)
    with pytest.raises(AnswerTruncated):
        await turn(endpoint)


async def test_calls_without_end_are_given_up(listen: Listen) -> None:
    _, endpoint = openai(listen, *(calls(piece(n, id=f"c{n}", name="edit", arguments="{}")) for n in range(1000)))
    with pytest.raises(AnswerMalformed, match="more than 64 tools"):
        await turn(endpoint)


async def test_arguments_without_end_are_given_up(listen: Listen) -> None:
    _, endpoint = openai(listen, *(calls(piece(0, arguments=f"{n} words " * 20)) for n in range(5000)))
    with pytest.raises(EndpointError):
        await turn(endpoint)


async def test_ollamas_calls_are_objects(listen: Listen) -> None:
    call = {"function": {"name": "edit", "arguments": {"old": "a"}}}
    other = {"function": {"name": "edit", "arguments": {"old": "b"}}}
    _, endpoint = ollama(
        listen,
        {"message": {"role": "assistant", "content": "", "tool_calls": [call, other]}, "done": False},
        {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop", "prompt_eval_count": 90},
    )
    found = await turn(endpoint)
    assert [call.arguments for call in found.calls] == [{"old": "a"}, {"old": "b"}]
    assert found.reason is FinishReason.TOOL_CALLS


WRITTEN = '{"name": "edit", "arguments": {"old": "a"}}'


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN,  # Qwen2.5-Coder by llama.cpp
        f"```json\n{WRITTEN}\n```",
        f"<tool_call>\n{WRITTEN}\n</tool_call>",
        f"[TOOL_CALLS] [{WRITTEN}]",
        '{"name": "edit", "parameters": {"old": "a"}}',
        '{"type": "function", "function": {"name": "edit", "arguments": {"old": "a"}}}',
    ],
)
async def test_a_call_that_is_written_as_text_is_a_call(listen: Listen, text: str) -> None:
    _, endpoint = openai(listen, delta(content=text), delta("stop"))
    found = await turn(endpoint)
    assert [(call.name, call.arguments) for call in found.calls] == [("edit", {"old": "a"})]
    assert (found.text, found.reason) == ("", FinishReason.TOOL_CALLS)


async def test_several_calls_that_are_written_as_text_are_all_calls(listen: Listen) -> None:
    _, endpoint = openai(listen, delta(content=f"<tool_call>{WRITTEN}</tool_call>\n" * 2), delta("stop"))
    assert len({call.id for call in (await turn(endpoint)).calls}) == 2


@pytest.mark.parametrize(
    "text",
    [
        f"I would call {WRITTEN}",
        f"```json\n{WRITTEN}\n```\nShall I?",
        '{"name": "delete", "arguments": {"old": "a"}}',
        '{"name": "edit", "arguments": "a"}',
        '{"name": "edit"}',
        f"{WRITTEN} and then",
        "[]",
    ],
)
async def test_text_that_only_mentions_a_call_stays_text(listen: Listen, text: str) -> None:
    _, endpoint = openai(listen, delta(content=text), delta("stop"))
    found = await turn(endpoint)
    assert (found.text, found.calls) == (text, ())


# -- what is sent


async def test_turns_tools_and_images_are_sent_as_openai_reads_them(listen: Listen) -> None:
    listener, endpoint = openai(listen, delta(content="Yes."), delta("stop"))
    assert (await turn(endpoint, SECOND)).text == "Yes."
    (body,) = listener.bodies
    assert body["tools"] == [{"type": "function", "function": EDIT._asdict()}]
    assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant", "tool", "user"]
    assistant, tool, last = body["messages"][2:]
    assert assistant["tool_calls"] == [
        {"id": "c1", "type": "function", "function": {"name": "edit", "arguments": '{"old": "a"}'}}
    ]
    assert (tool["tool_call_id"], tool["content"]) == ("c1", "done")
    assert [part["type"] for part in last["content"]] == ["text", "image_url"]
    assert last["content"][1]["image_url"]["url"] == "data:image/png;base64,iVBORy4uLg=="


async def test_turns_tools_and_images_are_sent_as_ollama_reads_them(listen: Listen) -> None:
    listener, endpoint = ollama(
        listen, {"message": {"content": "Yes."}, "done": True, "done_reason": "stop", "prompt_eval_count": 90}
    )
    assert (await turn(endpoint, SECOND)).text == "Yes."
    body = native_body(listener)
    messages = body["messages"]
    assert isinstance(messages, list)
    assert messages[2]["tool_calls"] == [{"function": {"name": "edit", "arguments": {"old": "a"}}}]
    assert (messages[3]["role"], messages[3]["tool_name"]) == ("tool", "edit")
    assert messages[4]["images"] == ["iVBORy4uLg=="]
    assert body["tools"] == [{"type": "function", "function": EDIT._asdict()}]


async def test_arguments_that_are_no_json_are_sent_back_as_json(listen: Listen) -> None:
    listener, endpoint = openai(listen, delta(content="Sorry."), delta("stop"))
    bad = ToolCall("c1", "edit", "not json")
    await turn(
        endpoint, START.plus(Message(Role.ASSISTANT, calls=(bad,)), tool_result(bad, "The arguments are no JSON."))
    )
    arguments = listener.bodies[0]["messages"][2]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(arguments) == {"text": "not json"}


# -- reasoning


async def test_reasoning_is_an_event_of_its_own(listen: Listen) -> None:
    _, endpoint = openai(
        listen, delta(reasoning_content="Hm, "), delta(reasoning_content="yes."), delta(content="42"), delta("stop")
    )
    found = await turn(endpoint, Conversation((user("?"),)))
    assert (found.reasoning, found.text) == ("Hm, yes.", "42")
    assert found.as_message() == Message(Role.ASSISTANT, "42")


async def test_reasoning_in_the_text_is_separated(listen: Listen) -> None:
    _, endpoint = openai(listen, delta(content="<think>Hm.</think>"), delta(content="42"), delta("stop"))
    found = await turn(endpoint, Conversation((user("?"),)))
    assert (found.reasoning.strip(), found.text) == ("<think>Hm.</think>", "42")


async def test_text_comes_as_it_is_written_where_the_model_is_known_not_to_think(listen: Listen) -> None:
    known = Conformance("x", "m", "", Switch.NOT_NEEDED)
    listener, _ = openai(listen, *(delta(content=word) for word in ("one ", "two ", "three")), delta("stop"))
    endpoint = OpenAICompatible(Access(listener.url, "m"), known=known)
    got = [event async for event in endpoint.stream(Conversation((user("?"),)))]
    await endpoint.close()
    assert got[:3] == [TextDelta("one "), TextDelta("two "), TextDelta("three")]


# -- secrets

SECRET = "S3cr3t!pass-word"
ASSIGNED = f'password = "{SECRET}"'


async def test_secrets_are_masked_in_every_part_and_restored_in_calls() -> None:
    call = ToolCall("c1", "edit", json.dumps({"password": SECRET, "lines": [ASSIGNED]}))
    tool = Tool("edit", ASSIGNED, {"type": "object", "description": ASSIGNED, "properties": {}})
    inner = ScriptedEndpoint(lambda asked: ToolCall("c2", "edit", json.dumps({"old": f"{STEM}1"})))
    conversation = Conversation(
        (
            system(ASSIGNED),
            user(ASSIGNED),
            Message(Role.ASSISTANT, ASSIGNED, calls=(call,)),
            tool_result(call, ASSIGNED),
        ),
        tools=(tool,),
        schema={"type": "object", "properties": {"x": {"enum": [ASSIGNED]}}},
    )
    found = await read_turn(MaskingEndpoint(inner), conversation)
    assert SECRET not in repr(inner.conversations[0])
    assert found.calls[0].arguments == {"old": SECRET}


@pytest.mark.parametrize("size", [1, 3, 7, 100])
async def test_a_placeholder_that_is_split_over_deltas_is_restored(size: int) -> None:
    def script(conversation: Conversation) -> tuple[Event, ...]:
        text = f"It is {STEM}1, and {STEM}1."
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        return (*map(ReasoningDelta, pieces), *map(TextDelta, pieces), Usage("m"), Finished(FinishReason.STOP))

    found = await read_turn(MaskingEndpoint(ScriptedEndpoint(script)), Conversation((user(ASSIGNED),)))
    assert found.text == found.reasoning == f"It is {SECRET}, and {SECRET}."


# -- the real llama.cpp


async def test_two_turns_of_text_by_the_real_llama_cpp(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    write_scripted_model(path, {"FIRST": "One.", "SECOND": "Two.", "": "Nothing."})
    with serve(LlamaServer(path, context=4096)) as root:
        endpoint = OpenAICompatible(Access(root))
        start = Conversation((system("s"), user("FIRST")))
        first = await read_turn(endpoint, start)
        second = await read_turn(endpoint, start.plus(first.as_message(), user("SECOND")))
        await endpoint.close()
    assert (first.text, second.text) == ("One.", "Two.")
    assert second.usage.prompt_tokens > first.usage.prompt_tokens
    assert second.usage.cached_tokens > 0
