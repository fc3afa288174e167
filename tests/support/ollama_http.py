"""The HTTP side of Ollama's double: what each path takes and gives."""

import contextlib
import json
import select
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, ClassVar

from support.ollama_answer import Piece, Prepared, Refusal, chosen, load, part, prepare, write
from support.ollama_memory import keep_seconds
from support.ollama_shapes import (
    Shape,
    as_message,
    as_response,
    date_of,
    details,
    error_body,
    line_of,
    metrics,
    native_lines,
    tag,
)
from support.ollama_v1 import completion, read_request, v1_lines

if TYPE_CHECKING:
    from support.ollama import Ollama, OllamaModel

Json = dict[str, Any]

Serve = Callable[[Json], None]


def make_handler(ollama: "Ollama") -> type[BaseHTTPRequestHandler]:
    """Make the class that serves this double."""
    return type("Handler", (_Handler,), {"ollama": ollama})


class _Handler(BaseHTTPRequestHandler):
    ollama: ClassVar["Ollama"]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer a question about the server."""
        self._serve(
            {
                "/": self._root,
                "/api/version": self._version,
                "/api/tags": self._tags,
                "/api/ps": self._ps,
                "/v1/models": self._v1_models,
            },
            {},
        )

    def do_POST(self) -> None:
        """Do what is asked."""
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body: Json = json.loads(raw) if raw else {}
        except ValueError:
            body = {}
        self._serve(
            {
                "/api/show": self._show,
                "/api/pull": self._pull,
                "/api/generate": self._generate,
                "/api/chat": self._chat,
                "/v1/chat/completions": self._v1_chat,
            },
            body,
        )

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the library's
        """Log nothing."""

    def _serve(self, paths: Mapping[str, Serve], body: Json) -> None:
        self.ollama.requests.append(_request(self.command, self.path, body))
        if self.path in self.ollama.drops:
            self.ollama.drops.remove(self.path)
            self.close_connection = True
            return
        serve = paths.get(self.path)
        if self.ollama.key and self.headers.get("Authorization") != f"Bearer {self.ollama.key}":
            serve = self._refuse
        with contextlib.suppress(OSError):  # the client is gone
            if serve is None:
                self._send(404, b"404 page not found", "text/plain")
                return
            try:
                serve(body)
            except Refusal as refusal:
                self._json(error_body(self.path, refusal), refusal.status)

    def _refuse(self, body: Json) -> None:
        del body
        self._json({"error": "unauthorized"}, 401)

    # -- about the server

    def _root(self, body: Json) -> None:
        del body
        self._send(200, b"Ollama is running", "text/plain; charset=utf-8")

    def _version(self, body: Json) -> None:
        del body
        self._json({"version": self.ollama.version})

    def _tags(self, body: Json) -> None:
        del body
        self._json({"models": [tag(model) for model in self.ollama.models]})

    def _ps(self, body: Json) -> None:
        del body
        running: list[Json] = []
        for name, loaded in self.ollama.loaded.items():
            if model := self.ollama.find(name):
                entry = {**tag(model), "expires_at": date_of(loaded.expires), "context_length": loaded.context}
                entry["size_vram"] = int(model.size * self.ollama.vram)
                running.append({key: value for key, value in entry.items() if key not in ("modified_at",)})
        self._json({"models": running})

    def _v1_models(self, body: Json) -> None:
        del body
        listed = [
            {"id": model.name, "object": "model", "created": 1_795_000_000, "owned_by": "library"}
            for model in self.ollama.models
        ]
        self._json({"object": "list", "data": listed})

    def _show(self, body: Json) -> None:
        model = chosen(self.ollama, body)
        shown: Json = {
            "details": details(model),
            "model_info": {
                "general.architecture": model.family,
                f"{model.family}.context_length": model.context,
                f"{model.family}.block_count": 36,
                f"{model.family}.embedding_length": 4096,
                f"{model.family}.attention.head_count": 32,
                f"{model.family}.attention.head_count_kv": 8,
                "general.parameter_count": 8_190_735_360,
                "tokenizer.ggml.tokens": [],
            },
            "capabilities": list(model.capabilities),
            "modified_at": date_of(0),
        }
        if model.num_ctx:
            shown["parameters"] = f"num_ctx                        {model.num_ctx}"
        if model.remote_host:
            shown |= {"remote_model": model.name.removesuffix("-cloud"), "remote_host": model.remote_host}
        self._json(shown)

    # -- models

    def _pull(self, body: Json) -> None:
        name = str(body.get("model") or body.get("name") or "")
        if not name:
            raise Refusal(400, "model is required")
        model = next((model for model in self.ollama.available if model.name == name), self.ollama.find(name))
        if model is None and not body.get("stream", True):
            raise Refusal(500, "pull model manifest: file does not exist")
        if body.get("stream", True):
            self._stream("application/x-ndjson", (line_of(part) for part in self._progress(model)))
        else:
            for _ in self._progress(model):
                pass
            self._json({"status": "success"})

    def _progress(self, model: "OllamaModel | None") -> Iterator[Json]:
        yield {"status": "pulling manifest"}
        if model is None:
            yield {"error": "pull model manifest: file does not exist"}
            return
        layer = {"status": f"pulling {model.digest[:12]}", "digest": f"sha256:{model.digest}", "total": model.size}
        for tenths in range(11):
            yield layer | ({"completed": model.size * tenths // 10} if tenths else {})
        yield {"status": "verifying sha256 digest"}
        yield {"status": "writing manifest"}
        if self.ollama.find(model.name) is None:
            self.ollama.models.append(model)
        yield {"status": "success"}

    # -- answers

    def _generate(self, body: Json) -> None:
        if not body.get("prompt"):
            self._load(body, {"response": ""})
            return
        messages = [{"role": "system", "content": body.get("system") or ""}, {"role": "user", **body}]
        messages[1]["content"] = body["prompt"]
        self._native(prepare(self.ollama, body, messages), body, as_response)

    def _chat(self, body: Json) -> None:
        if not body.get("messages"):
            self._load(body, {"message": {"role": "assistant", "content": ""}})
            return
        self._native(prepare(self.ollama, body, body["messages"]), body, as_message)

    def _load(self, body: Json, empty: Json) -> None:
        model = chosen(self.ollama, body)
        unload = keep_seconds(body.get("keep_alive")) == 0
        if not unload:
            load(self.ollama, model, body)
        self.ollama.memory.keep(model.name, keep_seconds(body.get("keep_alive")))
        reason = "unload" if unload else "load"
        self._json({"model": model.name, "created_at": date_of(), **empty, "done": True, "done_reason": reason})

    def _native(self, prepared: Prepared, body: Json, shape: Shape) -> None:
        def chunk(piece: Piece) -> Json:
            made = {"model": prepared.model.name, "created_at": date_of(), **shape(piece), "done": bool(piece.reason)}
            return made | (metrics(piece) if piece.reason else {})

        pieces = self._pieces(prepared, body.get("keep_alive"))
        if body.get("stream", True):
            self._stream("application/x-ndjson", native_lines(pieces, chunk))
            return
        every = list(pieces)
        said = Piece("".join(piece.content for piece in every), "".join(piece.thinking for piece in every))
        self._json(chunk(every[-1]) | shape(said))

    def _v1_chat(self, body: Json) -> None:
        if not body.get("messages"):
            raise Refusal(400, "[] is too short - 'messages'")
        prepared = prepare(self.ollama, read_request(body), body["messages"])
        pieces = self._pieces(prepared, None)
        if body.get("stream"):
            usage = bool(part(body, "stream_options").get("include_usage"))
            self._stream("text/event-stream", v1_lines(pieces, prepared.model.name, usage))
            return
        every = list(pieces)
        self._json(completion(every, prepared.model.name))

    def _pieces(self, prepared: Prepared, keep: object) -> Iterator[Piece]:
        """Wait for a slot, then write; stop at once when the client is gone."""
        said = self.ollama.say(prepared.heard)
        writing = write(self.ollama, prepared, said)
        while not prepared.loaded.slots.acquire(timeout=0.01):
            self._check_listened(0)
        try:
            for number, piece in enumerate(writing):
                self._check_listened(said.pause)
                if said.dies and number >= said.tokens_before:
                    raise ConnectionAbortedError
                yield piece
        except GeneratorExit:
            while self.ollama.deaf and next(writing, None):
                time.sleep(said.pause)
            raise
        finally:
            prepared.loaded.slots.release()
            self.ollama.memory.keep(prepared.model.name, keep_seconds(keep))

    def _check_listened(self, seconds: float) -> None:
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable and seconds and self.ollama.deaf:
            time.sleep(seconds)
        elif readable and not self.connection.recv(1, socket.MSG_PEEK):
            self.ollama.cancelled += 1
            raise ConnectionResetError

    # -- bytes

    def _json(self, value: Json, status: int = 200) -> None:
        self._send(status, json.dumps(value).encode(), "application/json; charset=utf-8")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, kind: str, lines: Iterator[bytes]) -> None:
        """Chunked; the status waits for the first line, as what goes wrong before it has a status of its own."""
        self.close_connection = True  # unless the stream gets to its end
        first = next(lines, b"")
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._chunk(first)
        for line in lines:
            self._chunk(line)
        self.wfile.write(b"0\r\n\r\n")
        self.close_connection = False

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def _request(method: str, path: str, body: Json) -> Any:
    from support.ollama import Request

    return Request(method, path, body)
