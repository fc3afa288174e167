"""What went wrong with a call, in a sentence for the user."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import cast

from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

from workhorse_core.endpoints.address import Address
from workhorse_core.endpoints.stranger import object_in, text_in
from workhorse_core.errors import AnswerTruncated, EndpointError, EndpointUnreachable, PromptTooLong

CHECK_URL = "Check the URL, which usually ends in /v1: workhorse config"
_LARGER = "Name a smaller region, or start the model server with a larger context."
_TOO_LONG = ("context length", "context size", "context window")


@dataclass(frozen=True, slots=True)
class Called:
    """Who was called, and with how much.

    ``key_name`` is the variable that holds the key, ``models`` what the server lists, ``tokens`` what question
    and answer may take together, ``context_tokens`` what the server has room for where it says so.
    """

    address: Address
    model: str
    tokens: int
    context_tokens: int | None = None
    key_name: str | None = None
    models: tuple[str, ...] = ()


def is_passing(error: APIError) -> bool:
    """Whether the same call may succeed next time: a lost connection, a server that is loading or busy."""
    if isinstance(error, APIStatusError):
        return error.status_code == 503
    if not isinstance(error, APIConnectionError) or isinstance(error, APITimeoutError):
        return False
    lasting = (ConnectionRefusedError, socket.gaierror, ssl.SSLError)
    return not any(isinstance(cause, lasting) for cause in _causes(error))


def is_crowded(error: APIError) -> bool:
    """Whether llama.cpp ran out of a context that its slots share: it fails everybody, with these words."""
    return "context size has been exceeded" in _words(error).lower()


def refused_switch(error: APIError, switches: Mapping[str, tuple[str, ...]]) -> str | None:
    """Find the switch that a server does not want: it uses one of the switch's words in a 400 or 422."""
    if not isinstance(error, APIStatusError) or error.status_code not in (400, 422):
        return None
    words = f"{error.message} {error.body}".lower()
    return next((name for name, signs in switches.items() if any(sign in words for sign in signs)), None)


def explain(error: APIError, called: Called) -> EndpointError:
    """Turn the library's error into ours."""
    if isinstance(error, APIStatusError):
        return _explain_status(error, called)
    if isinstance(error, APIConnectionError):
        return _explain_connection(error, called.address)
    return EndpointError(
        f"The model server failed while it answered: {_words(error)}.",
        "Run again with --jobs 1, or look into the server's log.",
    )


def web_page(address: Address) -> EndpointError:
    """Give the error for a server that answers in HTML."""
    return EndpointError(f"{address.url} answers with a web page, so it is no model server.", CHECK_URL)


def too_late(address: Address, timeout: float | None, patience: float) -> EndpointError:
    """Give the error for a server that was too slow: ``timeout`` seconds from its first byte, None before that."""
    if timeout is not None:
        return AnswerTruncated(
            f"The answer was not complete after {timeout:g} seconds.",
            "Give it more time in your own configuration, or choose a smaller model with --model.",
        )
    return EndpointUnreachable(
        f"{address.root} said nothing for {patience:g} seconds.",
        "See whether the model server is well, then run again.",
    )


def _explain_status(error: APIStatusError, called: Called) -> EndpointError:
    url, status, words = called.address.url, error.status_code, _words(error)
    if 300 <= status < 400:
        return EndpointError(
            f"{url} wants to send the question elsewhere, which is not followed.",
            "Set --url to where the model server really listens.",
        )
    if status in (401, 403):
        return _explain_key(called)
    if "html" in error.response.headers.get("content-type", ""):
        return web_page(called.address)
    if status == 404:
        return _explain_missing(called, words)
    if status == 400 and any(sign in words for sign in _TOO_LONG):
        return PromptTooLong(f"The question does not fit into the model's context: {words}.", _LARGER)
    return EndpointError(
        f"The model server at {url} refused the question ({status}): {words}.", "Look into the server's log."
    )


def _explain_key(called: Called) -> EndpointError:
    if called.key_name:
        return EndpointError(
            f"{called.address.url} does not accept the key in {called.key_name}.",
            f"Put the right one into the environment variable {called.key_name}.",
        )
    return EndpointError(
        f"{called.address.url} wants an API key.",
        'Put it into an environment variable and name that in your own configuration: api_key_env = "MY_KEY"',
    )


def _explain_missing(called: Called, words: str) -> EndpointError:
    if "model" not in words.lower():
        return EndpointError(f"There is no chat at {called.address.url}.", CHECK_URL)
    near = get_close_matches(called.model, called.models, 3, 0.4) or list(called.models[:3])
    return EndpointError(
        f"The server at {called.address.url} has no model {called.model};"
        f" it has {', '.join(near) or 'none that it lists'}.",
        "Choose one with --model or WORKHORSE_MODEL.",
    )


def _explain_connection(error: APIConnectionError, address: Address) -> EndpointError:
    for cause in _causes(error):
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
                f"Nobody listens at {address.root}.", "Start the model server, or use --engine rules."
            )
    lost = "does not answer" if isinstance(error, APITimeoutError) else "broke off the connection twice"
    return EndpointUnreachable(f"{address.root} {lost}.", "See whether the model server is well, then run again.")


def _words(error: APIError) -> str:
    """The server's own words: one line, not too many, no full stop."""
    body = object_in(error.body)
    inner = body.get("error", body)
    said = text_in(inner) or text_in(object_in(inner).get("message")) or text_in(error.body) or error.message
    return " ".join(said.split())[:300].rstrip(".")


def _causes(error: BaseException) -> Iterator[BaseException]:
    waiting: list[BaseException | None] = [error]
    while waiting:
        if (cause := waiting.pop()) is not None:
            yield cause
            waiting.append(cause.__cause__ or cause.__context__)
            if isinstance(cause, BaseExceptionGroup):  # one for each address that a name has
                waiting += cast("BaseExceptionGroup[BaseException]", cause).exceptions
