"""Reading JSON that a stranger wrote: what is not of the wanted type counts as absent."""

from collections.abc import Mapping, Sequence
from typing import cast


def object_in(value: object) -> Mapping[str, object]:
    """Take an object; anything else is an empty one."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def list_in(value: object) -> Sequence[object]:
    """Take a list; anything else is an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def text_in(value: object) -> str:
    """Take a text; anything else is an empty one."""
    return value if isinstance(value, str) else ""


def count_in(value: object) -> int:
    """Take a whole number above 0; anything else is 0."""
    return value if isinstance(value, int) and value > 0 else 0
