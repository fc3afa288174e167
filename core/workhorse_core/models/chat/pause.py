"""The means of waiting for a server: what is shown meanwhile, and how time passes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


def be_silent(words: str) -> None:
    """Show nothing."""
    del words


@dataclass(frozen=True, slots=True)
class Pause:
    """What waiting takes: ``say`` shows the user a sentence, ``sleep`` waits for so many seconds."""

    say: Callable[[str], None] = be_silent
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
