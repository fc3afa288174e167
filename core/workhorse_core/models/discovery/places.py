"""The places where model servers are: those that the user names, else the usual ports of this machine."""

import selectors
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from workhorse_core.errors import ConfigError, EndpointError, EndpointUnreachable
from workhorse_core.models.discovery.server import Server, find_trouble, read_server
from workhorse_core.models.discovery.started_server import read_started
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import admit
from workhorse_core.models.roles import choose_role, price_of

if TYPE_CHECKING:
    from workhorse_core.settings.config import Config

USUAL_PORTS = (11434, 8080, 9931, 1234, 8000)
"""Ollama, llama.cpp (before 2026 and since), LM Studio, vLLM."""

CONNECT_SECONDS = 0.2
"""A listener on loopback has accepted by then."""

ASK_SECONDS = 1.0
NAMED_SECONDS = 5.0
"""For a server that the user has named: one that computes on every core answers late."""


def find_servers(
    config: "Config", environ: Mapping[str, str], ports: Sequence[int] = USUAL_PORTS
) -> list[tuple[Access, Server]]:
    """Find every server that answers: the configured ones, else all at the usual places.

    Raises:
        EndpointRefused: A configured host is not this machine, and not named in the user's configuration.
        ConfigError: The API key cannot be one.
    """
    return list(servers_at(find_places(config, environ, ports)))


def require_server(
    config: "Config", environ: Mapping[str, str], ports: Sequence[int] = USUAL_PORTS
) -> tuple[Access, Server]:
    """Find the server to ask, as :func:`find_endpoint` does.

    Raises:
        EndpointError: There is none; the message has the reason.
        ConfigError: The API key cannot be one.
    """
    places = find_places(config, environ, ports)
    if found := next(servers_at(places), None):
        return found
    raise explain_silence(config, places)


def explain_silence(config: "Config", places: Sequence[Access]) -> EndpointError:
    """Return the reason why none of these places has a model server."""
    config = choose_role(config).config
    if config.url or config.urls:
        return find_trouble(places[0], ASK_SECONDS)
    return EndpointUnreachable("No model server answers.", "Start one with: workhorse up")


def find_places(config: "Config", environ: Mapping[str, str], ports: Sequence[int] = USUAL_PORTS) -> list[Access]:
    """Return the configured places, else the usual ports of this machine on which a server listens; those get no key.

    Raises:
        EndpointRefused: A configured host is not this machine, and not named in the user's configuration.
        ConfigError: The API key cannot be one.
    """
    config = choose_role(config).config
    common = Access("", config.model, hosts=config.hosts, timeout=config.timeout)
    common = replace(common, price=price_of(config), preferred=config.prefer)
    if named := [config.url] if config.url else list(config.urls):
        key, key_name = read_key(config.api_key_env, environ), config.api_key_env
        places = [replace(common, url=url, key=key, key_name=key_name) for url in named]
        for place in places:
            admit(place.url, config.hosts)
        return places
    started = read_started(environ)
    first = [admit(started.url).port] if started else []
    there = listening(tuple(dict.fromkeys([*first, *ports])), CONNECT_SECONDS)
    return [replace(common, url=f"http://127.0.0.1:{port}/v1") for port in there]


def servers_at(places: Sequence[Access]) -> Iterator[tuple[Access, Server]]:
    """Yield those of the places where a model server answers, each with its description of itself."""
    for place in places:
        if server := read_server(place, ASK_SECONDS):
            yield place, server


def read_key(name: str | None, environ: Mapping[str, str]) -> str | None:
    """Read the API key from the variable that the user named.

    Raises:
        ConfigError: What is there cannot be one.
    """
    key = environ.get(name, "").strip() if name else ""  # a line end from a file is easily kept
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(f"The variable {name} holds no API key: a key has printable ASCII characters only.")
    return key or None


def listening(ports: Sequence[int], seconds: float) -> list[int]:
    """Find the ports of this machine on which a server listens, all tried at once, in the order given."""
    with ExitStack() as stack:
        attempts = {port: stack.enter_context(socket.socket()) for port in ports}
        selector = stack.enter_context(selectors.DefaultSelector())
        for port, attempt in attempts.items():
            attempt.setblocking(False)
            attempt.connect_ex(("127.0.0.1", port))
            selector.register(attempt, selectors.EVENT_WRITE)
        while selector.get_map() and (ready := selector.select(seconds)):
            for key, _ in ready:
                selector.unregister(key.fileobj)
        return [port for port, attempt in attempts.items() if _is_connected(attempt)]


def _is_connected(attempt: socket.socket) -> bool:
    try:
        attempt.getpeername()
    except OSError:
        return False
    return True
