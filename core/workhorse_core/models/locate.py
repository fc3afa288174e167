"""Search for the model server: the one that the user names, else one at the usual places of this machine."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from workhorse_core.errors import EndpointBusy, EndpointError, EndpointUnreachable
from workhorse_core.models.chat.lazy_endpoint import LazyEndpoint
from workhorse_core.models.chat.ollama import Ollama, read_card, refuse_remote
from workhorse_core.models.chat.openai_compatible import OpenAICompatible
from workhorse_core.models.chat.pause import Pause, be_silent
from workhorse_core.models.chat.pool import Pool
from workhorse_core.models.chat.unusable_endpoint import UnusableEndpoint
from workhorse_core.models.discovery.conformance import recall
from workhorse_core.models.discovery.places import ASK_SECONDS, NAMED_SECONDS, USUAL_PORTS, find_places, servers_at
from workhorse_core.models.discovery.server import Server, ServerKind, find_trouble, read_server
from workhorse_core.models.discovery.server_call import call
from workhorse_core.models.discovery.trouble import no_model
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import refuse_relayed
from workhorse_core.models.privacy.masking import MaskingEndpoint
from workhorse_core.models.roles import Role, choose_role
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.system.printable import printable

if TYPE_CHECKING:
    from workhorse_core.settings.config import Config


class Search(NamedTuple):
    """Parameters of a search.

    ``ports`` are the places on this machine when no URL is configured; ``notify`` shows the user a sentence: the server
    that was found, a wait, a server of several that rests.
    """

    role: Role = Role.WORKER
    ports: Sequence[int] = USUAL_PORTS
    notify: Callable[[str], None] = be_silent


USUAL = Search()


def find_endpoint(config: "Config", environ: Mapping[str, str], search: Search = USUAL) -> Endpoint | None:
    """Find the server to ask; a fault of it is raised by the first question.

    A configured URL is taken as it is, whether a server answers there or not. Several share the work. What
    ``workhorse up`` started is looked for first. No key is sent to a server that was only found.

    Args:
        config: The merged configuration: command line, environment and the user's file.
        environ: Where the API key is.
        search: The role that the model plays, and where to look.

    Raises:
        EndpointRefused: The configured host is not this machine, and not named in the user's configuration.
        ConfigError: The API key cannot be one.
    """
    config = choose_role(config, search.role).config
    return _combine(config, _look(config, environ, search), environ, search)


def find_ready_endpoint(config: "Config", environ: Mapping[str, str], search: Search = USUAL) -> Endpoint | None:
    """Find the server to ask as :func:`find_endpoint` does, and make sure that it can be asked, before any work begins.

    A server that is still loading its model counts as ready: the first question waits for it. A server that is not
    configured is named to ``search.notify``.

    Returns:
        None if no URL is configured and no server answers on this machine.

    Raises:
        EndpointError: It cannot be asked; of several servers none can.
        ConfigError: The API key cannot be one.
    """
    config = choose_role(config, search.role).config
    seen = _look(config, environ, search)
    there = [(place, server) for place, server in seen if server is not None]
    if seen and not there:
        trouble = find_trouble(seen[0][0], ASK_SECONDS)
        if not isinstance(trouble, EndpointBusy):
            raise trouble
    if there:
        check_model(*there[0])
        access, server = there[0]
        if not (config.url or config.urls):
            model = printable(access.model or server.choose_model())
            search.notify(f"Asking {model} of {server.kind} at {access.address.root}, found on its usual port.")
    return _combine(config, seen, environ, search)


def check_model(access: Access, server: Server) -> None:
    """Check that the server has the model, that it can chat, and that it runs there, as far as can be queried.

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


def _look(config: "Config", environ: Mapping[str, str], search: Search) -> list[tuple[Access, Server | None]]:
    """Look at every configured place; else find the first of this machine's that answers, or is loading its model."""
    places = find_places(config, environ, search.ports)
    if config.url or config.urls:
        return [(place, read_server(place, NAMED_SECONDS)) for place in places]
    if found := list(islice(servers_at(places), 1)):
        return list(found)
    busy = (place for place in places if isinstance(find_trouble(place, ASK_SECONDS), EndpointBusy))
    return [(place, None) for place in islice(busy, 1)]


def _combine(
    config: "Config", seen: Sequence[tuple[Access, Server | None]], environ: Mapping[str, str], search: Search
) -> Endpoint | None:
    pause = Pause(search.notify)
    endpoints = [(place.url, make_endpoint(place, server, environ, pause)) for place, server in seen]
    if not endpoints:
        return None
    several = len(config.urls) > 1 and not config.url
    return MaskingEndpoint(Pool(endpoints, notify=search.notify) if several else endpoints[0][1])


def make_endpoint(
    access: Access, server: Server | None, environ: Mapping[str, str], pause: Pause | None = None
) -> Endpoint:
    """Make the endpoint that drives this kind of server: one line for each kind that has its own.

    The probe's results are used if the model is still the same.
    """
    if server is None:
        return LazyEndpoint(access, lambda access, server: make_endpoint(access, server, environ, pause), pause)
    try:
        model = access.model or server.choose_model()
    except EndpointError as error:
        return UnusableEndpoint(error)
    known = recall(server, model, environ)
    if server.kind is ServerKind.OLLAMA:
        return Ollama(access, server, known, pause)
    return OpenAICompatible(access, server, known, pause)
