"""Finding the model server: the one that the user names, else one at the usual places of this machine."""

import selectors
import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from workhorse_core.endpoint import Endpoint
from workhorse_core.endpoints.address import admit
from workhorse_core.endpoints.openai_compatible import Access, OpenAICompatible
from workhorse_core.endpoints.server import Server, read_server
from workhorse_core.errors import ConfigError

if TYPE_CHECKING:
    from workhorse_core.settings.config import Config

USUAL_PORTS = (11434, 8080, 9931, 1234, 8000)
"""Ollama, llama.cpp (before 2026 and since), LM Studio, vLLM."""

CONNECT_SECONDS = 0.2
"""Whoever listens on loopback has accepted by then."""

ASK_SECONDS = 1.0


def find_endpoint(config: "Config", environ: Mapping[str, str], ports: Sequence[int] = USUAL_PORTS) -> Endpoint | None:
    """Find the server to ask.

    A configured URL is taken as it is, whether anybody answers there or not: then the first question
    says so. No key is sent to a server that was only found.

    Args:
        config: The merged configuration: what the command line, the environment and the user's file say.
        environ: Where the API key is.
        ports: Where to look on this machine when no URL is configured.

    Raises:
        EndpointRefused: The configured host is not this machine, and not named in the user's configuration.
        ConfigError: The API key cannot be one.
    """
    if config.url:
        key = _read_key(config.api_key_env, environ)
        access = Access(config.url, config.model, key, config.api_key_env, config.hosts, config.timeout)
        address = admit(access.url, access.hosts)
        return make_endpoint(access, read_server(address, key, access.model, ASK_SECONDS))
    for port in listening(ports, CONNECT_SECONDS):
        access = Access(f"http://127.0.0.1:{port}/v1", config.model, hosts=config.hosts, timeout=config.timeout)
        server = read_server(admit(access.url), None, access.model, ASK_SECONDS)
        if server:
            return make_endpoint(access, server)
    return None


def make_endpoint(access: Access, server: Server | None) -> Endpoint:
    """Make the endpoint that drives this kind of server: one line for each kind that has its own."""
    return OpenAICompatible(access, server)


def _read_key(name: str | None, environ: Mapping[str, str]) -> str | None:
    key = environ.get(name, "").strip() if name else ""  # a line end from a file is easily kept
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(f"The variable {name} holds no API key: a key has printable ASCII characters only.")
    return key or None


def listening(ports: Sequence[int], seconds: float) -> list[int]:
    """Find the ports of this machine on which anybody listens, all tried at once, in the order given."""
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
