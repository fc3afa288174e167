"""A task: an action, its targets, and its options."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePath
from types import MappingProxyType

from workhorse_core.errors import UsageError
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple


class Engine(StrEnum):
    """Engines that a task may use."""

    AUTO = "auto"
    """Rules where they suffice, the local model for the rest when its endpoint answers."""
    RULES = "rules"
    LOCAL = "local"


class Target(NamedTuple):
    """A place in the code.

    ``path`` is a file or a folder, relative to the project's root, POSIX style, "" for the root itself. ``symbol``
    is a dotted name in it. ``first`` and ``last`` are lines counted from 1, both included. With both, ``symbol`` at
    the line ``first`` is that one definition without those within it, and "" is the module itself.
    """

    path: str
    symbol: str | None = None
    first: int | None = None
    last: int | None = None

    def __str__(self) -> str:
        if self.symbol:
            return f"{self.path}::{self.symbol}"
        if self.first is None:
            return self.path or "."
        return f"{self.path}:{self.first}" if self.first == self.last else f"{self.path}:{self.first}-{self.last}"


_LINES = late_pattern(r"(?P<path>.+?):(?P<first>\d+)(?:-(?P<last>\d+))?", re.DOTALL)
_SYMBOL = late_pattern(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def parse_target(text: str) -> Target:
    """Read ``path``, ``path::Class.method``, ``path:LINE`` or ``path:FIRST-LAST``; the path is kept as written.

    Raises:
        UsageError: The symbol is no dotted name, or the lines are not a range counted from 1.
    """
    path, colons, symbol = text.partition("::")
    if colons:
        if not path or not _SYMBOL.fullmatch(symbol):
            raise UsageError(f"{text} is not a target.", "Write path::Class.method, for example src/a.py::Parser.parse")
        return Target(path, symbol)
    if match := _LINES.fullmatch(text):
        first = int(match["first"])
        last = int(match["last"] or first)
        if not 1 <= first <= last:
            raise UsageError(f"{text} names no lines: they are counted from 1, the first before the last.")
        return Target(match["path"], None, first, last)
    if not text:
        raise UsageError("A target is empty.", "Name a file, a folder, path::name or path:LINE")
    return Target(PurePath(text).as_posix())


class Task(NamedTuple):
    """One request.

    ``options`` are the action's own arguments by name, as words (``{"style": "google", "rewrite": "yes"}``).
    ``max_rounds`` is how many drafts a region may cost. ``note`` holds a reviewer's words on an earlier result.
    """

    action: str
    targets: tuple[Target, ...]
    engine: Engine = Engine.AUTO
    options: Mapping[str, str] = MappingProxyType({})
    max_rounds: int = 2
    note: str | None = None
