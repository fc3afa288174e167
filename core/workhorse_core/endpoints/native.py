"""Calls to a model server that carry no code: what it has, what it shall load; JSON in, lines of JSON out."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from workhorse_core.endpoints.address import Address
from workhorse_core.endpoints.stranger import object_in, text_in
from workhorse_core.errors import EndpointError, EndpointUnreachable

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

LINE_BYTES = 16_000_000
"""More than any line of a model server; the list of a model's tensors is the longest."""


def call(address: Address, path: str, body: Mapping[str, Any] | None = None, seconds: float = 10.0) -> dict[str, Any]:
    """Make one call and give the last object that comes back.

    Args:
        address: The server; the path counts from before ``/v1``.
        path: As "/api/tags".
        body: What to post; None to get.
        seconds: How long the server may be silent.

    Raises:
        EndpointError: It does not answer, or says that it cannot.
    """
    last: dict[str, Any] = {}
    for line in stream(address, path, body, seconds):
        last = line
    return last


def stream(
    address: Address, path: str, body: Mapping[str, Any] | None = None, seconds: float = 10.0
) -> Iterator[dict[str, Any]]:
    """Make one call and give each object as it comes; neither a proxy nor a redirect is followed.

    Raises:
        EndpointError: It does not answer, or says that it cannot.
    """
    import http.client  # deferred: 12 ms that only this needs

    try:
        with closing(_connect(address, seconds)) as connection:
            headers = {"Accept": "application/json", "Content-Type": "application/json", "Connection": "close"}
            sent = None if body is None else json.dumps(body).encode()
            connection.request("GET" if sent is None else "POST", _path(address, path), sent, headers)
            yield from _lines(connection.getresponse(), address)
    except ConnectionRefusedError as error:
        raise EndpointUnreachable(f"Nobody listens at {address.root}.", "Start it with: workhorse up") from error
    except (OSError, http.client.HTTPException) as error:
        raise EndpointUnreachable(f"{address.root} broke off: {error}.", "Look into the model server's log") from error


def _lines(response: "HTTPResponse", address: Address) -> Iterator[dict[str, Any]]:
    while line := response.readline(LINE_BYTES):
        if not line.strip():
            continue
        try:
            found = dict(object_in(json.loads(line)))
        except (ValueError, RecursionError) as error:
            raise EndpointError(f"{address.root} does not answer as a model server does.") from error
        if response.status != 200 or "error" in found:
            said = found.get("error", "")
            words = text_in(said) or text_in(object_in(said).get("message")) or f"status {response.status}"
            raise EndpointError(f"{address.root} says: {' '.join(words.split())[:300].rstrip('.')}.")
        yield found


def _path(address: Address, path: str) -> str:
    return address.own.removeprefix(address.root) + path


def _connect(address: Address, seconds: float) -> "HTTPConnection":
    import ssl
    from http.client import HTTPConnection, HTTPSConnection

    if address.scheme == "http":
        return HTTPConnection(address.host, address.port, timeout=seconds)
    return HTTPSConnection(address.host, address.port, timeout=seconds, context=ssl.create_default_context())
