"""The four ways of starting a model server; whatever is started is recorded, so that it can be stopped."""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from workhorse_core.errors import EndpointError
from workhorse_core.models.discovery.places import ASK_SECONDS, USUAL_PORTS
from workhorse_core.models.discovery.server import Server, read_server
from workhorse_core.models.discovery.started_server import Started, forget_started, write_started
from workhorse_core.models.lifecycle import compose, embedded
from workhorse_core.models.lifecycle.server_process import stop_process
from workhorse_core.models.privacy.access import Access
from workhorse_core.settings.folders import state_folder
from workhorse_core.system.find_program import find_program
from workhorse_core.system.processes import start_token

OLLAMA_PORT = 11434
LLAMA_CPP_PORT = 8080

Notify = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """Request to ``workhorse up``.

    ``gguf`` is a model file for llama.cpp; ``context`` is in tokens for each of the ``slots``; ``port`` 0 takes a
    usual one. ``force`` loads what does not fit, too. ``ports`` is where to look for a server that is there.
    """

    gguf: Path | None = None
    context: int = 16_384
    slots: int = 1
    port: int = 0
    force: bool = False
    ports: tuple[int, ...] = USUAL_PORTS


def start_embedded(wish: Wish, environ: Mapping[str, str], notify: Notify) -> Started:
    """Start the embedded llama.cpp server.

    Raises:
        EndpointError: It does not start.
    """
    assert wish.gguf is not None
    log = state_folder(environ) / "llama.cpp.log"
    size = wish.gguf.stat().st_size
    asked = embedded.Embedded(wish.gguf, wish.context, wish.slots, wish.port)
    pid, root = embedded.start(asked, log, notify)
    started = Started("embedded", f"{root}/v1", str(wish.gguf), pid, start_token(pid), str(log), size=size)
    return _recorded(started, environ)


def start_ollama(wish: Wish, environ: Mapping[str, str], notify: Notify) -> tuple[str, Server]:
    """Start the installed Ollama on loopback, cut loose from this terminal.

    Raises:
        EndpointError: It does not come up.
    """
    program = find_program("ollama")
    if program is None:
        raise EndpointError("Ollama is not installed.", "Install it: https://ollama.com")
    notify("starting Ollama")
    port = embedded.free_port(wish.port or OLLAMA_PORT)
    log = state_folder(environ) / "ollama.log"
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = {"OLLAMA_HOST": f"127.0.0.1:{port}", "OLLAMA_CONTEXT_LENGTH": str(wish.context)}
    with log.open("wb") as written:
        child = subprocess.Popen(
            [program, "serve"],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            env={**os.environ, **own},
            start_new_session=True,
            cwd="/",
        )
    started = Started("ollama", f"http://127.0.0.1:{port}/v1", "", child.pid, start_token(child.pid), str(log))
    _recorded(started, environ)
    try:
        found = _wait_for(started.url, lambda: child.poll() is None, f"Its log is in {log}")
        child.returncode = 0  # it is meant to outlive us: the library would complain
        return found
    except BaseException:
        stop_process(started)
        forget_started(environ)
        raise


def start_ollama_in_compose(wish: Wish, environ: Mapping[str, str], notify: Notify) -> tuple[str, Server]:
    """Start Ollama in a container.

    Raises:
        EndpointError: It does not come up.
    """
    port = wish.port or OLLAMA_PORT
    started = _compose("ollama.compose.yml", port, wish, {}, environ, notify)
    return _wait_for(started.url, lambda: True, f"See: docker compose -f {started.compose} logs")


def start_llama_cpp_in_compose(wish: Wish, environ: Mapping[str, str], notify: Notify) -> Started:
    """Start llama.cpp in a container.

    Raises:
        EndpointError: Docker refuses.
    """
    assert wish.gguf is not None
    own = {"WORKHORSE_GGUF": str(wish.gguf), "WORKHORSE_ALIAS": wish.gguf.stem}
    return _compose("llamacpp.compose.yml", wish.port or LLAMA_CPP_PORT, wish, own, environ, notify)


def _compose(
    name: str, port: int, wish: Wish, own: Mapping[str, str], environ: Mapping[str, str], notify: Notify
) -> Started:
    profile = compose.choose_profile()
    notify(f"starting {name} ({profile})")
    context = wish.context * (wish.slots if wish.gguf else 1)
    numbers = {"WORKHORSE_PORT": port, "WORKHORSE_CONTEXT": context, "WORKHORSE_SLOTS": wish.slots}
    compose.start(name, profile, {**{key: str(value) for key, value in numbers.items()}, **own})
    file = str(compose.find_file(name))
    return _recorded(
        Started("compose", f"http://127.0.0.1:{port}/v1", str(wish.gguf or ""), compose=file, profile=profile), environ
    )


def _recorded(started: Started, environ: Mapping[str, str]) -> Started:
    """Record a started server; if that fails, stop it again, since ``down`` would not find it."""
    try:
        write_started(started, environ)
    except OSError:
        stop(started)
        raise
    return started


def _wait_for(url: str, lives: Callable[[], bool], where: str) -> tuple[str, Server]:
    until = monotonic() + 60
    while monotonic() < until and lives():
        if server := read_server(Access(url), ASK_SECONDS):
            return url, server
        sleep(0.05)
    raise EndpointError(f"The server at {url} did not come up.", where)


def stop(started: Started) -> str:
    """Stop a server that was started here; gives its URL, or nothing where it was gone already.

    Raises:
        EndpointError: It does not stop.
    """
    if started.kind == "compose":
        compose.stop(started)
        return started.url
    return started.url if stop_process(started) else ""
