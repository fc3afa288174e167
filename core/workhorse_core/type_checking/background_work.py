"""Work in a background thread with an event loop of its own, which does not keep the program alive."""

import asyncio
import weakref
from collections.abc import Coroutine
from contextlib import suppress
from threading import Thread, current_thread
from typing import Any

_PATIENCE = 2.0
"""Seconds to wait for the work to stop."""


class BackgroundWork:
    """A coroutine that runs in the background; it is cancelled at exit, and when this object is collected."""

    def __init__(self, work: Coroutine[Any, Any, None]) -> None:
        runner = asyncio.Runner()
        self._thread = Thread(target=_run, args=(runner, work), daemon=True)
        self._finalizer = weakref.finalize(self, _end, runner.get_loop(), self._thread)
        self._thread.start()

    def wait(self) -> None:
        """Wait until it ends."""
        self._thread.join()

    def close(self) -> None:
        """Cancel it, and with it the processes that it runs."""
        self._finalizer()


def _run(runner: asyncio.Runner, work: Coroutine[Any, Any, None]) -> None:
    with runner, suppress(asyncio.CancelledError):
        runner.run(work)


def _end(loop: asyncio.AbstractEventLoop, thread: Thread) -> None:
    if thread.is_alive() and thread is not current_thread():  # garbage may be collected in that very thread
        with suppress(RuntimeError):  # the loop is closed: it has ended by itself
            loop.call_soon_threadsafe(_cancel, loop)
        thread.join(_PATIENCE)


def _cancel(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
