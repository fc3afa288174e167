"""Several servers for one role."""

import asyncio

import pytest

from support.endpoint import ScriptedEndpoint, Stall
from workhorse_core.errors import AnswerMalformed, EndpointRefused, EndpointUnreachable
from workhorse_core.models.chat.pool import REST, Pool
from workhorse_core.models.locate import find_endpoint
from workhorse_core.models.privacy.masking import MaskingEndpoint
from workhorse_core.models.question import Question, ask
from workhorse_core.settings.config import Config

QUESTION = Question("s", "c", "r")
DOWN = EndpointUnreachable("No server listens.")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_each_question_goes_to_the_least_busy() -> None:
    free = asyncio.Event()
    small, large = ScriptedEndpoint(Stall(free, "small")), ScriptedEndpoint(Stall(free, "large"), lanes=3)
    pool = Pool([("small", small), ("large", large)])
    asked = [asyncio.create_task(ask(pool, QUESTION)) for _ in range(pool.lanes)]
    async with asyncio.timeout(30):
        while small.busiest + large.busiest < pool.lanes:
            await asyncio.sleep(0)
    free.set()
    await asyncio.gather(*asked)
    assert (small.busiest, large.busiest) == (1, 3)


async def test_another_answers_when_one_is_down() -> None:
    pool = Pool([("bad", ScriptedEndpoint(DOWN)), ("good", ScriptedEndpoint("yes"))])
    assert (await ask(pool, QUESTION)).text == "yes"


async def test_a_member_that_fails_three_times_in_a_row_rests_with_a_notice() -> None:
    clock, said = Clock(), list[str]()
    bad, good = ScriptedEndpoint(DOWN), ScriptedEndpoint("yes")
    pool = Pool([("bad", bad), ("good", good)], clock, said.append)
    for _ in range(10):
        await ask(pool, QUESTION)
    assert len(bad.conversations) == 3
    assert len(said) == 1
    assert said[0].startswith("bad failed 3 times in a row and is not asked for")
    clock.now += REST + 1
    bad.script = "back"
    assert (await ask(pool, QUESTION)).text == "back"
    assert said[1:] == ["bad is back."]


async def test_two_failures_with_a_success_between_are_not_three() -> None:
    replies = [DOWN, DOWN, "yes", DOWN, DOWN, "yes"]
    flaky = ScriptedEndpoint(lambda _: replies.pop(0))
    pool = Pool([("flaky", flaky), ("good", ScriptedEndpoint("good"))])
    answers = [(await ask(pool, QUESTION)).text for _ in range(6)]
    assert answers == ["good", "good", "yes", "good", "good", "yes"]


async def test_a_bad_answer_is_not_the_servers_fault() -> None:
    one, other = ScriptedEndpoint(AnswerMalformed("No JSON.")), ScriptedEndpoint("yes")
    pool = Pool([("one", one), ("other", other)])
    for _ in range(4):
        with pytest.raises(AnswerMalformed):
            await ask(pool, QUESTION)
    assert not other.conversations


async def test_when_all_rest_the_one_that_rested_longest_is_asked_all_the_same() -> None:
    pool = Pool([("one", ScriptedEndpoint(DOWN)), ("other", ScriptedEndpoint(DOWN))])
    for _ in range(5):
        with pytest.raises(EndpointUnreachable):
            await ask(pool, QUESTION)


async def test_a_cancelled_question_is_not_counted_as_busy() -> None:
    stuck = ScriptedEndpoint(Stall())
    pool = Pool([("stuck", stuck)])
    task = asyncio.create_task(ask(pool, QUESTION))
    async with asyncio.timeout(30):
        while not stuck.busiest:
            await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert stuck.cancelled == 1
    assert pool._members[0].busy == 0


def test_the_smallest_context_counts() -> None:
    sizes = (8192, None, 4096)
    pool = Pool([(str(size), ScriptedEndpoint("", context_tokens=size)) for size in sizes])
    assert pool.context_tokens == 4096


async def test_configured_urls_make_a_pool(llama: str) -> None:
    found = find_endpoint(Config(urls=(llama, f"{llama}/v1")), {})
    assert isinstance(found, MaskingEndpoint)
    assert isinstance(found.inner, Pool)
    assert (found.lanes, found.model) == (4, "tiny")
    await found.close()


def test_each_of_the_urls_must_be_allowed(llama: str) -> None:
    with pytest.raises(EndpointRefused):
        find_endpoint(Config(urls=(llama, "http://192.0.2.1/v1")), {})
