"""Calls to a model server that carry no code: JSON in, JSON or lines of it out.

They use the standard library's client, which uses no proxy, follows no redirect, and imports in a twentieth of the
time of the other.
"""

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

from workhorse_core.errors import EndpointBusy, EndpointError
from workhorse_core.models.discovery.bounded_socket import BoundedSocket
from workhorse_core.models.discovery.trouble import (
    locked,
    no_connection,
    no_server,
    sends_elsewhere,
    web_page,
    words_in,
)
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import Address
from workhorse_core.system.untrusted_json import object_in

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

BYTES = 16_000_000
"""More than any answer, or line of one, of a model server; the list of a model's tensors is the longest."""

STREAM_BYTES = 256_000_000
"""More than all lines about the progress of a download."""

LONGEST_STREAM = 86_400.0
"""Seconds that a download may take."""

WHOLE_CALL = 3.0
"""A whole call may take so many times its longest silence: a server that sends a byte now and then is given up."""


def call(
    access: Access,
    path: str,
    body: Mapping[str, Any] | None = None,
    seconds: float = 10.0,
    *,
    most: int = BYTES,
    clock: Callable[[], float] = monotonic,
) -> Mapping[str, object]:
    """Make one call and return the object that comes back.

    Args:
        access: How to get to the server.
        path: As "/api/tags"; it counts from before ``/v1``.
        body: What to post; None to get.
        seconds: How long the server may be silent; the whole call may take three times as long.
        most: The bytes that may come.
        clock: The clock for the whole call.

    Raises:
        EndpointError: It does not answer, or refuses.
    """
    with _opened(access, path, body, seconds, most, seconds * WHOLE_CALL, clock) as response:
        return _read(response.read(BYTES), access.address)


def stream(
    access: Access,
    path: str,
    body: Mapping[str, Any] | None = None,
    seconds: float = 10.0,
    *,
    most: int = STREAM_BYTES,
    clock: Callable[[], float] = monotonic,
) -> Iterator[Mapping[str, object]]:
    """Make one call and yield each line's object as it comes; it may take as long as lines come.

    Raises:
        EndpointError: It does not answer, or refuses.
    """
    with _opened(access, path, body, seconds, most, LONGEST_STREAM, clock) as response:
        while line := response.readline(BYTES):
            if line.strip():
                yield _read(line, access.address)


@contextmanager
def _opened(
    access: Access,
    path: str,
    body: Mapping[str, Any] | None,
    seconds: float,
    most: int,
    whole: float,
    clock: Callable[[], float],
) -> Generator["HTTPResponse", None, None]:
    import http.client  # deferred, with ssl: 12 ms that are saved where no server listens

    address = access.address
    headers = {"Accept": "application/json", "Content-Type": "application/json", "Connection": "close"}
    if access.key:
        headers["Authorization"] = f"Bearer {access.key}"
    sent = None if body is None else json.dumps(body).encode()
    try:
        connection = _connect(address, seconds)
        try:
            where = address.own.removeprefix(address.root) + path
            connection.request("GET" if sent is None else "POST", where, sent, headers)
            connection.sock = BoundedSocket(connection.sock, seconds, clock() + whole, most, clock)
            with connection.getresponse() as response:
                _check(response, access, address)
                yield response
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        late = isinstance(error, TimeoutError)
        raise no_connection(error, address, "does not answer" if late else "broke off the connection") from error


def _check(response: "HTTPResponse", access: Access, address: Address) -> None:
    if 300 <= response.status < 400:
        raise sends_elsewhere(address)
    if response.status in (401, 403):
        raise locked(address, access.key_name)
    if "html" in (response.getheader("Content-Type") or ""):
        raise web_page(address)
    if response.status != 200:
        try:
            said = words_in(json.loads(response.read(BYTES)))
        except (ValueError, RecursionError):
            said = ""
        kind = EndpointBusy if response.status in (429, 502, 503) else EndpointError
        raise kind(f"{address.root} says: {said or f'status {response.status}'}.")


def _read(data: bytes, address: Address) -> Mapping[str, object]:
    try:
        found: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise no_server(address) from error
    fields = object_in(found)
    if not isinstance(found, dict):
        raise no_server(address)
    if fields.get("error"):  # in a stream it comes after a status of 200
        raise EndpointError(f"{address.root} says: {words_in(fields)}.")
    return fields


def _connect(address: Address, seconds: float) -> "HTTPConnection":
    import ssl
    from http.client import HTTPConnection, HTTPSConnection

    if address.scheme == "http":
        return HTTPConnection(address.host, address.port, timeout=seconds)
    return HTTPSConnection(address.host, address.port, timeout=seconds, context=ssl.create_default_context())
