"""The means of waiting for a server: a notice to the user, and the passing of time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


def be_silent(words: str) -> None:
    """Show nothing."""
    del words


@dataclass(frozen=True, slots=True)
class Pause:
    """The two functions of waiting: ``notify`` shows the user a sentence, ``sleep`` lets seconds pass."""

    notify: Callable[[str], None] = be_silent
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
