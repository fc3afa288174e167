"""JSON for standard output."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from workhorse_core.system.lazy_regex import late_pattern

JsonObject = dict[str, Any]
_LONE_SURROGATE = late_pattern("[\ud800-\udfff]")


def to_line(value: JsonObject | Sequence[JsonObject]) -> str:
    """Return a value as one line of ASCII JSON without lone surrogates, so that every parser reads it."""
    import json  # deferred: most commands print words

    return json.dumps(_readable(value))


def _readable(value: Any) -> Any:
    """Replace bytes that are not UTF-8, which file names may hold as lone surrogates."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, Mapping):
        return {key: _readable(item) for key, item in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_readable(item) for item in cast("Sequence[Any]", value)]
    return value
