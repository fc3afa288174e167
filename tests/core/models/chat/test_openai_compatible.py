"""Questions to the real llama.cpp server: whole answers come through, and nothing else does."""

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from core.models.speeches import CODE, LEAKED, SUM
from support.llama_cpp import LlamaServer, serve
from support.tiny_gguf import write_random_model
from support.waiting import until
from workhorse_core.errors import AnswerMalformed, AnswerTruncated, EndpointError, PromptTooLong
from workhorse_core.models.chat.openai_compatible import OpenAICompatible
from workhorse_core.models.discovery.conformance import Conformance, Switch
from workhorse_core.models.discovery.server import Server, ServerKind
from workhorse_core.models.events import TextDelta
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.question import Question, ask, conversation_of

SCHEMA = {
    "type": "object",
    "properties": {
        "summary": {"type": "string", "maxLength": 60},
        "returns": {"type": "string", "maxLength": 60},
    },
    "required": ["summary", "returns"],
    "additionalProperties": False,
}

LONG_SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string", "minLength": 150, "maxLength": 150}},
    "required": ["text"],
    "additionalProperties": False,
}


@pytest.fixture
async def endpoint(llama: str) -> AsyncIterator[OpenAICompatible]:
    found = OpenAICompatible(Access(llama))
    yield found
    await found.close()


def make_question(region: str, *, schema: dict | None = None, max_tokens: int = 200) -> Question:
    return Question("You write docstrings.", "import math", region, schema, max_tokens)


async def test_the_answer_comes_as_the_model_wrote_it(endpoint: OpenAICompatible) -> None:
    answer = await ask(endpoint, make_question("CODE"))
    assert answer.text == CODE


async def test_the_answer_names_its_model_and_cost(endpoint: OpenAICompatible) -> None:
    answer = await ask(endpoint, make_question("SUM"))
    assert answer.model == endpoint.model == "tiny"
    assert answer.prompt_tokens > 20
    assert answer.completion_tokens > 5
    assert answer.seconds > 0


async def test_a_schema_is_obeyed_by_a_model_that_fits_it(endpoint: OpenAICompatible) -> None:
    answer = await ask(endpoint, make_question("SUM", schema=SCHEMA))
    assert json.loads(answer.text) == json.loads(SUM)


async def test_a_schema_is_forced_on_random_weights(tmp_path: Path) -> None:
    write_random_model(tmp_path / "random.gguf")
    with serve(LlamaServer(tmp_path / "random.gguf")) as root:
        endpoint = OpenAICompatible(Access(root))
        for number in range(5):
            answer = await ask(endpoint, make_question(f"region {number}", schema=SCHEMA, max_tokens=400))
            assert json.loads(answer.text).keys() == {"summary", "returns"}
        await endpoint.close()


async def test_thinking_is_switched_off(endpoint: OpenAICompatible) -> None:
    # The script has some 60 characters of reasoning, of which nothing is paid for.
    answer = await ask(endpoint, make_question("SUM"))
    assert answer.completion_tokens < len(SUM) / 6 + 5


async def test_leaked_thinking_is_kept_out(endpoint: OpenAICompatible) -> None:
    assert (await ask(endpoint, make_question("LEAK"))).text.strip() == LEAKED
    assert (await ask(endpoint, make_question("LOST"))).text.strip() == "After all."


async def test_thinking_alone_is_no_answer(endpoint: OpenAICompatible) -> None:
    with pytest.raises(AnswerMalformed, match="only thought"):
        await ask(endpoint, make_question("ONLY"))


async def test_an_answer_past_its_limit_is_truncated(endless: str) -> None:
    endpoint = OpenAICompatible(Access(endless))
    with pytest.raises(AnswerTruncated, match="limit of its tokens"):
        await ask(endpoint, make_question("anything", max_tokens=20))
    await endpoint.close()


async def test_an_answer_that_fills_the_context_is_truncated(endless_model: Path) -> None:
    with serve(LlamaServer(endless_model, context=512)) as root:
        endpoint = OpenAICompatible(Access(root))
        with pytest.raises(AnswerTruncated, match="cut off at the limit"):
            await ask(endpoint, make_question("anything", max_tokens=400))
        await endpoint.close()


async def test_a_question_that_does_not_fit_is_refused_before_it_is_asked(endpoint: OpenAICompatible) -> None:
    question = make_question("CODE " + "word " * 2000)
    with pytest.raises(PromptTooLong, match=r"needs \d{5} tokens and up to 200 .* holds 4096") as caught:
        await ask(endpoint, question)
    assert "larger context" in caught.value.hint


async def test_a_question_that_just_fits_is_asked(endpoint: OpenAICompatible) -> None:
    # More bytes than the context has tokens, so that the server has to count: blanks are merged by its tokenizer.
    question = make_question("CODE" + " " * 6000, max_tokens=100)
    answer = await ask(endpoint, question)
    assert answer.text == CODE
    assert answer.prompt_tokens < 4096


async def test_the_servers_own_refusal_is_understood_too(llama: str) -> None:
    endpoint = OpenAICompatible(
        Access(llama, "tiny"), Server(ServerKind.LLAMA_CPP, ("tiny",))
    )  # as if it declared nothing
    with pytest.raises(PromptTooLong, match=r"\d{5} tokens.*4096"):
        await ask(endpoint, make_question("word " * 3000))
    await endpoint.close()


async def test_the_servers_description_is_known_after_the_first_question(endpoint: OpenAICompatible) -> None:
    assert (endpoint.lanes, endpoint.context_tokens) == (1, None)
    await ask(endpoint, make_question("CODE"))
    assert (endpoint.lanes, endpoint.context_tokens) == (2, 4096)


async def test_questions_in_all_lanes_get_their_own_answers(endpoint: OpenAICompatible) -> None:
    marks = ["CODE", "SUM", "LOST"] * 4
    answers = await asyncio.gather(*(ask(endpoint, make_question(mark)) for mark in marks))
    assert [answer.text.strip() for answer in answers] == [CODE.strip(), SUM, "After all."] * 4


async def test_slots_that_share_one_context_do_not_fail_each_other(endless_model: Path) -> None:
    # By default llama.cpp promises the whole context to every slot; four of these need half as much again.
    with serve(LlamaServer(endless_model, context=2048, slots=4, unified=True)) as root:
        endpoint = OpenAICompatible(Access(root))
        questions = [
            make_question("word " * 110 + str(number), schema=LONG_SCHEMA, max_tokens=250) for number in range(6)
        ]
        answers = await asyncio.gather(*(ask(endpoint, question) for question in questions))
        assert all(len(json.loads(answer.text)["text"]) == 150 for answer in answers)
        assert (endpoint.lanes, endpoint.context_tokens) == (4, 2048)
        await endpoint.close()


def is_busy(root: str) -> bool:
    with urllib.request.urlopen(f"{root}/slots") as response:
        return any(slot["is_processing"] for slot in json.load(response))


async def wait_until(root: str, busy: bool) -> None:
    """Poll fast until it is busy, then slowly: fast polling keeps llama.cpp from noticing that the client is gone."""

    async def wanted() -> bool:
        return await asyncio.to_thread(is_busy, root) is busy

    await until(wanted, pause=0.005 if busy else 0.25)


async def test_cancelling_frees_the_servers_slot(endless: str) -> None:
    endpoint = OpenAICompatible(Access(endless))
    task = asyncio.create_task(ask(endpoint, make_question("anything", max_tokens=30_000)))
    await wait_until(endless, busy=True)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await wait_until(endless, busy=False)
    await endpoint.close()


async def test_closing_the_events_in_the_middle_frees_the_servers_slot(endless: str) -> None:
    known = Conformance("llama.cpp", "tiny", "", Switch.NOT_NEEDED)  # so that text comes as it is written
    endpoint = OpenAICompatible(Access(endless), known=known)
    question = make_question("anything", max_tokens=30_000)
    async with aclosing(endpoint.stream(conversation_of(question))) as events:
        async for event in events:
            assert isinstance(event, TextDelta)
            break
    await wait_until(endless, busy=False)
    await endpoint.close()


async def test_a_key_opens_the_server_and_nothing_else_does(scripted_model: Path) -> None:
    with serve(LlamaServer(scripted_model, key="right")) as root:
        opened = OpenAICompatible(Access(root, key="right", key_name="MY_KEY"))
        assert (await ask(opened, make_question("CODE"))).text == CODE
        await opened.close()

        wrong = OpenAICompatible(Access(root, key="wrong", key_name="MY_KEY"))
        with pytest.raises(EndpointError, match="does not accept the key in MY_KEY"):
            await ask(wrong, make_question("CODE"))
        await wrong.close()

        without = OpenAICompatible(Access(root))
        with pytest.raises(EndpointError, match="requires an API key") as caught:
            await ask(without, make_question("CODE"))
        assert "api_key_env" in caught.value.hint
        await without.close()


async def test_the_key_is_never_shown(scripted_model: Path) -> None:
    with serve(LlamaServer(scripted_model, key="right")) as root:
        endpoint = OpenAICompatible(Access(root, key="s3cret-value", key_name="MY_KEY"))
        with pytest.raises(EndpointError) as caught:
            await ask(endpoint, make_question("CODE"))
        assert "s3cret-value" not in caught.value.message + caught.value.hint + repr(caught.value)
        assert "s3cret-value" not in repr(Access(root, key="s3cret-value"))
        await endpoint.close()


async def test_text_that_no_file_could_hold_is_sent_all_the_same(endpoint: OpenAICompatible) -> None:
    assert (await ask(endpoint, make_question("CODE \udc80 \x00 \u2028"))).text == CODE
