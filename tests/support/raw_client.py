"""A language client that sends exactly the messages that a test writes, and keeps every message that comes."""

import json
import queue
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Json = dict[str, Any]
UNANSWERED = object()


class RawClient:
    """A client of one server process. ``answer`` returns the result for a request of the server, or UNANSWERED."""

    def __init__(self, server: "subprocess.Popen[bytes]", answer: Callable[[str, Json], Any]) -> None:
        self.server = server
        self.came: list[Json] = []
        self.header = "Content-Length: {}\r\n\r\n"
        self._answer = answer
        self._messages: queue.Queue[Json] = queue.Queue()
        self._last = 0
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, **message: Any) -> None:
        """Send a message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.server.stdin
        self.server.stdin.write(self.header.format(len(body)).encode() + body)
        self.server.stdin.flush()

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.send(method=method, params=params or {})

    def request(self, method: str, params: Any = None) -> Json:
        """Send a request and return the response, as it is."""
        self._last += 1
        number = self._last
        self.send(id=number, method=method, params=params or {})
        return self.wait(lambda message: message.get("id") == number and "method" not in message)

    def wait(self, wanted: Callable[[Json], bool], seconds: float = 60) -> Json:
        """Return the first message that is wanted, and answer the server's requests until it comes."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                message = self._messages.get(timeout=left)
            except queue.Empty:
                break
            self.came.append(message)
            if "method" in message and "id" in message:
                result = self._answer(message["method"], message["params"])
                if result is not UNANSWERED:
                    self.send(id=message["id"], result=result)
            if wanted(message):
                return message
        raise AssertionError(f"this did not come; came: {self.came[-5:]}")

    def methods(self) -> set[str]:
        """Return the methods of every request and notification of the server so far."""
        return {message["method"] for message in self.came if "method" in message}

    def _read(self) -> None:
        assert self.server.stdout
        while header := self.server.stdout.readline():
            if found := re.match(rb"Content-Length: (\d+)", header):
                while self.server.stdout.readline().strip():
                    pass
                self._messages.put(json.loads(self.server.stdout.read(int(found[1]))))


@contextmanager
def raw_client(command: Sequence[str], answer: Callable[[str, Json], Any]) -> Iterator[RawClient]:
    """Run a server with a raw client."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as server:
        try:
            yield RawClient(server, answer)
        finally:
            server.kill()
