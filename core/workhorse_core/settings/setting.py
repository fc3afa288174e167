"""Kinds of settings, and the merging of the user's value with the repository's."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

from workhorse_core.system.named_tuple import NamedTuple

# -- kinds of values


class Kind(NamedTuple):
    """Kind of value: its description, and a function that reads it from TOML and returns None for any other."""

    words: str
    read: Callable[[object], object | None]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _texts(value: object) -> tuple[str, ...] | None:
    words = cast("list[object]", value) if isinstance(value, list) else [None]
    texts = tuple(word for word in words if isinstance(word, str))
    return texts if len(texts) == len(words) else None


def _seconds(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 < value <= 86_400 else None


def _price(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 <= value <= 1_000_000 else None


def _columns(value: object) -> int | None:
    return value if isinstance(value, int) and 20 <= value <= 1000 else None


def _command_table(value: object) -> Mapping[str, tuple[str, ...]] | None:
    if not isinstance(value, dict):
        return None
    table = {str(name): _texts(argv) for name, argv in cast("dict[str, object]", value).items()}
    read = {name: argv for name, argv in table.items() if argv and argv[0]}
    return MappingProxyType(read) if len(read) == len(table) else None


def choice(*words: str) -> Kind:
    """Make the kind of a setting that is one of these words."""

    def read(value: object) -> object | None:
        return value if value in words else None

    return Kind(f"one of {', '.join(words)}", read)


TEXT = Kind("a text", _text)
FLAG = Kind("true or false", _flag)
TEXTS = Kind("a list of texts", _texts)
SECONDS = Kind("a number of seconds, above 0 and up to a day", _seconds)
PRICE = Kind("a price for a million tokens, 0 or above", _price)
COLUMNS = Kind("a whole number from 20 to 1000", _columns)
COMMANDS = Kind('lists of texts by tool, like ruff = ["uvx", "ruff"]', _command_table)


# -- how the user's value and the repository's become one (each may be None)

Merge = Callable[[Any, Any], object]


def nearer(user: Any, repository: Any) -> object:
    """Prefer the repository's value: the style of a project is its own choice."""
    return user if repository is None else repository


def users_first(user: Any, repository: Any) -> object:
    """Prefer the user's value, so that the repository never widens it."""
    return repository if user is None else user


def both(user: Any, repository: Any) -> object:
    """Return the words of both."""
    return tuple(dict.fromkeys((*(user or ()), *(repository or ()))))


def common(user: Any, repository: Any) -> object:
    """Return the words common to both, so that neither widens the other."""
    if user is None or repository is None:
        return users_first(user, repository)
    return tuple(word for word in user if word in repository)


def by_name(user: Any, repository: Any) -> object:
    """Merge tables name by name; prefer the user's entry."""
    return MappingProxyType[str, object]({**(repository or {}), **(user or {})})


_DOES = {"off": 0, "report": 1, "block": 1, "draft": 2, "fix": 3}
"""Rank of each mode of a git hook by how much it changes: to block changes as little as to report."""


def no_more_than(default: str) -> Merge:
    """Return a merge by which the repository may only lower a hook's mode: the user's, else ``default``.

    Where the user has set none it may also block: that is a project's own policy, and runs nothing.
    """

    def merge(user: Any, repository: Any) -> object:
        allowed = default if user is None else user
        if repository is None:
            return user
        less = _DOES[repository] < _DOES[allowed] or (user is None and _DOES[repository] == _DOES[allowed])
        return repository if less else allowed

    return merge


class About(NamedTuple):
    """Annotation of a setting: its kind and merge; without ``merge`` the repository may not set it.

    ``key`` is its name in the file, where that is not the field's.
    """

    kind: Kind
    merge: Merge | None = None
    key: str = ""
