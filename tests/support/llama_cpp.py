"""The real llama.cpp server on a tiny model, in a child process of its own.

Needs ``xllamacpp``. Run as a script, this file is that child: it serves until its standard input ends.
"""

import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class LlamaServer:
    """Settings to start a server with.

    ``context`` is in tokens and for each slot, unless the slots share one pool (``unified``).
    """

    model: Path
    context: int = 16_384
    slots: int = 1
    unified: bool = False
    key: str | None = None
    alias: str = "tiny"
    threads: int = 1
    """More than there are idle cores make it slower: they spin."""
    port: int = 0
    """0 takes a free one."""


@contextmanager
def serve(server: LlamaServer) -> Generator[str, None, None]:
    """Run the server; it is ready when the block is entered and gone when it is left.

    Yields:
        Its root, "http://127.0.0.1:40151".

    Raises:
        RuntimeError: It did not start; llama.cpp's own output is in the message.
    """
    settings = {**asdict(server), "model": str(server.model)}
    command = [sys.executable, "-I", __file__, json.dumps(settings)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        try:
            ready = child.stdout.readline()
            if not ready:
                raise RuntimeError(child.stderr.read().decode(errors="replace"))
            yield json.loads(ready)["url"]
        finally:
            child.stdin.close()  # the child ends; it would also if this process were killed


def _serve_until_input_ends(settings: dict[str, str | int | bool | None]) -> None:
    announcements = os.dup(1)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(2, 1)  # llama.cpp writes its log there
    xllamacpp: Any = import_module("xllamacpp")  # not at the top: only the child has it, and it has no types
    parameters = xllamacpp.CommonParams()
    parameters.model.path = settings["model"]
    parameters.model_alias = {settings["alias"]}
    parameters.n_parallel = settings["slots"]
    parameters.kv_unified = settings["unified"]
    pool = 1 if settings["unified"] else int(settings["slots"] or 1)
    parameters.n_ctx = int(settings["context"] or 0) * pool
    parameters.port = settings["port"]
    parameters.api_keys = [settings["key"]] if settings["key"] else []
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = settings["threads"]
    parameters.cache_ram_mib = 256  # its own default is 8 GB
    parameters.verbosity = 1
    server = xllamacpp.Server(parameters)  # serves from threads of its own
    os.write(announcements, json.dumps({"url": server.listening_address}).encode() + b"\n")
    os.dup2(quiet, 2)  # no reader is left: a full pipe would stop it
    os.dup2(quiet, 1)
    sys.stdin.buffer.read()
    os._exit(0)  # the server's own end would wait for streams that a test left open


if __name__ == "__main__":
    _serve_until_input_ends(json.loads(sys.argv[1]))
