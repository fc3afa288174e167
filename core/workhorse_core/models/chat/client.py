"""The one HTTP client that carries code: it connects to one address only."""

import ssl

from httpx2 import AsyncClient, AsyncHTTPTransport, Limits, Request, Timeout
from openai import AsyncOpenAI

from workhorse_core.models.chat.bounded_transport import BoundedTransport
from workhorse_core.models.privacy.address import Address

PATIENCE = 3600.0
"""Seconds without a byte: a server is silent while a question waits in its queue, and queues are long."""

_HEADERS = frozenset(
    ("host", "accept", "accept-encoding", "authorization", "connection", "content-length", "content-type")
)


def make_client(address: Address, key: str | None) -> AsyncOpenAI:
    """Make the client that all calls share; the library's own retries would each start all over."""
    http = make_http(address)
    return AsyncOpenAI(
        base_url=address.url,
        api_key=key or "none",
        default_headers={"Authorization": f"Bearer {key or 'none'}"},  # else OPENAI_CUSTOM_HEADERS may set it
        http_client=http,
        timeout=http.timeout,
        max_retries=0,
    )


def make_http(address: Address) -> AsyncClient:
    """Make the HTTP client that the openai client uses.

    ``trust_env`` would send code through the proxy of ``HTTP_PROXY`` even where it is meant for this
    machine, and a followed redirect would send it anywhere. Connections are not kept: llama.cpp closes
    them after each stream without notice.
    """
    transport = AsyncHTTPTransport(
        trust_env=False,
        verify=ssl.create_default_context() if address.scheme == "https" else False,  # costs 35 ms
        limits=Limits(max_connections=None, max_keepalive_connections=0),
    )
    return AsyncClient(
        trust_env=False,
        follow_redirects=False,
        transport=BoundedTransport(transport),
        timeout=Timeout(connect=5.0, read=PATIENCE, write=60.0, pool=None),
        event_hooks={"request": [_keep_own_headers]},
    )


async def _keep_own_headers(request: Request) -> None:
    """Remove the headers that the library adds: the machine, and the values of OPENAI_* variables."""
    for name in [name for name in request.headers if name.lower() not in _HEADERS]:
        del request.headers[name]
