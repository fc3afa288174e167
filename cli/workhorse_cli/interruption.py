"""Interruption of a run by ^C, or by SIGTERM where ^C is ignored."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run_interruptible(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` like `asyncio.run`; SIGTERM cancels it like ^C.

    A process that a shell starts in the background ignores ^C, and asyncio then has no handler to lend: a
    KeyboardInterrupt that is raised wherever the event loop stands can leave a task unended.

    Raises:
        KeyboardInterrupt: A signal cancelled the work, which has cleaned up.
    """
    before = signal.getsignal(signal.SIGTERM)
    try:
        return asyncio.run(_cancelled_by_sigterm(work))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGTERM, before)  # asyncio leaves the system's own


async def _cancelled_by_sigterm(work: Coroutine[Any, Any, T]) -> T:
    task = asyncio.current_task()
    if task and sys.platform != "win32":  # which sends no SIGTERM
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work
