"""Address of a model server, and the check that code may be sent there."""

import ipaddress
import re
import socket
from collections.abc import Collection
from dataclasses import dataclass

from workhorse_core.errors import EndpointRefused

_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9_](?:[a-zA-Z0-9_.-]*[a-zA-Z0-9_])?)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[a-zA-Z0-9_.~-]+)*)/?",
    re.ASCII,
)
"""Narrower than any standard on purpose: what this accepts, every parser of URLs reads in the same way."""

_CALLS = re.compile(
    r"(?:/chat/completions|/completions|/responses|/messages|/embeddings|/models|/api/(?:chat|generate|tags|show|v1/models))\Z"
)
"""Paths of single calls, as manuals print them: what stands before them is meant."""

_NUMBERS = re.compile(r"[0-9.]+|.*:.*")
_STANDARD_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A checked address: ``host`` in lower case and without brackets, ``path`` without a slash at its end."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def root(self) -> str:
        """The server's own URL, without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def url(self) -> str:
        """URL at which the OpenAI-compatible interface starts."""
        return self.root + self.path

    @property
    def own(self) -> str:
        """URL before ``/v1``, where llama.cpp and Ollama have their own interfaces."""
        return self.url.removesuffix("/v1")


def admit(url: str, hosts: Collection[str] = ()) -> Address:
    """Check that code may be sent to this URL.

    Args:
        url: An http or https URL; without a path, ``/v1`` is meant; the path of a call is cut off.
        hosts: Other machines that the user's own configuration names.

    Raises:
        EndpointRefused: It is no plain URL, or its host is neither this machine nor one that the user named.
    """
    match = _URL.fullmatch(url.strip(" "))
    host = match["host"].strip("[]").lower() if match else ""
    port = int(match["port"] or _STANDARD_PORTS[match["scheme"]]) if match else 0
    if match is None or not 0 < port < 65536 or (_NUMBERS.fullmatch(host) and _read_number(host) is None):
        raise EndpointRefused(
            "The endpoint's URL is not a plain one, so no code is sent there.",
            "Write it like http://127.0.0.1:11434/v1, without a user, a query or a character outside ASCII.",
        )
    if host not in {name.strip("[]").lower() for name in hosts}:
        _check_loopback(host, port)
    return Address(match["scheme"], host, port, _CALLS.sub("", match["path"]) or "/v1")


def refuse_relayed(model: str, hosts: Collection[str]) -> None:
    """Refuse a model that a local Ollama only relays to its cloud.

    Raises:
        EndpointRefused: Its tag marks it as one, and the user's configuration does not name the host ollama.com.
    """
    if model.lower().endswith((":cloud", "-cloud")) and ":" in model and "ollama.com" not in hosts:
        raise EndpointRefused(
            f"The model {model} runs on ollama.com and not on this machine, so no code is sent to it.",
            'Choose another with --model, or name its host in your own configuration: hosts = ["ollama.com"]',
        )


def _check_loopback(host: str, port: int) -> None:
    for number in _resolve(port) if host == "localhost" else [host]:
        if not _is_loopback(number):
            name = f"localhost ({number})" if host == "localhost" else host
            raise EndpointRefused(
                f"{name} is not this machine, so no code is sent there.",
                f'If it is yours, name it in your own configuration file: hosts = ["{host}"];'
                " an SSH tunnel to 127.0.0.1 needs no setting.",
            )


def _resolve(port: int) -> list[str]:
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)]
    except OSError:
        return []  # nothing to connect to: the call itself will fail


def _is_loopback(host: str) -> bool:
    """Only 127.0.0.0/8 and ::1; no name that looks like one, no IPv4 address in an IPv6 one (as of Python 3.13)."""
    address = _read_number(host)
    return address is not None and address.is_loopback and getattr(address, "ipv4_mapped", None) is None


def _read_number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
