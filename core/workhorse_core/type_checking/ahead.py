"""Work that is begun ahead of time in a thread of its own, and keeps no program from ending."""

import asyncio
import weakref
from collections.abc import Coroutine
from contextlib import suppress
from threading import Thread, current_thread
from typing import Any

_PATIENCE = 2.0
"""Seconds for stopping what is under way."""


class Ahead:
    """Does something while others go on; it is cancelled with the program, or when it is forgotten."""

    def __init__(self, work: Coroutine[Any, Any, None]) -> None:
        runner = asyncio.Runner()
        self._thread = Thread(target=_run, args=(runner, work), daemon=True)
        self._finalizer = weakref.finalize(self, _end, runner.get_loop(), self._thread)
        self._thread.start()

    def wait(self) -> None:
        """Wait for its end."""
        self._thread.join()

    def close(self) -> None:
        """Cancel it, which stops the programs that it runs."""
        self._finalizer()


def _run(runner: asyncio.Runner, work: Coroutine[Any, Any, None]) -> None:
    with runner, suppress(asyncio.CancelledError):
        runner.run(work)


def _end(loop: asyncio.AbstractEventLoop, thread: Thread) -> None:
    if thread.is_alive() and thread is not current_thread():  # garbage may be collected in that very thread
        with suppress(RuntimeError):  # its loop is closed: it has come to its end by itself
            loop.call_soon_threadsafe(_cancel, loop)
        thread.join(_PATIENCE)


def _cancel(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
