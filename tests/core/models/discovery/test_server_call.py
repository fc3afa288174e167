"""Calls without code are bounded in bytes and in time, whatever the server sends."""

import gzip
import json
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from core.models.double import Listener, http
from workhorse_core.errors import EndpointError
from workhorse_core.models.discovery.installed import list_installed
from workhorse_core.models.discovery.places import find_servers
from workhorse_core.models.discovery.server import ServerKind, read_server
from workhorse_core.models.discovery.server_call import call, stream
from workhorse_core.models.privacy.access import Access
from workhorse_core.settings.config import Config

Listen = Callable[..., Listener]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MEGABYTE = b"x" * 1_000_000


def for_ever(start: bytes, piece: bytes) -> Callable[[bytes], Iterator[bytes]]:
    def respond(_: bytes) -> Iterator[bytes]:
        yield start
        while True:
            yield piece

    return respond


ENDLESS = {
    "interim responses": for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "a header": for_ever(b"HTTP/1.1 200 OK\r\nX-Header: ", MEGABYTE),
    "headers": for_ever(b"HTTP/1.1 200 OK\r\n", b"X-Header: x\r\n" * 1000),
    "a body": for_ever(OK + b"\r\n[", MEGABYTE),
    "a chunk's size": for_ever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 10_000),
    "chunks": for_ever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"f4240\r\n" + MEGABYTE + b"\r\n"),
    "trailers": for_ever(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"X: x\r\n" * 1000),
    "an error's body": for_ever(b"HTTP/1.1 500 No\r\n\r\n", MEGABYTE),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_a_response_without_end_is_given_up(listen: Listen, what: str) -> None:
    with pytest.raises(EndpointError):
        call(Access(listen(ENDLESS[what]).url), "/api/tags", seconds=30, most=3_000_000)


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX-H: ", OK + b"\r\n"])
def test_a_response_that_drips_is_given_up_although_bytes_come(listen: Listen, start: bytes) -> None:
    a_second_a_piece = count(1.0).__next__
    with pytest.raises(EndpointError, match="does not answer"):
        call(Access(listen(for_ever(start, b" ")).url), "/api/tags", seconds=10, clock=a_second_a_piece)


def test_lines_of_a_stream_may_take_longer_than_one_call(listen: Listen) -> None:
    def respond(_: bytes) -> Iterator[bytes]:
        yield OK + b"Connection: close\r\n\r\n"
        for number in range(5):
            yield b'{"status": "%d"}\n' % number

    an_hour_a_piece = count(0.0, 3600.0).__next__
    lines = stream(Access(listen(respond).url), "/api/pull", {}, seconds=10, clock=an_hour_a_piece)
    assert len(list(lines)) == 5


def test_a_line_of_a_stream_without_end_is_given_up(listen: Listen) -> None:
    with pytest.raises(EndpointError):
        list(stream(Access(listen(ENDLESS["a body"]).url), "/api/pull", {}, most=3_000_000))


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"data": ' * 50_000, b"9" * 100_000, b'{"data": [' + b"{}," * 9])
def test_json_that_cannot_be_read_is_no_model_server(listen: Listen, body: bytes) -> None:
    assert read_server(Access(listen(lambda _: http(200, body)).url), 5.0) is None


def test_a_compressed_response_is_not_unpacked(listen: Listen) -> None:
    listener = listen(lambda _: http(200, b"\x1f\x8b" + bytes(1000), headers="Content-Encoding: gzip\r\n"))
    with pytest.raises(EndpointError):
        call(Access(listener.url), "/v1/models")


def test_search_passes_hostile_servers_and_finds_the_good_one(listen: Listen) -> None:
    bomb = http(200, gzip.compress(bytes(50_000_000)), headers="Content-Encoding: gzip\r\n")
    hostile = [*(ENDLESS[what] for what in ("a header", "headers", "a body", "chunks")), lambda _: bomb]
    good = listen(lambda _: http(200, b'{"object": "list", "data": [{"id": "m"}]}'))
    ports = [*(listen(respond).port for respond in hostile), good.port]
    assert [access.address.port for access, _ in find_servers(Config(), {}, ports)] == [good.port]


def an_ollama_of(models: int) -> Callable[[bytes], bytes]:
    """Answer as an Ollama of many models, without their capabilities."""
    names = [f"m{number}" for number in range(models)]
    pages = {
        "/v1/models": {"object": "list", "data": [{"id": name} for name in names]},
        "/api/version": {"version": "0.5"},
        "/api/tags": {"models": [{"name": name} for name in names]},
    }
    return lambda request: http(200, json.dumps(pages.get(request.split(b" ")[1].decode(), {})).encode())


def test_reading_of_a_server_that_is_slow_in_every_step_ends_by_the_clock(listen: Listen) -> None:
    listener = listen(an_ollama_of(100))
    server = read_server(Access(listener.url), 100.0, count(0.0, 10.0).__next__)
    assert server is not None
    assert server.kind is ServerKind.OLLAMA
    assert 3 < len(listener.received) < 40  # one for each model would be more


def test_models_that_answer_slowly_are_listed_without_their_details(listen: Listen) -> None:
    listener = listen(an_ollama_of(100))
    access = Access(listener.url)
    server = read_server(access, 1.0, lambda: 0.0)
    assert server is not None
    listener.received.clear()
    assert len(list_installed(access, server, count(0.0, 10.0).__next__)) == 100
    assert len([request for request in listener.received if b"/api/show" in request]) == 5
