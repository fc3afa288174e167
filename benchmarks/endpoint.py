"""Measure a question to a model server, beside the bare openai client: the real llama.cpp server, tiny models.

    make bench-endpoint     (or: .venv/bin/python -I benchmarks/endpoint.py --calls 200)

Ours and the bare client ask the same, in turn, in one run, so that whatever else the machine does hits both. The model
generates a chosen docstring at thousands of tokens a second: what is left is what the clients cost. Compare ratios and
differences, not machines.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import httpx2
from openai import AsyncOpenAI

from support.llama_cpp import LlamaServer, serve
from support.tiny_gguf import Speech, write_random_model, write_scripted_model
from workhorse_core.models.chat.openai_compatible import make_body
from workhorse_core.models.chat.strategy import choose_format
from workhorse_core.models.discovery.conformance import Conformance, Switch
from workhorse_core.models.discovery.server import Server, read_server
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.models.locate import find_endpoint
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.probe.probe_call import Seen, open_line
from workhorse_core.models.question import Question, ask, conversation_of
from workhorse_core.settings.config import Config

THOUGHT = "The user wants a docstring. I look at the names, the types and what is returned. " * 6
ANSWER = '{"summary": "Clip a number to a range.", "returns": "The number, or the bound that it has passed."}'
SCHEMA = {
    "type": "object",
    "properties": {"summary": {"type": "string", "maxLength": 200}, "returns": {"type": "string", "maxLength": 200}},
    "required": ["summary", "returns"],
    "additionalProperties": False,
}
FUNCTION = "def clip(number: float, low: float, high: float) -> float:\n    return max(low, min(number, high))\n"
SYSTEM = "You write docstrings. Say what the code does, and nothing that it does not say."
QUESTION = Question(SYSTEM, FUNCTION * 20, f"DOCUMENT this function:\n{FUNCTION}", SCHEMA, 300)
"""About as long as a real one: one region, and the signatures of its file."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=200)
    options.add_argument("--cancels", type=int, default=30)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scripted, endless = Path(folder) / "scripted.gguf", Path(folder) / "endless.gguf"
        write_scripted_model(scripted, {"DOCUMENT": Speech(ANSWER, THOUGHT), "": "Nothing."})
        write_random_model(endless, stops=False)
        print("| | ours | bare openai client | goal |\n| --- | --: | --: | --: |")
        with serve(LlamaServer(scripted, context=16_384)) as root:
            asyncio.run(overhead(root, given.calls))
            asyncio.run(thinking(root, given.calls // 10))
        with serve(LlamaServer(endless, context=32_768)) as root:
            asyncio.run(cancelling(root, given.cancels))


async def overhead(root: str, calls: int) -> None:
    """The same question in turn: masked, checked and streamed by us; only streamed by the bare client."""
    endpoint = find_endpoint(Config(url=f"{root}/v1"), {})
    assert endpoint is not None
    bare = AsyncOpenAI(base_url=f"{root}/v1", api_key="none")
    ours: list[float] = []
    theirs: list[float] = []
    tokens: set[tuple[int, int]] = set()
    for number in range(calls + 5):
        if number % 2:  # neither is always the first
            mine, other = await _ask_ours(endpoint, tokens), await _ask_bare(bare)
        else:
            other, mine = await _ask_bare(bare), await _ask_ours(endpoint, tokens)
        if number >= 5:  # the first ones import and fill the prompt cache
            ours.append(mine)
            theirs.append(other)
    await endpoint.close()
    await bare.close()
    ((prompt, completion),) = tokens
    beyond = [mine - other for mine, other in zip(ours, theirs, strict=True)]
    print(f"| tokens a call: prompt, answer | {prompt}, {completion} | {prompt}, {completion} | |")
    print(f"| ms a call, p50 of {calls} | {_ms(ours)} | {_ms(theirs)} | |")
    print(f"| ms a call, p90 | {_ms(ours, 90)} | {_ms(theirs, 90)} | |")
    print(f"| ms beyond the bare client, p50 | {_ms(beyond)} | | 5 |")


async def _ask_ours(endpoint: Endpoint, tokens: set[tuple[int, int]]) -> float:
    started = perf_counter()
    answer = await ask(endpoint, QUESTION)
    spent = perf_counter() - started
    assert answer.text == ANSWER, answer
    tokens.add((answer.prompt_tokens, answer.completion_tokens))
    return spent


async def _ask_bare(client: AsyncOpenAI) -> float:
    """Ask as the library's manual does, with the very request that we send."""
    body = make_body(choose_format(conversation_of(QUESTION), None), "tiny")
    more = {"chat_template_kwargs": body.pop("chat_template_kwargs")}
    started = perf_counter()
    stream = await client.chat.completions.create(**body, extra_body=more)
    pieces = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
    spent = perf_counter() - started
    assert "".join(pieces) == ANSWER
    return spent


async def thinking(root: str, calls: int) -> None:
    """The same question with thinking left on, and with the switch that the probe finds."""
    access = Access(f"{root}/v1")
    server = read_server(access, 1.0)
    assert server is not None
    found = {switch: await _think(access, server, switch, calls) for switch in (None, Switch.TEMPLATE)}
    for switch, seen in found.items():
        words = f"off, by {switch}" if switch else "on"
        seconds = statistics.median(one.seconds for one in seen)
        print(f"| thinking {words}: tokens, ms p50 | {seen[0].tokens}, {seconds * 1000:.1f} | | |")


async def _think(access: Access, server: Server, switch: Switch | None, calls: int) -> list[Seen]:
    line = await open_line(access, server)
    known = Conformance(str(server.kind), line.model, server.digest)
    question = Question(QUESTION.system, QUESTION.context, QUESTION.region, SCHEMA, 2000)
    seen = [await line.ask(conversation_of(question), switch, known, lambda: None) for _ in range(calls)]
    await line.close()
    assert all(one.text == ANSWER and one.thought is (switch is None) for one in seen)
    return seen


async def cancelling(root: str, cancels: int) -> None:
    """An answer without an end is left in its middle; the server's own list shows when its slot is free."""
    endpoint = find_endpoint(Config(url=f"{root}/v1"), {})
    assert endpoint is not None
    question = Question("", "", "Say something.", None, 20_000)
    freed: list[float] = []
    async with httpx2.AsyncClient(base_url=root, trust_env=False) as client:
        for _ in range(cancels):
            task = asyncio.create_task(ask(endpoint, question))
            while not await _is_busy(client):
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.05)
            assert await _is_busy(client)
            started = perf_counter()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            while await _is_busy(client):
                await asyncio.sleep(0.001)
            freed.append(perf_counter() - started)
    await endpoint.close()
    print(f"| ms from a cancel to a free slot, p50 of {cancels} | {_ms(freed)} | | 50 |")
    print(f"| the slowest of them | {max(freed) * 1000:.1f} | | |")


async def _is_busy(client: httpx2.AsyncClient) -> bool:
    return bool((await client.get("/slots")).json()[0]["is_processing"])


def _ms(seconds: Sequence[float], percent: int = 50) -> str:
    return f"{statistics.quantiles(seconds, n=100)[percent - 1] * 1000:.1f}"


if __name__ == "__main__":
    main()
