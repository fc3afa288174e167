"""Fields that some servers refuse although the answer does not depend on them, and the request without each."""

import re
from collections.abc import Callable
from copy import copy
from typing import Any

from openai import APIError, APIStatusError

from workhorse_core.models.chat.strategy import schema_in_words
from workhorse_core.system.named_tuple import NamedTuple

Body = dict[str, Any]

_STATUSES = frozenset((400, 415, 422, 500, 501))
_NAMELESS = frozenset((400, 422))


class Concession(NamedTuple):
    """A change to a request: made when a refusal holds one of ``signs`` and the request has what it takes out."""

    name: str
    signs: tuple[str, ...]
    has: Callable[[Body], bool]
    change: Callable[[Body, str], Body]


def _without(field: str, *signs: str) -> Concession:
    def change(body: Body, words: str) -> Body:
        del words
        return {name: value for name, value in body.items() if name != field}

    def has(body: Body) -> bool:
        return field in body

    return Concession(field, (field, *signs), has, change)


def _schema_of(body: Body) -> Body | None:
    wanted: Body = body.get("response_format") or {}
    schema: Body | None = body.get("format") or wanted.get("json_schema", {}).get("schema")
    return schema


def _has_schema(body: Body) -> bool:
    return _schema_of(body) is not None


def _has_limit(body: Body) -> bool:
    return "max_tokens" in body


def _has_system(body: Body) -> bool:
    return any(message["role"] == "system" for message in body["messages"])


def _ask_in_words(body: Body, words: str) -> Body:
    del words
    asked = schema_in_words(_schema_of(body) or {})
    rest = {name: value for name, value in body.items() if name not in ("response_format", "format", "grammar")}
    return _with_first(rest, "system", "", f"\n\n{asked}")


def _without_system(body: Body, words: str) -> Body:
    """Move the system message's text to the start of the first message of the user."""
    del words
    said = [str(message["content"]) for message in body["messages"] if message["role"] == "system"]
    rest = {**body, "messages": [message for message in body["messages"] if message["role"] != "system"]}
    return _with_first(rest, "user", "\n\n".join((*said, "")), "")


def _with_first(body: Body, role: str, before: str, after: str) -> Body:
    messages: list[Body] = [copy(message) for message in body["messages"]]
    found = next((message for message in messages if message["role"] == role), None)
    if found is None:
        found = Body(role=role, content="")
        messages.insert(0, found)
    if isinstance(found["content"], str):
        found["content"] = f"{before}{found['content']}{after}".strip()
    else:  # parts: there are images
        found["content"] = [{"type": "text", "text": before + after}, *found["content"]]
    return {**body, "messages": messages}


def _rename_limit(body: Body, words: str) -> Body:
    del words
    rest = {name: value for name, value in body.items() if name != "max_tokens"}
    return rest | {"max_completion_tokens": body["max_tokens"]}


def _lower_limit(body: Body, words: str) -> Body:
    """Take the largest number in the refusal that is below the limit that was sent."""
    numbers = [int(number) for number in re.findall(r"(?<!\d)\d{2,7}(?!\d)", words)]
    lower = [number for number in numbers if number < body["max_tokens"] and number not in _STATUSES]
    return {**body, "max_tokens": max(lower, default=body["max_tokens"] // 2)}


CONCESSIONS = (
    _without("stream_options", "include_usage"),
    _without("chat_template_kwargs", "enable_thinking"),
    _without("reasoning_effort", "reasoning effort", "reasoning value", "think value"),
    _without("think", "does not support thinking"),
    _without("temperature"),
    Concession(
        "max_tokens",
        ("use 'max_completion_tokens'", "use `max_completion_tokens`", "use max_completion_tokens"),
        _has_limit,
        _rename_limit,
    ),
    Concession(
        "large max_tokens",
        ("max_tokens is too large", "max_tokens must be", "max_tokens should be", "invalid max_tokens"),
        _has_limit,
        _lower_limit,
    ),
    Concession(
        "system role",
        ("system role", "role system", "'system'", "system message", "system prompt", "roles must alternate"),
        _has_system,
        _without_system,
    ),
    Concession(
        "schema",
        ("response_format", "json_schema", "json schema", "schema", "grammar", "structured output", "guided", "format"),
        _has_schema,
        _ask_in_words,
    ),
)
"""In the order in which they are looked for in a refusal; a schema put into words may add a system message."""


class Concessions:
    """The concessions made to one server, learned from its refusals.

    Args:
        never: The names of those that are not made, whatever it refuses.
    """

    def __init__(self, never: tuple[str, ...] = ()) -> None:
        self._never = never
        self._made: dict[str, str] = {}
        self._on_trial: tuple[str, ...] = ()
        self._tried_plain = False

    def apply(self, body: Body) -> Body:
        """Return the request with every concession made; those about roles come last."""
        for concession in sorted(CONCESSIONS, key=lambda item: item.name == "system role"):
            if concession.name in self._made and concession.has(body):
                body = concession.change(body, self._made[concession.name])
        return body

    def confirm(self) -> None:
        """Keep what was tried: the server has answered."""
        self._on_trial = ()

    def learn(self, error: APIError, body: Body, words: str) -> bool:
        """Find out from a refusal what to leave out; False if nothing more can be.

        A refusal that names nothing is answered once by the plainest request there is.
        """
        if not isinstance(error, APIStatusError) or error.status_code not in _STATUSES:
            return False
        for name in self._on_trial:
            del self._made[name]
        if self._on_trial:
            self._on_trial = ()
            return False
        said = f"{words} {error.message} {error.body}".lower()
        open_ones = [item for item in CONCESSIONS if item.name not in (*self._made, *self._never) and item.has(body)]
        for concession in open_ones:
            if any(sign in said for sign in concession.signs):
                self._made[concession.name] = said
                return True
        plain = [item for item in open_ones if item.name not in ("max_tokens", "large max_tokens")]
        if error.status_code not in _NAMELESS or self._tried_plain or not plain:
            return False
        self._tried_plain = True
        self._on_trial = tuple(item.name for item in plain)
        self._made |= dict.fromkeys(self._on_trial, said)
        return True
