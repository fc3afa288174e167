"""Faults of a model server, each as an error with a sentence for the user and a hint."""

import socket
import ssl
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import cast

from workhorse_core.errors import EndpointError, EndpointUnreachable
from workhorse_core.models.privacy.address import Address
from workhorse_core.system.printable import printable
from workhorse_core.system.untrusted_json import object_in, text_in

CHECK_URL = "Check the URL, which usually ends in /v1: workhorse config"


def web_page(address: Address) -> EndpointError:
    """Return the error for an answer in HTML."""
    return EndpointError(f"{address.url} answers with a web page, so it is no model server.", CHECK_URL)


def no_server(address: Address) -> EndpointError:
    """Return the error for an answer that is not a model server's."""
    return EndpointError(f"{address.url} does not answer as a model server does.", CHECK_URL)


def sends_elsewhere(address: Address) -> EndpointError:
    """Return the error for a redirect."""
    return EndpointError(
        f"{address.url} redirects the question, which is not followed.",
        "Set --url to where the model server really listens.",
    )


def locked(address: Address, key_name: str | None) -> EndpointError:
    """Return the error for a missing or wrong key; ``key_name`` is the variable that the user has named for it."""
    if key_name:
        return EndpointError(
            f"{address.url} does not accept the key in {key_name}.",
            f"Put the right one into the environment variable {key_name}.",
        )
    return EndpointError(
        f"{address.url} requires an API key.",
        'Put it into an environment variable and name that in your own configuration: api_key_env = "MY_KEY"',
    )


def no_model(address: Address, model: str, models: Sequence[str]) -> EndpointError:
    """Return the error for a model that the server lacks; it names the most similar ones."""
    near = [printable(name) for name in get_close_matches(model, models, 3, 0.4) or models[:3]]
    listed = ", ".join(near) or "none that it lists"
    return EndpointError(
        f"The server at {address.url} has no model {printable(model)}; it has {listed}.",
        "Choose one with --model or WORKHORSE_MODEL.",
    )


def no_connection(error: BaseException, address: Address, lost: str = "broke off the connection") -> EndpointError:
    """Return the error for a connection that failed or broke off, worded by the reason among the error's causes."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return EndpointError(
                f"The certificate of {address.root} is not valid here: {cause.verify_message}.",
                "Set SSL_CERT_FILE to the file of its authority, or use an SSH tunnel to 127.0.0.1.",
            )
        if isinstance(cause, ssl.SSLError):
            return EndpointError(f"{address.root} does not speak TLS as it should.", CHECK_URL)
        if isinstance(cause, socket.gaierror):
            return EndpointUnreachable(f"There is no machine called {address.host}.", CHECK_URL)
        if isinstance(cause, ConnectionRefusedError):
            return EndpointUnreachable(
                f"No server listens at {address.root}.", "Start the model server: workhorse up; or use --engine rules."
            )
    return EndpointUnreachable(f"{address.root} {lost}.", "Check that the model server works, then run again.")


def words_in(body: object) -> str:
    """Return the server's own words from the body of its error: one line, printable, bounded, no full stop."""
    fields = object_in(body)
    inner = fields.get("error", fields)
    said = text_in(inner) or text_in(object_in(inner).get("message")) or text_in(body)
    return printable(" ".join(said.split())).rstrip(".")


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all errors that led to it."""
    waiting: list[BaseException | None] = [error]
    while waiting:
        if (cause := waiting.pop()) is not None:
            yield cause
            waiting.append(cause.__cause__ or cause.__context__)
            if isinstance(cause, BaseExceptionGroup):  # one for each address that a name has
                waiting += cast("BaseExceptionGroup[BaseException]", cause).exceptions
