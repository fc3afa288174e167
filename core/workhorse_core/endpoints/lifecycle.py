"""Bringing a model server up and down again: found, started where none is, and only what was started is stopped."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workhorse_core.endpoints import compose, embedded, starting
from workhorse_core.endpoints.address import Address, admit, refuse_relayed
from workhorse_core.endpoints.gguf_header import read_shape
from workhorse_core.endpoints.installed import InstalledModel, find_installed, loaded_bytes
from workhorse_core.endpoints.locate import ASK_SECONDS, CONNECT_SECONDS, USUAL_PORTS, listening, read_key
from workhorse_core.endpoints.memory import Fit, check_fits_memory, read_memory
from workhorse_core.endpoints.native import call, stream
from workhorse_core.endpoints.server import DEFAULT_MODEL, Server, ServerKind, read_server
from workhorse_core.endpoints.started import Started, forget_started, is_alive, read_started, write_started
from workhorse_core.endpoints.starting import OLLAMA_PORT, Say, Wish
from workhorse_core.endpoints.stranger import count_in, text_in
from workhorse_core.errors import EndpointError, EndpointRefused, EndpointUnreachable, TargetError

if TYPE_CHECKING:
    from workhorse_core.settings.config import Config

KEEP_ALIVE = "30m"
"""How long Ollama keeps a model that nobody asks."""

LOAD_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Up:
    """What is up: ``url`` as ``--url`` takes it; ``started`` whether it was us who started the server."""

    url: str
    kind: str
    model: str
    context: int | None
    fit: Fit
    started: bool


@dataclass(frozen=True, slots=True)
class Down:
    """What was done: which models were unloaded, and which server was stopped ("" for none)."""

    unloaded: tuple[str, ...]
    stopped: str


def bring_up(wish: Wish, config: "Config", environ: Mapping[str, str], say: Say) -> Up:
    """Find a model server or start one, and have its model loaded.

    Args:
        wish: What shall be up.
        config: Which model, and where the user says that the server is.
        environ: Where the user's state folder is.
        say: Is told what is being done, often.

    Raises:
        EndpointError: There is no way to have one here, or the model does not fit; what to do is said.
        TargetError: The model file is none.
    """
    before = read_started(environ)
    if before and before.kind != "compose" and not is_alive(before):
        forget_started(environ)
        before = None
    if wish.gguf:
        return _up_gguf(replace(wish, gguf=wish.gguf.resolve()), before, environ, say)
    found = find_running(config, environ, (*_ports_of(before), *wish.ports))
    if found:
        return _use(found, wish, config, say, started=before is not None and _is_at(before, found[0]))
    if config.url:
        raise EndpointUnreachable(
            f"Nobody answers at {config.url}.", "Start it there, or take the URL out: workhorse config"
        )
    if shutil.which("ollama"):
        found = starting.start_ollama(wish, environ, say)
    elif compose.can_compose():
        found = starting.start_ollama_in_compose(wish, environ, say)
    else:
        raise _no_way()
    up = _use(found, wish, config, say, started=True)
    if record := read_started(environ):
        write_started(replace(record, model=up.model), environ)
    return up


def bring_down(
    config: "Config", environ: Mapping[str, str], persist: bool = False, ports: tuple[int, ...] = USUAL_PORTS
) -> Down:
    """Take the models out of memory, and stop the server if it was started by :func:`bring_up`.

    Args:
        config: Where the user says that the server is.
        environ: Where the user's state folder is.
        persist: Leave the server running.
        ports: Where to look for one.

    Raises:
        EndpointError: It does not stop.
    """
    before = read_started(environ)
    unloaded: list[str] = []
    for address, server in find_all_running(config, environ, (*_ports_of(before), *ports)):
        if server.kind is ServerKind.OLLAMA:
            ours = before.model if before and _is_at(before, address) else ""
            unloaded += _unload(address, ours or config.model or server.loaded)
    if before is None or persist:
        return Down(tuple(unloaded), "")
    stopped = starting.stop(before)
    forget_started(environ)
    return Down(tuple(unloaded), stopped)


def find_running(config: "Config", environ: Mapping[str, str], ports: tuple[int, ...]) -> tuple[Address, Server] | None:
    """Find the server that would be asked.

    Raises:
        EndpointRefused: The configured one is not on this machine, and not named by the user.
    """
    return next(iter(find_all_running(config, environ, ports)), None)


def find_known(config: "Config", environ: Mapping[str, str]) -> list[tuple[Address, Server]]:
    """Find every server that answers, also the one that ``workhorse up`` started elsewhere than usual.

    Raises:
        EndpointRefused: A configured one is not on this machine, and not named by the user.
    """
    return find_all_running(config, environ, (*_ports_of(read_started(environ)), *USUAL_PORTS))


def find_all_running(
    config: "Config", environ: Mapping[str, str], ports: tuple[int, ...]
) -> list[tuple[Address, Server]]:
    """Find every server that answers: the configured ones, else all at the usual places.

    Raises:
        EndpointRefused: A configured one is not on this machine, and not named by the user.
    """
    named = [config.url] if config.url else list(config.urls)
    open_ports = () if named else listening(tuple(dict.fromkeys(ports)), CONNECT_SECONDS)
    addresses = [admit(url, config.hosts) for url in named] or [
        admit(f"http://127.0.0.1:{port}") for port in open_ports
    ]
    key = read_key(config.api_key_env, environ) if named else None
    asked = [(address, read_server(address, key, config.model, ASK_SECONDS)) for address in addresses]
    return [(address, server) for address, server in asked if server is not None]


# -- a server that is there


def _use(found: tuple[Address, Server], wish: Wish, config: "Config", say: Say, *, started: bool) -> Up:
    address, server = found
    name = config.model or server.choose_model()
    if server.kind is not ServerKind.OLLAMA:
        return Up(address.url, server.kind.value, name, server.context_tokens, Fit.UNKNOWN, started)
    refuse_relayed(name, config.hosts)
    model = find_installed(address, name) or _pull(address, name, say)
    _check_usable(model, config)
    context = min(wish.context, model.context or wish.context)
    fit = _check_memory(model, context, address, wish.force)
    say(f"loading {model.name}")
    asked = {"model": model.name, "keep_alive": KEEP_ALIVE, "options": {"num_ctx": context}}
    call(address, "/api/generate", asked, LOAD_SECONDS)
    now = find_installed(address, name)
    told = now.loaded_context if now else 0
    return Up(address.url, server.kind.value, model.name, told or context, fit, started)


def _check_usable(model: InstalledModel, config: "Config") -> None:
    if not model.can_chat:
        raise EndpointError(
            f"{model.name} cannot chat: it is for {', '.join(model.capabilities)}.",
            "Choose another with --model; see: workhorse models",
        )
    if model.remote and not any(host in model.remote for host in config.hosts):
        raise EndpointRefused(
            f"The model {model.name} runs on {model.remote} and not on this machine, so no code is sent to it.",
            'Choose another with --model, or name its host in your own configuration: hosts = ["ollama.com"]',
        )


def _check_memory(model: InstalledModel, context: int, address: Address, force: bool) -> Fit:
    if model.loaded or model.shape is None or not address.host.startswith(("127.", "localhost", "::1")):
        return Fit.UNKNOWN  # it is in memory already, or the memory is that of another machine
    memory = read_memory(loaded_bytes(address))
    try:
        return check_fits_memory(model.name, model.shape, context, memory)
    except EndpointError:
        if force:
            return Fit.NOT
        raise


def _pull(address: Address, name: str, say: Say) -> InstalledModel:
    """Fetch a model; it is Ollama who speaks to its makers, and nothing but the model's name is sent."""
    for line in stream(address, "/api/pull", {"model": name, "stream": True}, LOAD_SECONDS):
        status, total, done = text_in(line.get("status")), count_in(line.get("total")), count_in(line.get("completed"))
        say(f"{name}: {status}" + (f"  {_bar(done, total)}" if total else ""))
    if model := find_installed(address, name):
        return model
    raise EndpointError(f"Ollama has pulled {name} and does not list it.", "See: ollama list")


def _bar(done: int, total: int, width: int = 24) -> str:
    share = min(done / total, 1.0)
    filled = int(share * width)
    return f"[{'#' * filled}{'.' * (width - filled)}] {share:4.0%} of {total / 1e9:.1f} GB"


def _unload(address: Address, name: str | None) -> list[str]:
    """Unload one model, and no other: somebody else may be using that."""
    with suppress(EndpointError):
        model = find_installed(address, name) if name else None
        if model is not None and model.loaded:
            call(address, "/api/generate", {"model": model.name, "keep_alive": 0}, 60)
            return [model.name]
    return []


# -- a server that is started


def _up_gguf(wish: Wish, before: Started | None, environ: Mapping[str, str], say: Say) -> Up:
    assert wish.gguf is not None
    shape = read_shape(wish.gguf)
    if not shape.can_chat:
        raise TargetError(
            f"{wish.gguf.name} has no chat template, so it is no chat model.",
            "Choose one whose name says Instruct or Chat",
        )
    if before and before.model == str(wish.gguf) and (up := _already(before)):
        return up
    if before:
        raise EndpointError(
            f"A server that was started before still runs at {before.url}", "Stop it first: workhorse down"
        )
    context = min(wish.context, shape.context or wish.context)
    fit = Fit.NOT
    try:
        fit = check_fits_memory(wish.gguf.name, shape, context * wish.slots, read_memory(_loaded_elsewhere()))
    except EndpointError:
        if not wish.force:
            raise
    if embedded.is_installed():
        started = starting.start_embedded(replace(wish, context=context), environ, say)
    elif compose.can_compose():
        started = starting.start_llama_cpp_in_compose(replace(wish, context=context), environ, say)
    else:
        raise EndpointError(
            "Neither the embedded server nor Docker is here to serve a GGUF file.",
            "Install it: pip install 'workhorse[embedded]'",
        )
    server = read_server(admit(started.url), None, None, ASK_SECONDS)
    told = server.context_tokens if server else context
    return Up(started.url, ServerKind.LLAMA_CPP.value, server.choose_model() if server else "", told, fit, started=True)


def _already(before: Started) -> Up | None:
    address = admit(before.url)
    server = read_server(address, None, None, ASK_SECONDS)
    if server is None:
        return None
    return Up(address.url, server.kind.value, server.choose_model(), server.context_tokens, Fit.UNKNOWN, started=True)


def _ports_of(before: Started | None) -> tuple[int, ...]:
    return (admit(before.url).port,) if before else ()


def _is_at(before: Started, address: Address) -> bool:
    return admit(before.url).port == address.port


def _loaded_elsewhere() -> int:
    """Give the bytes that an Ollama of this machine holds: its mapped files count as free to the system."""
    return loaded_bytes(admit(f"http://127.0.0.1:{OLLAMA_PORT}")) if listening((OLLAMA_PORT,), CONNECT_SECONDS) else 0


def _no_way() -> EndpointError:
    return EndpointError(
        f"No model server runs here, and neither Ollama nor Docker compose is there to start one ({DEFAULT_MODEL}).",
        "Install Ollama (https://ollama.com), or: pip install 'workhorse[embedded]' and workhorse up --gguf model.gguf",
    )
