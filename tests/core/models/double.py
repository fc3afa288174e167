"""A raw socket that answers as scripted, for behaviour that the real llama.cpp server does not have."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Respond = Callable[[bytes], bytes | Iterable[bytes]]


@dataclass
class Listener:
    """A real listening socket: every byte that reaches it is kept, and answered by ``respond``."""

    respond: Respond
    server: socket.socket
    received: list[bytes] = field(default_factory=list)
    connected: int = 0

    @property
    def port(self) -> int:
        return self.server.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The bodies posted to the chat, parsed."""
        return [
            json.loads(request.partition(b"\r\n\r\n")[2])
            for request in self.received
            if request.startswith(b"POST") and b"/chat/completions " in request
        ]

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.connected += 1
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            request = _read_request(connection, self.received)
            if not request:
                return  # a port scan
            answer = self.respond(request)
            for piece in [answer] if isinstance(answer, bytes) else answer:
                connection.sendall(piece)


def _read_request(connection: socket.socket, received: list[bytes]) -> bytes:
    received.append(b"")
    place = len(received) - 1
    request = b""
    while not _is_whole(request) and (more := connection.recv(65536)):
        request += more
        received[place] = request
    return request


def _is_whole(request: bytes) -> bool:
    if request.startswith(b"\x16"):
        return True  # TLS
    head, end, body = request.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(end) and len(body) >= int(lengths[0].partition(b":")[2] if lengths else 0)


def http(status: int, body: bytes, kind: str = "application/json", headers: str = "") -> bytes:
    """Write a whole response."""
    head = f"HTTP/1.1 {status} Something\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n{headers}\r\n".encode() + body


def events(*chunks: object, done: bool = True) -> bytes:
    """Write a streamed response: each chunk is JSON, or bytes as they are."""
    lines = [chunk if isinstance(chunk, bytes) else json.dumps(chunk).encode() for chunk in chunks]
    lines += [b"[DONE]"] if done else []
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    return head + b"".join(b"data: " + line + b"\n\n" for line in lines)


def delta(finish: str | None = None, **fields: object) -> dict[str, Any]:
    """Write one chunk."""
    choice = {"index": 0, "delta": fields, "finish_reason": finish}
    return {"id": "x", "object": "chat.completion.chunk", "model": "double", "choices": [choice]}


def usage(prompt: int, completion: int = 5) -> dict[str, Any]:
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return {"id": "x", "object": "chat.completion.chunk", "model": "double", "choices": [], "usage": counts}
