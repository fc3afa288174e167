"""A client of a language server: one request after another, in a process that stays between them."""

import json
import os
import subprocess
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Timer
from typing import Any

from workhorse_core.tools.process import Reach, stop_group, tool_command, tool_environment
from workhorse_core.tools.tool import Tool
from workhorse_core.workspace.project import Project


class ServerEndedError(Exception):
    """The server ended, took too long, or refused a request; the message is the reason."""


class LanguageServer:
    """A process that is asked by the Language Server Protocol; every call blocks, so call it from a thread.

    Args:
        tool: How it is started.
        project: Whose environment it gets.
        folder: Where it runs.
        reach: What it may read and write in the sandbox.
        configuration: Returns the client's settings of a section, None where there are none.
    """

    def __init__(
        self, tool: Tool, project: Project, folder: Path, reach: Reach, configuration: Callable[[str], Any]
    ) -> None:
        self._configuration = configuration
        command = tool_command(tool, project, folder, reach, lasting=True)
        self._parent = os.getpid() if command == tool.command else None  # the sandbox has process ids of its own
        self._number = 0
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env=tool_environment(project),
                start_new_session=os.name != "nt",
            )
        except OSError as error:
            raise ServerEndedError(f"{tool.name} could not be started: {error.strerror}") from error
        self._finalizer = weakref.finalize(self, _end, self._process)

    def close(self) -> None:
        """End the process; it ends anyway when this object is collected."""
        self._finalizer()

    def initialize(self, root: Path, capabilities: Any) -> None:
        """Open a session with one folder as the workspace.

        Raises:
            ServerEndedError: There is no answer.
        """
        folders = [{"uri": root.as_uri(), "name": "project"}]
        begin = {"processId": self._parent, "rootUri": root.as_uri(), "capabilities": capabilities}
        self.ask("initialize", {**begin, "workspaceFolders": folders}, 60)
        self.tell("initialized", {})

    def tell(self, method: str, parameters: Any) -> None:
        """Send a notification."""
        self._write({"jsonrpc": "2.0", "method": method, "params": parameters})

    def ask(self, method: str, parameters: Any, seconds: float) -> Any:
        """Send a request and return its result; requests of the server are answered meanwhile.

        Raises:
            ServerEndedError: There is no result; after ``seconds`` the server is ended.
        """
        self._number += 1
        number = self._number
        timer = Timer(seconds, _end, [self._process])
        timer.start()
        try:
            self._write({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters})
            while True:
                message = self._read()
                if "method" in message:
                    self._answer(message)
                elif message.get("id") == number:
                    if "error" in message:
                        raise ServerEndedError(str(message["error"].get("message", "it refused")))
                    return message.get("result")
        finally:
            timer.cancel()

    def _answer(self, message: Any) -> None:
        if "id" not in message:
            return
        result: Any = None
        if message["method"] == "workspace/configuration":
            result = [self._configuration(item.get("section", "")) for item in message["params"]["items"]]
        self._write({"jsonrpc": "2.0", "id": message["id"], "result": result})

    def _write(self, message: Any) -> None:
        data = json.dumps(message).encode()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise ServerEndedError("it ended") from error

    def _read(self) -> Any:
        assert self._process.stdout is not None
        length = 0
        try:
            while line := self._process.stdout.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            return json.loads(self._process.stdout.read(length)) if length else self._gone()
        except (OSError, ValueError) as error:
            raise ServerEndedError("it ended") from error

    def _gone(self) -> Any:
        raise ServerEndedError("it ended or took too long")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill the process group, and collect its exit status."""
    if process.poll() is None:
        stop_group(process.pid)
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                continue  # unsent bytes are lost with the process


def server_command(command: Sequence[str], module: str) -> tuple[str, ...] | None:
    """Turn the command of a Python tool, ``… -m NAME``, into that of its language server; None for any other."""
    return (*command[:-1], module, "--stdio") if command[-2:-1] == ("-m",) else None
