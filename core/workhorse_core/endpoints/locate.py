"""Finding the model server: the one that the user names, else one at the usual places of this machine."""

import selectors
import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from workhorse_core.endpoint import Endpoint
from workhorse_core.endpoints.address import admit
from workhorse_core.endpoints.conformance import recall
from workhorse_core.endpoints.late import Late
from workhorse_core.endpoints.ollama import Ollama
from workhorse_core.endpoints.openai_compatible import Access, OpenAICompatible
from workhorse_core.endpoints.pool import Pool
from workhorse_core.endpoints.secrets import Masking
from workhorse_core.endpoints.server import Server, ServerKind, read_server
from workhorse_core.endpoints.started import read_started
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
    says so. Several share the work. What ``workhorse up`` started is looked for first. No key is
    sent to a server that was only found.

    Args:
        config: The merged configuration: what the command line, the environment and the user's file say.
        environ: Where the API key is.
        ports: Where to look on this machine when no URL is configured.

    Raises:
        EndpointRefused: The configured host is not this machine, and not named in the user's configuration.
        ConfigError: The API key cannot be one.
    """
    if config.url:
        return Masking(_configured(config.url, config, environ))
    if config.urls:
        return Masking(Pool([(url, _configured(url, config, environ)) for url in config.urls]))
    started = read_started(environ)
    first = [admit(started.url).port] if started else []
    for port in listening(tuple(dict.fromkeys([*first, *ports])), CONNECT_SECONDS):
        access = Access(f"http://127.0.0.1:{port}/v1", config.model, hosts=config.hosts, timeout=config.timeout)
        server = read_server(admit(access.url), None, access.model, ASK_SECONDS)
        if server:
            return Masking(make_endpoint(access, server, environ))
    return None


def find_server(
    config: "Config", environ: Mapping[str, str], ports: Sequence[int] = USUAL_PORTS
) -> tuple[Access, Server] | None:
    """Find the server to ask as :func:`find_endpoint` does, without an endpoint; None when nobody answers.

    Raises:
        EndpointRefused: The configured host is not this machine, and not named in the user's configuration.
        ConfigError: The API key cannot be one.
    """
    urls = [config.url] if config.url else list(config.urls)
    key = read_key(config.api_key_env, environ) if urls else None
    if not urls:
        started = read_started(environ)
        first = [admit(started.url).port] if started else []
        found = listening(tuple(dict.fromkeys([*first, *ports])), CONNECT_SECONDS)
        urls = [f"http://127.0.0.1:{port}/v1" for port in found]
    for url in urls:
        access = Access(url, config.model, key, config.api_key_env if key else None, config.hosts, config.timeout)
        if server := read_server(admit(url, config.hosts), key, config.model, ASK_SECONDS):
            return access, server
    return None


def _configured(url: str, config: "Config", environ: Mapping[str, str]) -> Endpoint:
    key = read_key(config.api_key_env, environ)
    access = Access(url, config.model, key, config.api_key_env, config.hosts, config.timeout)
    address = admit(access.url, access.hosts)
    return make_endpoint(access, read_server(address, key, access.model, ASK_SECONDS), environ)


def make_endpoint(access: Access, server: Server | None, environ: Mapping[str, str]) -> Endpoint:
    """Make the endpoint that drives this kind of server: one line for each kind that has its own.

    What the probe has found out about the model is used, if it is still the same model.
    """
    if server is None:
        return Late(access, lambda access, server: make_endpoint(access, server, environ))
    known = recall(server, access.model or server.choose_model(), environ)
    if server.kind is ServerKind.OLLAMA:
        return Ollama(access, server, known)
    return OpenAICompatible(access, server, known)


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
