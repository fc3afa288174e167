"""Questions to the real llama.cpp server: whole answers come through, and nothing else does."""

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.models.speeches import CODE, LEAKED, SUM
from support.llama_cpp import LlamaServer, serve
from support.tiny_gguf import write_random_model
from workhorse_core.errors import AnswerMalformed, AnswerTruncated, EndpointError, PromptTooLong
from workhorse_core.models.chat.openai_compatible import OpenAICompatible
from workhorse_core.models.endpoint import Question
from workhorse_core.models.privacy.access import Access

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


def ask(region: str, *, schema: dict | None = None, max_tokens: int = 200) -> Question:
    return Question("You write docstrings.", "import math", region, schema, max_tokens)


async def test_the_answer_comes_as_the_model_wrote_it(endpoint: OpenAICompatible) -> None:
    answer = await endpoint.answer(ask("CODE"))
    assert answer.text == CODE


async def test_the_answer_says_which_model_wrote_it_and_what_it_cost(endpoint: OpenAICompatible) -> None:
    answer = await endpoint.answer(ask("SUM"))
    assert answer.model == endpoint.model == "tiny"
    assert answer.prompt_tokens > 20
    assert answer.completion_tokens > 5
    assert answer.seconds > 0


async def test_a_schema_is_obeyed_by_a_model_that_fits_it(endpoint: OpenAICompatible) -> None:
    answer = await endpoint.answer(ask("SUM", schema=SCHEMA))
    assert json.loads(answer.text) == json.loads(SUM)


async def test_a_schema_is_forced_on_random_weights(tmp_path: Path) -> None:
    write_random_model(tmp_path / "random.gguf")
    with serve(LlamaServer(tmp_path / "random.gguf")) as root:
        endpoint = OpenAICompatible(Access(root))
        for number in range(5):
            answer = await endpoint.answer(ask(f"region {number}", schema=SCHEMA, max_tokens=400))
            assert json.loads(answer.text).keys() == {"summary", "returns"}
        await endpoint.close()


async def test_thinking_is_switched_off(endpoint: OpenAICompatible) -> None:
    # The script has some 60 characters of reasoning, of which nothing is paid for.
    answer = await endpoint.answer(ask("SUM"))
    assert answer.completion_tokens < len(SUM) / 6 + 5


async def test_leaked_thinking_is_kept_out(endpoint: OpenAICompatible) -> None:
    assert (await endpoint.answer(ask("LEAK"))).text.strip() == LEAKED
    assert (await endpoint.answer(ask("LOST"))).text.strip() == "After all."


async def test_thinking_alone_is_no_answer(endpoint: OpenAICompatible) -> None:
    with pytest.raises(AnswerMalformed, match="only thought"):
        await endpoint.answer(ask("ONLY"))


async def test_an_answer_past_its_limit_is_truncated(endless: str) -> None:
    endpoint = OpenAICompatible(Access(endless))
    with pytest.raises(AnswerTruncated, match="within 20 tokens"):
        await endpoint.answer(ask("anything", max_tokens=20))
    await endpoint.close()


async def test_an_answer_that_fills_the_context_is_truncated(endless_model: Path) -> None:
    with serve(LlamaServer(endless_model, context=512)) as root:
        endpoint = OpenAICompatible(Access(root))
        with pytest.raises(AnswerTruncated, match="cut off at the limit"):
            await endpoint.answer(ask("anything", max_tokens=400))
        await endpoint.close()


async def test_a_question_that_does_not_fit_is_refused_before_it_is_asked(endpoint: OpenAICompatible) -> None:
    question = ask("CODE " + "word " * 2000)
    with pytest.raises(PromptTooLong, match=r"needs \d{5} tokens and up to 200 .* holds 4096") as caught:
        await endpoint.answer(question)
    assert "larger context" in caught.value.hint


async def test_a_question_that_just_fits_is_asked(endpoint: OpenAICompatible) -> None:
    # More bytes than the context has tokens, so that the server has to count: blanks are merged by its tokenizer.
    question = ask("CODE" + " " * 6000, max_tokens=100)
    answer = await endpoint.answer(question)
    assert answer.text == CODE
    assert answer.prompt_tokens < 4096


async def test_the_servers_own_refusal_is_understood_too(llama: str) -> None:
    endpoint = OpenAICompatible(Access(llama))
    await endpoint.answer(ask("CODE"))
    assert endpoint._server is not None
    endpoint._server = type(endpoint._server)(endpoint._server.kind, endpoint._server.models)  # as if it told nothing
    with pytest.raises(PromptTooLong, match=r"\d{5} tokens.*4096"):
        await endpoint.answer(ask("word " * 3000))
    await endpoint.close()


async def test_what_the_server_tells_is_known_after_the_first_question(endpoint: OpenAICompatible) -> None:
    assert (endpoint.lanes, endpoint.context_tokens) == (1, None)
    await endpoint.answer(ask("CODE"))
    assert (endpoint.lanes, endpoint.context_tokens) == (2, 4096)


async def test_questions_in_all_lanes_get_their_own_answers(endpoint: OpenAICompatible) -> None:
    marks = ["CODE", "SUM", "LOST"] * 4
    answers = await asyncio.gather(*(endpoint.answer(ask(mark)) for mark in marks))
    assert [answer.text.strip() for answer in answers] == [CODE.strip(), SUM, "After all."] * 4


async def test_slots_that_share_one_context_do_not_fail_each_other(endless_model: Path) -> None:
    # By default llama.cpp promises the whole context to every slot; four of these need half as much again.
    with serve(LlamaServer(endless_model, context=2048, slots=4, unified=True)) as root:
        endpoint = OpenAICompatible(Access(root))
        questions = [ask("word " * 110 + str(number), schema=LONG_SCHEMA, max_tokens=250) for number in range(6)]
        answers = await asyncio.gather(*(endpoint.answer(question) for question in questions))
        assert all(len(json.loads(answer.text)["text"]) == 150 for answer in answers)
        assert (endpoint.lanes, endpoint.context_tokens) == (4, 2048)
        await endpoint.close()


def is_busy(root: str) -> bool:
    with urllib.request.urlopen(f"{root}/slots") as response:
        return any(slot["is_processing"] for slot in json.load(response))


async def wait_until(root: str, busy: bool) -> None:
    """Ask gently: whoever polls fast keeps llama.cpp from looking whether the client is still there."""
    for _ in range(40):
        if await asyncio.to_thread(is_busy, root) is busy:
            return
        await asyncio.sleep(0.25)
    raise AssertionError(f"The slot did not become {'busy' if busy else 'free'}.")


async def test_cancelling_frees_the_servers_slot(endless: str) -> None:
    endpoint = OpenAICompatible(Access(endless))
    task = asyncio.create_task(endpoint.answer(ask("anything", max_tokens=30_000)))
    await wait_until(endless, busy=True)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await wait_until(endless, busy=False)
    await endpoint.close()


async def test_giving_up_a_long_answer_frees_the_servers_slot(endless: str) -> None:
    endpoint = OpenAICompatible(Access(endless, timeout=0.5))
    with pytest.raises(AnswerTruncated, match=r"not complete after 0\.5 seconds"):
        await endpoint.answer(ask("anything", max_tokens=30_000))
    await wait_until(endless, busy=False)
    await endpoint.close()


async def test_a_key_opens_the_server_and_nothing_else_does(scripted_model: Path) -> None:
    with serve(LlamaServer(scripted_model, key="right")) as root:
        opened = OpenAICompatible(Access(root, key="right", key_name="MY_KEY"))
        assert (await opened.answer(ask("CODE"))).text == CODE
        await opened.close()

        wrong = OpenAICompatible(Access(root, key="wrong", key_name="MY_KEY"))
        with pytest.raises(EndpointError, match="does not accept the key in MY_KEY"):
            await wrong.answer(ask("CODE"))
        await wrong.close()

        without = OpenAICompatible(Access(root))
        with pytest.raises(EndpointError, match="wants an API key") as caught:
            await without.answer(ask("CODE"))
        assert "api_key_env" in caught.value.hint
        await without.close()


async def test_the_key_is_never_shown(scripted_model: Path) -> None:
    with serve(LlamaServer(scripted_model, key="right")) as root:
        endpoint = OpenAICompatible(Access(root, key="s3cret-value", key_name="MY_KEY"))
        with pytest.raises(EndpointError) as caught:
            await endpoint.answer(ask("CODE"))
        assert "s3cret-value" not in caught.value.message + caught.value.hint + repr(caught.value)
        assert "s3cret-value" not in repr(Access(root, key="s3cret-value"))
        await endpoint.close()


async def test_text_that_no_file_could_hold_is_sent_all_the_same(endpoint: OpenAICompatible) -> None:
    assert (await endpoint.answer(ask("CODE \udc80 \x00 \u2028"))).text == CODE
