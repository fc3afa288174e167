"""Wait for a condition, however long the machine takes, and never for a clock; the one place where a test sleeps."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from inspect import isawaitable
from typing import Any, TypeVar

_Got = TypeVar("_Got")
PATIENCE = 120.0
"""Seconds after which a condition is taken never to hold: far more than a slow machine needs."""


def wait_until(holds: Callable[[], _Got], pause: float = 0.02) -> _Got:
    """Ask again until the answer is something, and return it."""
    end = time.monotonic() + PATIENCE
    while not (answer := holds()):
        assert time.monotonic() < end, "it has not come in time"
        time.sleep(pause)
    return answer


async def until(holds: Callable[[], Any | Awaitable[Any]], *, pause: float = 0.02, patience: float = PATIENCE) -> Any:
    """Ask again until the answer is something, and return it; others work meanwhile."""
    end = time.monotonic() + patience  # asyncio.timeout may be lost in asyncio.wait_for (Python 3.11)
    while True:
        answer = holds()
        answer = await answer if isawaitable(answer) else answer
        if answer:
            return answer
        if time.monotonic() > end:
            raise TimeoutError
        await asyncio.sleep(pause)


class SkippingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time can be set forward."""

    _skipped = 0.0

    def time(self) -> float:
        return super().time() + self._skipped

    def skip(self, seconds: float) -> None:
        """Set the time forward; called from another thread, it returns when that is done."""
        passed = threading.Event()

        def go() -> None:
            self._skipped += seconds
            passed.set()

        with suppress(RuntimeError):  # it has been closed
            self.call_soon_threadsafe(go)
            passed.wait(1)
