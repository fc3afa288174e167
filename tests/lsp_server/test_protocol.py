"""The JSON-RPC of pygls, without what it keeps for ever."""

import asyncio
from collections.abc import Generator
from typing import Any

import pytest

from workhorse_lsp_server.features import make_server


async def waits(words: str) -> str:
    await asyncio.sleep(0)
    return words


def answers(words: str) -> str:
    return words


def delegates(words: str) -> Generator[Any, Any, str]:
    return (yield waits, (words,), {})


async def fails(words: str) -> str:
    raise ValueError(words)


@pytest.mark.parametrize("handler", [waits, answers, delegates, fails])
async def test_a_handler_that_has_ended_is_not_kept(handler: Any) -> None:
    protocol: Any = make_server().protocol
    ended: list[Any] = []
    protocol._execute_handler("of-a-notification", handler, ended.append, args=("words",))
    while not ended:
        await asyncio.sleep(0)
    assert protocol._request_futures == {}
    assert str(ended[0].exception() or ended[0].result()) == "words"
