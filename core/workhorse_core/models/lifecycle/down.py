"""Stop of a model server: only what ``workhorse up`` has loaded and started is unloaded and stopped."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workhorse_core.errors import EndpointError
from workhorse_core.models.discovery.installed import find_installed, list_loaded
from workhorse_core.models.discovery.places import USUAL_PORTS, find_servers
from workhorse_core.models.discovery.server import ServerKind
from workhorse_core.models.discovery.server_call import call
from workhorse_core.models.discovery.started_server import forget_started, is_at, read_started
from workhorse_core.models.lifecycle import starting
from workhorse_core.models.lifecycle.loaded import read_loaded, write_loaded
from workhorse_core.models.privacy.access import Access

if TYPE_CHECKING:
    from workhorse_core.settings.config import Config


@dataclass(frozen=True, slots=True)
class Down:
    """Outcome of ``workhorse down``.

    ``unloaded`` are the models that were taken out of memory, ``stopped`` is the URL of the server that was stopped
    ("" for none), ``left`` are the models that are in an Ollama's memory still, since ``up`` has not loaded them.
    """

    unloaded: tuple[str, ...]
    stopped: str
    left: tuple[str, ...] = ()


def bring_down(
    config: "Config",
    environ: Mapping[str, str],
    persist: bool = False,
    model: str | None = None,
    ports: tuple[int, ...] = USUAL_PORTS,
) -> Down:
    """Take the models that ``workhorse up`` has loaded out of memory, and stop the server that it has started.

    Args:
        config: The user's settings: the server's address.
        environ: Where the user's state folder and the API key are.
        persist: Leave the server running.
        model: A model to be unloaded as well, even if ``up`` has not loaded it.
        ports: Where to look for one.

    Raises:
        EndpointError: It does not stop; or the model that was named is not loaded.
    """
    before = read_started(environ)
    servers = [access for access, server in find_servers(config, environ, ports) if server.kind is ServerKind.OLLAMA]
    unloaded = _unload_ours(servers, config, environ)
    if model:
        unloaded += _unload_named(servers, model)
    stopped = ""
    if before and not persist:
        stopped = starting.stop(before)
        forget_started(environ)
        servers = [access for access in servers if not is_at(before, access.address)]
    return Down(tuple(dict.fromkeys(unloaded)), stopped, tuple(_still_loaded(servers)))


def _unload_ours(servers: list[Access], config: "Config", environ: Mapping[str, str]) -> list[str]:
    """Unload what ``up`` has loaded; models that are gone already are forgotten."""
    known = {access.address.url: access for access in servers}
    unloaded: list[str] = []
    for ours in read_loaded(environ):
        with suppress(EndpointError):
            if _unload(known.get(ours.url) or Access(ours.url, hosts=config.hosts), ours.model):
                unloaded.append(ours.model)
    write_loaded([], environ)
    return unloaded


def _unload_named(servers: list[Access], name: str) -> list[str]:
    found = [name for access in servers if _unload(access, name)]
    if not found:
        raise EndpointError(f"The model {name} is not loaded in any Ollama here.", "See what is: workhorse models")
    return found


def _unload(access: Access, name: str) -> bool:
    model = find_installed(access, name)
    if model is None or not model.loaded:
        return False
    call(access, "/api/generate", {"model": model.name, "keep_alive": 0, "stream": False}, 60)
    return True


def _still_loaded(servers: list[Access]) -> list[str]:
    left: list[str] = []
    for access in servers:
        with suppress(EndpointError):
            left += list_loaded(access)
    return left
