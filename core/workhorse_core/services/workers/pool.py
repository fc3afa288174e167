"""The worker processes: started when there is work, kept for a while, and gone with the server."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from typing import Any

from workhorse_core.services.workers.protocol import Order, order_row, to_line

MOST = 4
"""Tasks at work at the same time; more wait for their turn."""

WORKER = (sys.executable, "-I", "-m", "workhorse_core.services.workers.process")
_IDLE_SECONDS = 60.0
_CANCEL_SECONDS = 3.0
"""So long a worker may take to let go: one that imports or computes hears nothing. Then it is ended."""
_LONGEST_LINE = 256 * 1024 * 1024
_LAST = frozenset({"finished", "cancelled", "refused", "bug"})
Said = dict[str, Any]
"""One message of a worker; "kind" says which."""


class Workers:
    """Hands orders to processes."""

    def __init__(self, command: Sequence[str] = WORKER) -> None:
        self._command = command
        self._idle: list[Process] = []
        self._all: set[Process] = set()
        self._turns = asyncio.Semaphore(MOST)

    async def carry(self, order: Order) -> AsyncGenerator[Said]:
        """Have an order carried out; closing the generator cancels it.

        Yields:
            What the worker says; the last is "finished", "cancelled", "refused" or "bug".
        """
        async with self._turns:
            process = self._idle.pop() if self._idle else await self._start()
            done = False
            try:
                _write(process, to_line(order_row(order)))
                while not done:
                    said = await _read(process)
                    done = said["kind"] in _LAST
                    if done:
                        self._rest(process)
                    yield said
            finally:
                if not done:
                    _write(process, b"cancel\n")
                    await asyncio.shield(self._await_end(process))

    async def look(self, url: str | None, model: str | None) -> dict[str, str | None]:
        """Say which model server would be asked, and for which model: "endpoint" and "model", None where nobody is."""
        process = self._idle.pop() if self._idle else await self._start()
        _write(process, to_line({"look": True, "url": url, "model": model}))
        said = await _read(process)
        self._rest(process)
        return {"endpoint": said.get("endpoint"), "model": said.get("model")}

    async def _await_end(self, process: Process) -> None:
        """Wait until a cancelled task has let go; a process that does not is ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_CANCEL_SECONDS):
                while (await _read(process))["kind"] not in _LAST:
                    pass
            self._rest(process)
            return
        self._end(process)
        await process.wait()  # only then are its locks gone

    async def _start(self) -> Process:
        process = await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE, limit=_LONGEST_LINE)
        self._all.add(process)
        return process

    def _rest(self, process: Process) -> None:
        if process.returncode is None:
            self._idle.append(process)
            asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._retire, process)

    def _retire(self, process: Process) -> None:
        if process in self._idle:
            self._idle.remove(process)
            self._end(process)

    def _end(self, process: Process) -> None:
        self._all.discard(process)
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()

    def close(self) -> None:
        """End them all."""
        for process in [*self._all]:
            self._end(process)


def _write(process: Process, line: bytes) -> None:
    assert process.stdin is not None
    with suppress(ConnectionError):
        process.stdin.write(line)


async def _read(process: Process) -> Said:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line.endswith(b"\n"):
        return {"kind": "bug", "message": "the process that did the work has ended", "trace": ""}
    said: Said = json.loads(line)
    return said
