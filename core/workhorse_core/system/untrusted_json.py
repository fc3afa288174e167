"""Reading of untrusted JSON; a value of the wrong type counts as missing."""

from collections.abc import Mapping, Sequence
from typing import cast


def object_in(value: object) -> Mapping[str, object]:
    """Return an object; an empty one for any other value."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def list_in(value: object) -> Sequence[object]:
    """Return a list; an empty one for any other value."""
    return cast("list[object]", value) if isinstance(value, list) else []


def text_in(value: object) -> str:
    """Return a text; an empty one for any other value."""
    return value if isinstance(value, str) else ""


def count_in(value: object) -> int:
    """Return a whole number above 0; 0 for any other value."""
    return value if isinstance(value, int) and value > 0 else 0
