"""Finding the model server: the one that the user names, else one at the usual places of this machine."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from workhorse_core.errors import EndpointError, EndpointUnreachable
from workhorse_core.models.chat.lazy_endpoint import LazyEndpoint
from workhorse_core.models.chat.ollama import Ollama, read_card, refuse_remote
from workhorse_core.models.chat.openai_compatible import OpenAICompatible
from workhorse_core.models.chat.pool import Pool
from workhorse_core.models.discovery.conformance import recall
from workhorse_core.models.discovery.places import ASK_SECONDS, USUAL_PORTS, find_places, servers_at
from workhorse_core.models.discovery.server import Server, ServerKind, find_trouble, read_server
from workhorse_core.models.discovery.server_call import call
from workhorse_core.models.discovery.trouble import no_model
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import refuse_relayed
from workhorse_core.models.privacy.masking import MaskingEndpoint

if TYPE_CHECKING:
    from workhorse_core.settings.config import Config


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
    return _combine(config, _look(config, environ, ports), environ)


def find_ready_endpoint(
    config: "Config", environ: Mapping[str, str], ports: Sequence[int] = USUAL_PORTS
) -> Endpoint | None:
    """Find the server to ask as :func:`find_endpoint` does, and make sure that it can be asked, before any work begins.

    None means that no URL is configured and nobody answers on this machine.

    Raises:
        EndpointError: It cannot be asked, for the reason that is said; of several servers none can.
        ConfigError: The API key cannot be one.
    """
    seen = _look(config, environ, ports)
    there = [(place, server) for place, server in seen if server is not None]
    if seen and not there:
        raise find_trouble(seen[0][0], ASK_SECONDS)
    if there:
        check_model(*there[0])
    return _combine(config, seen, environ)


def check_model(access: Access, server: Server) -> None:
    """Check that the server has the model, that it can chat, and that it runs there, as far as a server tells.

    Raises:
        EndpointError: One of these is not so.
    """
    model = access.model or server.choose_model()
    refuse_relayed(model, access.hosts)
    if server.kind is ServerKind.OLLAMA:
        shown = _show(access, server, model)
        refuse_remote(model, shown, access.hosts)
        read_card(model, shown)
    elif server.kind is ServerKind.VLLM and model not in server.models:  # others may know it by a name they do not list
        raise no_model(access.address, model, server.models)


def _show(access: Access, server: Server, model: str) -> Mapping[str, object]:
    try:
        return call(access, "/api/show", {"model": model})
    except EndpointError as error:
        if model in server.models or isinstance(error, EndpointUnreachable):
            raise
        missing = no_model(access.address, model, server.models)
        missing.hint = f"Choose one with --model, or fetch it: workhorse up --model {model}"
        raise missing from error


def _look(config: "Config", environ: Mapping[str, str], ports: Sequence[int]) -> list[tuple[Access, Server | None]]:
    """Look at every configured place; else find the first of this machine's that answers."""
    places = find_places(config, environ, ports)
    if config.url or config.urls:
        return [(place, read_server(place, ASK_SECONDS)) for place in places]
    return list(islice(servers_at(places), 1))


def _combine(
    config: "Config", seen: Sequence[tuple[Access, Server | None]], environ: Mapping[str, str]
) -> Endpoint | None:
    endpoints = [(place.url, make_endpoint(place, server, environ)) for place, server in seen]
    if not endpoints:
        return None
    return MaskingEndpoint(Pool(endpoints) if len(config.urls) > 1 and not config.url else endpoints[0][1])


def make_endpoint(access: Access, server: Server | None, environ: Mapping[str, str]) -> Endpoint:
    """Make the endpoint that drives this kind of server: one line for each kind that has its own.

    What the probe has found out about the model is used, if it is still the same model.
    """
    if server is None:
        return LazyEndpoint(access, lambda access, server: make_endpoint(access, server, environ))
    known = recall(server, access.model or server.choose_model(), environ)
    if server.kind is ServerKind.OLLAMA:
        return Ollama(access, server, known)
    return OpenAICompatible(access, server, known)
