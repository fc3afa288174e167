"""A faithful double of Ollama: its native interface and its ``/v1``, on a real socket, with all of its traps.

The shapes are those of Ollama 0.33: https://github.com/ollama/ollama/blob/main/api/types.go. The traps are:
without ``truncate: false`` the start of a prompt is lost in silence, without ``shift: false`` the start of the
context is; ``think`` is on where it is not switched off; ``/v1`` ignores most fields and knows no context size;
another ``num_ctx`` loads the model again; an error in a stream comes after the status 200; and whatever is
zero is left out.
"""

import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import ThreadingHTTPServer
from typing import Any, NamedTuple

from support.ollama_memory import Loaded, Memory


@dataclass(frozen=True, slots=True)
class OllamaModel:
    """A model that the double has, or may pull.

    ``context`` is what it was trained for, ``num_ctx`` what its Modelfile sets. ``ignores_think`` is a model that
    thinks whatever is asked for, unless by a level, as gpt-oss does; ``ignores_format`` one that strays from its
    schema. ``version`` changes the digest. A ``remote_host`` makes it one that is only passed on.
    """

    name: str = "qwen3:8b"
    size: int = 5_225_388_164
    context: int = 40_960
    capabilities: tuple[str, ...] = ("completion", "tools", "thinking")
    family: str = "qwen3"
    parameters: str = "8.2B"
    quantization: str = "Q4_K_M"
    num_ctx: int | None = None
    ignores_think: bool = False
    ignores_format: bool = False
    version: int = 1
    remote_host: str = ""

    @property
    def digest(self) -> str:
        """64 hexadecimal digits."""
        return sha256(f"{self.name} {self.version}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: ``pause`` are the seconds before each token.

    ``error`` breaks the stream off after ``tokens_before`` tokens with a line that holds it; ``dies`` does so
    without a word.
    """

    content: str
    thinking: str = "Let me see. The user wants that, so this is what I write.\n"
    pause: float = 0.0
    error: str = ""
    dies: bool = False
    tokens_before: int = 2


@dataclass(frozen=True, slots=True)
class Heard:
    """A prompt as the model reads it, cuts included, and the request that brought it."""

    model: str
    text: str
    prompt_tokens: int
    num_ctx: int
    think: object
    schema: Mapping[str, Any] | None
    truncated: bool


class Request(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    body: dict[str, Any]


Script = Callable[[Heard], Said | str] | Mapping[str, Said | str] | Said | str
"""A function of what was heard; or answers by a marker in it ("" is for all others); or one answer."""


@dataclass(slots=True)
class Ollama:
    """One double, with a record of its requests.

    ``available`` can be pulled. ``default_context`` is OLLAMA_CONTEXT_LENGTH,
    ``parallel`` OLLAMA_NUM_PARALLEL, ``max_queue`` OLLAMA_MAX_QUEUE. ``load`` is called while a model is loaded.
    ``obeys_truncate`` false is an Ollama from before that field. ``broken_load`` is what loading fails with.
    ``vram`` is the part of a model that goes to the graphics card. A ``deaf`` one writes on after its client has left.
    A ``key`` is demanded by a gateway before it. ``drops`` are paths whose next request gets no answer.
    """

    models: list[OllamaModel] = field(default_factory=lambda: [OllamaModel()])
    script: Script = "Done."
    available: Sequence[OllamaModel] = ()
    default_context: int = 4096
    parallel: int = 1
    max_queue: int = 512
    load: Callable[[], object] = bool
    obeys_truncate: bool = True
    broken_load: str = ""
    vram: float = 0.0
    deaf: bool = False
    key: str = ""
    drops: list[str] = field(default_factory=list[str])
    version: str = "0.33.0"
    root: str = ""
    requests: list[Request] = field(default_factory=list[Request])
    heard: list[Heard] = field(default_factory=list[Heard])
    shifts: int = 0
    """How many answers pushed the start of their own context out."""
    cancelled: int = 0
    """How many answers were broken off because nobody listened any more."""
    memory: Memory = field(default_factory=Memory)

    @property
    def url(self) -> str:
        """The URL of its ``/v1``."""
        return f"{self.root}/v1"

    @property
    def loads(self) -> list[tuple[str, int]]:
        """Each loading of a model, with its context."""
        return self.memory.loads

    @property
    def loaded(self) -> dict[str, Loaded]:
        """The models in memory, by name."""
        return self.memory.now()

    def bodies(self, path: str = "/api/chat") -> list[dict[str, Any]]:
        """The bodies posted there."""
        return [request.body for request in self.requests if request.path == path]

    def find(self, name: str) -> OllamaModel | None:
        """Find a model; no tag means ``latest``."""
        full = name if ":" in name else f"{name}:latest"
        return next((model for model in self.models if model.name == full), None)

    def say(self, heard: Heard) -> Said:
        """Choose the answer."""
        said = _choose(self.script, heard)
        return said if isinstance(said, Said) else Said(said)


def _choose(script: Script, heard: Heard) -> Said | str:
    if callable(script):
        return script(heard)
    if isinstance(script, str | Said):
        return script
    return next((script[mark] for mark in script if mark and mark in heard.text), script.get("", "Done."))


@contextmanager
def serve_ollama(ollama: Ollama, port: int = 0) -> Generator[Ollama, None, None]:
    """Serve the double until the block is left; 0 takes a free port."""
    from support.ollama_http import make_handler

    server = ThreadingHTTPServer(("127.0.0.1", port), make_handler(ollama))
    server.daemon_threads = True
    ollama.root = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield ollama
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
