"""Start of a model server: found, or started where there is none, with its model in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workhorse_core.errors import EndpointError, EndpointRefused, EndpointUnreachable, TargetError
from workhorse_core.models.discovery.installed import InstalledModel, find_installed, loaded_bytes
from workhorse_core.models.discovery.model_choice import DEFAULT_MODEL
from workhorse_core.models.discovery.places import (
    ASK_SECONDS,
    CONNECT_SECONDS,
    explain_silence,
    find_places,
    find_servers,
    listening,
)
from workhorse_core.models.discovery.server import Server, ServerKind, read_server
from workhorse_core.models.discovery.server_call import call, stream
from workhorse_core.models.discovery.started_server import Started, forget_started, is_at, read_started
from workhorse_core.models.lifecycle import compose, embedded, starting
from workhorse_core.models.lifecycle.gguf_header import read_shape
from workhorse_core.models.lifecycle.loaded import LoadedModel, read_loaded, write_loaded
from workhorse_core.models.lifecycle.memory import Fit, check_fits_memory, read_memory
from workhorse_core.models.lifecycle.server_process import is_alive
from workhorse_core.models.lifecycle.starting import OLLAMA_PORT, Notify, Wish
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import refuse_relayed
from workhorse_core.system.find_program import find_program
from workhorse_core.system.untrusted_json import count_in, text_in

if TYPE_CHECKING:
    from workhorse_core.settings.config import Config

KEEP_ALIVE = "30m"
"""How long Ollama keeps a model that nobody asks."""

LOAD_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Up:
    """Outcome of ``workhorse up``: ``url`` as ``--url`` takes it; ``started`` is whether we started the server."""

    url: str
    kind: str
    model: str
    context: int | None
    fit: Fit
    started: bool


def bring_up(wish: Wish, config: "Config", environ: Mapping[str, str], notify: Notify) -> Up:
    """Find a model server or start one, and have its model loaded.

    Args:
        wish: The request.
        config: The model, and the server's address in the user's settings.
        environ: Where the user's state folder and the API key are.
        notify: Shows progress, often.

    Raises:
        EndpointError: There is no way to have one here, or the model does not fit; the hint has the next step.
        TargetError: The model file is none.
    """
    before = read_started(environ)
    if before and before.kind != "compose" and not is_alive(before):
        forget_started(environ)
        before = None
    if wish.gguf:
        return _up_gguf(replace(wish, gguf=wish.gguf.resolve()), before, environ, notify)
    started = False
    if servers := find_servers(config, environ, wish.ports):
        access, server = servers[0]
        started = before is not None and is_at(before, access.address)
    elif config.url or config.urls:
        raise _not_there(config, environ)
    else:
        access, server = _start(wish, config, environ, notify)
        started = True
    return _use(access, server, wish, config, environ, notify, started=started)


def _start(wish: Wish, config: "Config", environ: Mapping[str, str], notify: Notify) -> tuple[Access, Server]:
    if find_program("ollama"):
        url, server = starting.start_ollama(wish, environ, notify)
    elif compose.can_compose():
        url, server = starting.start_ollama_in_compose(wish, environ, notify)
    else:
        raise _no_way()
    return Access(url, config.model, hosts=config.hosts, timeout=config.timeout), server


def _not_there(config: "Config", environ: Mapping[str, str]) -> EndpointError:
    error = explain_silence(config, find_places(config, environ))
    if isinstance(error, EndpointUnreachable):
        error.hint = "Start it there, or take the URL out: workhorse config"
    return error


# -- a server that is there


def _use(
    access: Access,
    server: Server,
    wish: Wish,
    config: "Config",
    environ: Mapping[str, str],
    notify: Notify,
    *,
    started: bool,
) -> Up:
    name = config.model or server.choose_model()
    if server.kind is not ServerKind.OLLAMA:
        return Up(access.address.url, server.kind.value, name, server.context_tokens, Fit.UNKNOWN, started)
    refuse_relayed(name, config.hosts)
    model = find_installed(access, name) or _pull(access, name, notify)
    _check_usable(model, config)
    context = min(wish.context, model.context or wish.context)
    fit = _check_memory(model, context, access, wish.force)
    if model.loaded_context < context:
        notify(f"loading {model.name}")
        if not model.loaded:  # else another program loaded it, and ``down`` must leave it
            ours = LoadedModel(access.address.url, model.name)
            write_loaded([*read_loaded(environ), ours], environ)
        asked = {"model": model.name, "keep_alive": KEEP_ALIVE, "options": {"num_ctx": context}, "stream": False}
        call(access, "/api/generate", asked, LOAD_SECONDS)
        model = find_installed(access, name) or model
    told = model.loaded_context or context
    return Up(access.address.url, server.kind.value, model.name, told, fit, started)


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


def _check_memory(model: InstalledModel, context: int, access: Access, force: bool) -> Fit:
    is_here = access.address.host.startswith(("127.", "localhost", "::1"))
    if model.loaded_context >= context or model.shape is None or not is_here:
        return Fit.UNKNOWN  # it is in memory as it is wanted, or the memory is that of another machine
    memory = read_memory(max(loaded_bytes(access) - model.in_ram, 0))  # loaded anew it leaves its own place first
    if memory.vram is not None:
        memory = replace(memory, vram=memory.vram + model.in_vram)
    try:
        return check_fits_memory(model.name, model.shape, context, memory)
    except EndpointError:
        if force:
            return Fit.NOT
        raise


def _pull(access: Access, name: str, notify: Notify) -> InstalledModel:
    """Fetch a model through Ollama, which gets nothing but the model's name."""
    for line in stream(access, "/api/pull", {"model": name, "stream": True}, LOAD_SECONDS):
        status, total, done = text_in(line.get("status")), count_in(line.get("total")), count_in(line.get("completed"))
        notify(f"{name}: {status}" + (f"  {_bar(done, total)}" if total else ""))
    if model := find_installed(access, name):
        return model
    raise EndpointError(f"Ollama has pulled {name} and does not list it.", "See: ollama list")


def _bar(done: int, total: int, width: int = 24) -> str:
    share = min(done / total, 1.0)
    filled = int(share * width)
    return f"[{'#' * filled}{'.' * (width - filled)}] {share:4.0%} of {total / 1e9:.1f} GB"


# -- a server that is started


def _up_gguf(wish: Wish, before: Started | None, environ: Mapping[str, str], notify: Notify) -> Up:
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
        started = starting.start_embedded(replace(wish, context=context), environ, notify)
    elif compose.can_compose():
        started = starting.start_llama_cpp_in_compose(replace(wish, context=context), environ, notify)
    else:
        raise EndpointError(
            "Neither the embedded server nor Docker is here to serve a GGUF file.",
            "Install it: pip install 'workhorse[embedded]'",
        )
    server = read_server(Access(started.url), ASK_SECONDS)
    told = server.context_tokens if server else context
    return Up(started.url, ServerKind.LLAMA_CPP.value, server.choose_model() if server else "", told, fit, started=True)


def _already(before: Started) -> Up | None:
    server = read_server(Access(before.url), ASK_SECONDS)
    if server is None:
        return None
    return Up(before.url, server.kind.value, server.choose_model(), server.context_tokens, Fit.UNKNOWN, started=True)


def _loaded_elsewhere() -> int:
    """Return the bytes that an Ollama of this machine holds: the system counts its mapped files as free."""
    return loaded_bytes(Access(f"http://127.0.0.1:{OLLAMA_PORT}")) if listening((OLLAMA_PORT,), CONNECT_SECONDS) else 0


def _no_way() -> EndpointError:
    return EndpointError(
        f"No model server runs here, and neither Ollama nor Docker compose is there to start one ({DEFAULT_MODEL}).",
        "Install Ollama (https://ollama.com), or: pip install 'workhorse[embedded]' and workhorse up --gguf model.gguf",
    )
