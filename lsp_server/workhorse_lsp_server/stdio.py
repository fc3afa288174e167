"""Standard input, read by the event loop itself.

pygls reads it in threads, three turns of a thread for each message: most of what a keystroke costs, and when the
threads are busy nothing is read at all.
"""

import asyncio
import os
import stat
import sys
from contextlib import suppress
from threading import Event
from typing import Any, BinaryIO

from pygls.io_ import StdoutWriter, run_async
from pygls.lsp.server import LanguageServer


def serve_stdio(server: LanguageServer) -> None:
    """Serve standard input and output until the client goes; as pygls does, where the loop cannot wait for them."""
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    if not _can_be_awaited(stdin, stdout):
        server.start_io(stdin, stdout)
        return
    untyped: Any = server
    untyped._stop_event = Event()  # what pygls sets when it is told to exit
    server.protocol.set_writer(StdoutWriter(stdout))
    try:
        with suppress(BrokenPipeError, KeyboardInterrupt, SystemExit):
            asyncio.run(_serve(server, untyped._stop_event, stdin))
    finally:
        untyped.shutdown()


async def _serve(server: LanguageServer, over: Event, stdin: BinaryIO) -> None:
    reader = await PipeReader.open(stdin)
    await run_async(over, reader, server.protocol, error_handler=server.report_server_error)


def _can_be_awaited(stdin: BinaryIO, stdout: BinaryIO) -> bool:
    """Whether the loop can wait for it: a pipe or socket of its own, since writing to it would not wait either."""
    if sys.platform == "win32":
        return False
    try:
        into, out = os.fstat(stdin.fileno()), os.fstat(stdout.fileno())
    except (OSError, ValueError):
        return False
    is_pipe = stat.S_ISFIFO(into.st_mode) or stat.S_ISSOCK(into.st_mode)
    return is_pipe and (into.st_dev, into.st_ino) != (out.st_dev, out.st_ino)


class PipeReader:
    """Reads as pygls wants it: lines, and so many bytes; less than that only at the end."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream

    @classmethod
    async def open(cls, stdin: BinaryIO) -> "PipeReader":
        """Begin to listen."""
        stream = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), stdin)
        return cls(stream)

    async def readline(self) -> bytes:
        """Read a line; what is too long for one is no header, and is passed over."""
        while True:
            try:
                return await self._stream.readline()
            except ValueError:
                continue

    async def readexactly(self, n: int) -> bytes:
        """Read so many bytes."""
        try:
            return await self._stream.readexactly(n)
        except asyncio.IncompleteReadError as error:
            return error.partial
