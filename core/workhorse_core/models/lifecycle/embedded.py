"""The embedded llama.cpp server of the extra ``workhorse[embedded]``, in a process of its own.

Run as a script, this file is that process: it serves until it is ended. It is not a thread of ours because
loading holds the interpreter's lock, and because an assertion of llama.cpp ends the process that it is in.
"""

import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import sleep
from typing import Any

LOAD_SECONDS = 600.0
"""A large model from a slow disk takes minutes."""

LOG_TAIL = 4096
"""The bytes of the log's end that are looked at."""

PORTS = (8080, 9931)
"""Where llama.cpp usually is, before 2026 and since: other programs look there too."""


_TAKEN = "HTTP server error"
"""llama.cpp's message where it cannot listen."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Parameters of one server: ``context`` in tokens for each of the ``slots``; ``port`` 0 takes a usual free one."""

    model: Path
    context: int
    slots: int = 1
    port: int = 0
    threads: int = 0


def is_installed() -> bool:
    """Return whether the extra is installed."""
    return find_spec("xllamacpp") is not None


def start(embedded: Embedded, log: Path, notify: Callable[[str], None]) -> tuple[int, str]:
    """Start the server and wait until it is ready.

    It is cut loose from this terminal: it stays when this process ends.

    Returns:
        The process's number, and the root of the server's URL.

    Raises:
        EndpointError: It did not start; the message has the last lines of llama.cpp's log.
    """
    from workhorse_core.errors import EndpointError

    notify(f"llama.cpp loads {embedded.model.name}")
    found = _try(embedded, free_port(embedded.port), log)
    if found is None and not embedded.port and _TAKEN in _last_words(log):
        found = _try(embedded, 0, log)  # another process took the port meanwhile
    if found is None:
        raise EndpointError(
            f"llama.cpp could not load {embedded.model.name}: {_last_words(log)[-300:] or 'it says nothing'}.",
            f"Its whole log is in {log}",
        )
    return found


def _try(embedded: Embedded, port: int, log: Path) -> tuple[int, str] | None:
    """Start it once; None where it ended before it was ready."""
    settings = {
        "model": str(embedded.model),
        "alias": embedded.model.stem,
        "context": embedded.context * embedded.slots,
        "slots": embedded.slots,
        "port": port,
        "threads": embedded.threads or max((os.cpu_count() or 2) // 2, 1),
    }
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with log.open("wb") as written:
        child = subprocess.Popen(
            [sys.executable, "-I", __file__, json.dumps(settings)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=written,
            start_new_session=True,
            cwd="/",
        )
    assert child.stdout is not None
    with child.stdout:
        try:
            root = _read_line(child.stdout.fileno())
        except BaseException:
            child.kill()
            child.wait()
            raise
    if not root:
        child.kill()  # it has ended, or is silent for too long
        child.wait()
        return None
    child.returncode = 0  # it is meant to outlive us: the library would complain
    return child.pid, root


def _read_line(stream: int) -> str:
    """Read the one line by which the child reports that it is ready; "" if it ended or took too long."""
    ready, _, _ = select.select([stream], [], [], LOAD_SECONDS)
    return os.read(stream, 1000).decode().strip() if ready else ""


def _last_words(log: Path) -> str:
    """Return the last lines of a log of any length."""
    from workhorse_core.system.printable import printable

    with log.open("rb") as read:
        read.seek(max(read.seek(0, os.SEEK_END) - LOG_TAIL, 0))
        return printable(" / ".join(read.read(LOG_TAIL).decode("utf-8", "replace").strip().splitlines()[-3:]))


def free_port(wanted: int) -> int:
    """Return the requested port, or a usual free one; another server there must not pass for ours."""
    from workhorse_core.errors import EndpointError

    for port in [wanted] if wanted else [*PORTS, 0]:
        with suppress(OSError), socket.create_server(("127.0.0.1", port)) as server:
            return int(server.getsockname()[1])
    raise EndpointError(f"The port {wanted} is taken.", "Name another one with --port")


def _serve(settings: Mapping[str, Any]) -> None:
    ready = os.dup(1)
    os.dup2(2, 1)  # llama.cpp writes its log there
    xllamacpp: Any = import_module("xllamacpp")  # not at the top: only the child needs it, and it has no types
    parameters = xllamacpp.CommonParams()
    parameters.model.path = settings["model"]
    parameters.model_alias = {settings["alias"]}
    parameters.port = settings["port"]
    parameters.n_ctx = settings["context"]
    parameters.n_parallel = settings["slots"]
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = settings["threads"]
    parameters.cache_ram_mib = 512  # its own default is 8 GB
    parameters.cors_origins = "http://127.0.0.1"  # its own default lets any page of a browser ask
    parameters.verbosity = 1
    server = xllamacpp.Server(parameters)  # serves from threads of its own
    os.write(ready, server.listening_address.encode() + b"\n")
    os.close(ready)
    while server:
        sleep(3600)


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
