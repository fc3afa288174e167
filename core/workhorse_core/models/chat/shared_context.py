"""The context that all calls under way share, on a server that promises the whole to every slot."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager


class SharedContext:
    """Counter of the tokens under way; it delays a call only once the shared size is known.

    llama.cpp gives each of its slots the whole context by default. When all of them together need more,
    every call under way fails. There is no way to query this; the failure reveals it.
    """

    def __init__(self) -> None:
        self._size: int | None = None
        self._taken = 0
        self._freed = asyncio.Event()

    def limit(self, size: int) -> None:
        """From now on no more than ``size`` tokens may be under way."""
        self._size = size

    async def wait_for_room(self, tokens: int) -> None:
        """Wait until there is room for this many; a question that is alone may always go."""
        while self._size is not None and self._taken and self._taken + tokens > self._size:
            self._freed.clear()
            await self._freed.wait()

    @contextmanager
    def take(self, tokens: int) -> Generator[None, None, None]:
        """Hold this many tokens until the block is left."""
        self._taken += tokens
        try:
            yield
        finally:
            self._taken -= tokens
            self._freed.set()
