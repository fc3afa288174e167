"""Worker processes: started when there is work, kept for a while, ended with their client."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from pathlib import Path

from workhorse_core.errors import WorkhorseError
from workhorse_core.services.session import Overrides, Session
from workhorse_core.services.workers.protocol import (
    CANCEL,
    LAST,
    Message,
    ModelFound,
    ModelRequest,
    ModelsFound,
    ModelsRequest,
    RegionsFound,
    TaskRequest,
    WorkerFailed,
    decode,
    encode,
)

MOST = 4
"""Tasks that run at the same time; more wait for their turn."""

WORKER = (sys.executable, "-I", "-m", "workhorse_core.services.workers.process")
_IDLE_SECONDS = 60.0
_CANCEL_SECONDS = 3.0
"""How long a worker may take to cancel: while it imports or computes it reads nothing. After that it is killed."""
_LONGEST_LINE = 256 * 1024 * 1024


class WorkerPool:
    """Runs requests in worker processes."""

    def __init__(self, command: Sequence[str] = WORKER) -> None:
        self._command = command
        self._idle: list[Process] = []
        self._all: set[Process] = set()
        self._turns = asyncio.Semaphore(MOST)

    async def run(self, request: TaskRequest) -> AsyncGenerator[Message]:
        """Run a task. Closing the generator cancels it; an unfinished job is then discarded.

        Yields:
            Its messages; the last is an :data:`~workhorse_core.services.workers.protocol.Outcome`.
        """
        async with self._turns:
            process = self._idle.pop() if self._idle else await self._start()
            job, done = request.job, False
            try:
                _write(process, encode(request))
                while not done:
                    message = await _read(process)
                    job = message.job if isinstance(message, RegionsFound) else job
                    done = isinstance(message, LAST)
                    if done:
                        self._rest(process)
                    yield message
            finally:
                if not done:
                    _write(process, CANCEL)
                    await asyncio.shield(self._end_task(process, request.start, job))

    async def find_model(self, overrides: Overrides) -> ModelFound:
        """Find the server and model that a task would ask."""
        process = self._idle.pop() if self._idle else await self._start()
        _write(process, encode(ModelRequest(overrides)))
        message = await _read(process)
        self._rest(process)
        return message if isinstance(message, ModelFound) else ModelFound(None, None)

    async def list_models(self) -> ModelsFound:
        """List the model servers that answer, and their models."""
        process = self._idle.pop() if self._idle else await self._start()
        _write(process, encode(ModelsRequest()))
        message = await _read(process)
        self._rest(process)
        return message if isinstance(message, ModelsFound) else ModelsFound()

    async def _end_task(self, process: Process, start: str, job: str | None) -> None:
        """Wait until a worker has cancelled its task and discarded the job; if it does not, kill it and discard."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_CANCEL_SECONDS):
                while not isinstance(message := await _read(process), LAST):
                    job = message.job if isinstance(message, RegionsFound) else job
            if not isinstance(message, WorkerFailed):
                self._rest(process)
                return
        self._end(process)
        await process.wait()  # its locks are released now
        if job:
            await asyncio.to_thread(_discard_unfinished, start, job)

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

    async def close(self) -> None:
        """Kill every worker, and wait until all have ended."""
        ending = [*self._all]
        self.kill()
        for process in ending:
            await process.wait()

    def kill(self) -> None:
        """Kill every worker, where there is no event loop to wait in."""
        for process in [*self._all]:
            self._end(process)


def _write(process: Process, line: bytes) -> None:
    assert process.stdin is not None
    with suppress(ConnectionError):
        process.stdin.write(line)


async def _read(process: Process) -> Message:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line.endswith(b"\n"):
        return WorkerFailed("the worker process has ended")
    message: Message = decode(line)
    return message


def _discard_unfinished(start: str, job: str) -> None:
    """Discard the job of a worker that was killed while it drafted."""
    from workhorse_core.jobs.job import JobStatus
    from workhorse_core.services.review import discard

    with Session(Path(start)) as session, suppress(WorkhorseError):
        found = session.find_job(job)
        if found.status is JobStatus.DRAFTING:
            discard(session.repository, session.ledger, found)
