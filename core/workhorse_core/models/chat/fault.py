"""Errors of the openai library: which are temporary, and their translation into errors of ours."""

import socket
import ssl
from dataclasses import dataclass

from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

from workhorse_core.errors import AnswerTruncated, EndpointError, EndpointUnreachable, PromptTooLong
from workhorse_core.models.discovery import trouble
from workhorse_core.models.privacy.address import Address
from workhorse_core.system.printable import printable

_LARGER = "Name a smaller region, or start the model server with a larger context."
_TOO_LONG = ("context length", "context size", "context window")
_CRASHED = ("model unloaded", "has crashed", "unexpectedly stopped", "model reloaded")


@dataclass(frozen=True, slots=True)
class Called:
    """The server and model of a call, and its size.

    ``key_name`` is the variable that holds the key, ``models`` the server's list, ``tokens`` the size of question and
    answer together, ``context_tokens`` the size of the context if it is known.
    """

    address: Address
    model: str
    tokens: int
    context_tokens: int | None = None
    key_name: str | None = None
    models: tuple[str, ...] = ()


def is_passing(error: APIError) -> bool:
    """Return whether the same call may succeed at once: the connection was lost, or a crashed model is reloaded."""
    if any(sign in words_of(error).lower() for sign in _CRASHED):
        return True
    if not isinstance(error, APIConnectionError) or isinstance(error, APITimeoutError):
        return False
    lasting = (ConnectionRefusedError, socket.gaierror, ssl.SSLError)
    return not any(isinstance(cause, lasting) for cause in trouble.causes(error))


def is_crowded(error: APIError) -> bool:
    """Return whether llama.cpp ran out of a context that its slots share: it fails all requests under way."""
    return "context size has been exceeded" in words_of(error).lower()


def too_long(error: APIError) -> bool:
    """Return whether a refusal is due to a prompt that does not fit into the context."""
    is_refusal = isinstance(error, APIStatusError) and error.status_code in (400, 413, 422, 500)
    return is_refusal and any(sign in words_of(error).lower() for sign in _TOO_LONG) and not is_crowded(error)


def explain(error: APIError, called: Called) -> EndpointError:
    """Turn the library's error into ours."""
    if isinstance(error, APIStatusError):
        return _explain_status(error, called)
    if isinstance(error, APIConnectionError):
        slow = isinstance(error, APITimeoutError)
        return trouble.no_connection(
            error, called.address, "does not answer" if slow else "broke off the connection twice"
        )
    return EndpointError(
        f"The model server failed while it answered: {words_of(error)}.",
        "Run again with --jobs 1, or look into the server's log.",
    )


def too_late(address: Address, silence: float | None, patience: float) -> EndpointError:
    """Return the error for a server without a token for ``silence`` seconds; None if it has not begun to write."""
    if silence is not None:
        return AnswerTruncated(
            f"The answer stopped: no token came for {silence:g} seconds.",
            "Give it more time in your own configuration, or choose a smaller model with --model.",
        )
    return EndpointUnreachable(
        f"{address.root} sent nothing for {patience:g} seconds.",
        "Check that the model server works, then run again.",
    )


def _explain_status(error: APIStatusError, called: Called) -> EndpointError:
    address, status, words = called.address, error.status_code, words_of(error)
    if 300 <= status < 400:
        return trouble.sends_elsewhere(address)
    if status in (401, 403):
        return trouble.locked(address, called.key_name)
    if "html" in error.response.headers.get("content-type", ""):
        return trouble.web_page(address)
    if status == 404:
        if "model" in words.lower():
            return trouble.no_model(address, called.model, called.models)
        return EndpointError(f"There is no chat at {address.url}.", trouble.CHECK_URL)
    if too_long(error):
        return PromptTooLong(f"The question does not fit into the model's context: {words}.", _LARGER)
    return EndpointError(
        f"The model server at {address.url} refused the question ({status}): {words}.", "Look into the server's log."
    )


def words_of(error: APIError) -> str:
    """Return the server's own words, on one line."""
    return trouble.words_in(error.body) or printable(" ".join(error.message.split())).rstrip(".")
