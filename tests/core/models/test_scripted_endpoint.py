"""The endpoint that tests choose the answers of."""

import asyncio

import pytest

from support.endpoint import ScriptedEndpoint, Stall, in_turn
from workhorse_core.errors import AnswerTruncated, EndpointError
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.models.events import Finished, FinishReason, TextDelta, Usage
from workhorse_core.models.question import Question, ask


def make_question(region: str) -> Question:
    return Question("system", "context", region)


async def test_a_scripted_endpoint_is_an_endpoint() -> None:
    endpoint: Endpoint = ScriptedEndpoint("yes")
    assert (await ask(endpoint, make_question("a"))).text == "yes"


async def test_replies_are_chosen_by_marker_and_conversations_recorded() -> None:
    endpoint = ScriptedEndpoint(
        {"def a": "A", "def b": (TextDelta("B"), Usage("big", 7), Finished(FinishReason.STOP)), "": "else"}
    )
    assert (await ask(endpoint, make_question("def a(): ..."))).text == "A"
    assert (await ask(endpoint, make_question("def b(): ..."))).prompt_tokens == 7
    assert (await ask(endpoint, make_question("def c(): ..."))).text == "else"
    assert [found.messages[-1].text[9:14] for found in endpoint.conversations] == ["def a", "def b", "def c"]


async def test_replies_are_chosen_by_function_and_in_turn() -> None:
    endpoint = ScriptedEndpoint(lambda conversation: conversation.messages[-1].text.upper())
    assert (await ask(endpoint, make_question("a"))).text == "CONTEXT\n\nA"
    endpoint = ScriptedEndpoint(in_turn(["one", "two"]))
    assert [(await ask(endpoint, make_question("a"))).text for _ in range(3)] == ["one", "two", "two"]


async def test_scripted_errors_are_raised() -> None:
    endpoint = ScriptedEndpoint(AnswerTruncated("Cut."))
    with pytest.raises(AnswerTruncated):
        await ask(endpoint, make_question("a"))
    with pytest.raises(EndpointError):
        await ask(ScriptedEndpoint({"b": "B"}), make_question("a"))


async def test_a_stall_ends_when_cancelled_or_released() -> None:
    release = asyncio.Event()
    endpoint = ScriptedEndpoint({"a": Stall(), "b": Stall(release, "at last")}, lanes=2)
    first, second = (asyncio.create_task(ask(endpoint, make_question(name))) for name in "ab")
    async with asyncio.timeout(30):
        while endpoint.busiest < 2:
            await asyncio.sleep(0)
    first.cancel()
    release.set()
    assert (await second).text == "at last"
    with pytest.raises(asyncio.CancelledError):
        await first
    assert endpoint.cancelled == 1


async def test_closing_is_recorded() -> None:
    endpoint = ScriptedEndpoint("yes")
    await endpoint.close()
    assert endpoint.closed
