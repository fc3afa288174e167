"""A project's style of types: ``list[int]`` or ``List[int]``, ``X | None`` or ``Optional[X]``."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_OLD_UNION = re.compile(rb"(?::|->|[\[|])\s*(?:\w+\.)?(?:Optional|Union)\[")
_NEW_UNION = re.compile(rb"\|\s*None\b|\bNone\s*\|")
_OLD_GENERIC = re.compile(rb"\b(?:List|Dict|Tuple|Set|FrozenSet|Type)\[")
_NEW_GENERIC = re.compile(rb"(?::|->|[\[|,])\s*(?:list|dict|tuple|set|frozenset|type)\[")
_ABC = re.compile(rb"^[ \t]*(?:from|import) collections(?:\.abc\b| import abc)", re.MULTILINE)
_TYPING_AS = re.compile(rb"^import typing(?: as (\w+))?[ \t]*(?:#|$)", re.MULTILINE)
_TYPING_FROM = re.compile(rb"^from typing import ", re.MULTILINE)
_FUTURE = re.compile(rb"^from __future__ import .*\bannotations\b", re.MULTILINE)
_RELATIVE = re.compile(rb"^from \.", re.MULTILINE)
_SEVERAL = re.compile(rb"^from [\w.]+ import (?:\(|\w+(?: as \w+)?,)", re.MULTILINE)
_SINGLE = re.compile(rb"^from (?!__future__)[\w.]+ import \w+(?: as \w+)?[ \t]*(?:#|$)", re.MULTILINE)

DEFERRED_SINCE = 14
"""Annotations are evaluated late from Python 3.14 on."""


@dataclass(frozen=True, slots=True)
class Style:
    """The style of types in one project.

    ``minor`` is the oldest minor version of Python 3 that it supports. ``typing_alias`` is what it calls the module
    ``typing`` where it imports it whole, "" where it imports names from it. ``abc``: it uses ``collections.abc``.
    ``future``: it is used to ``from __future__ import annotations``. ``joined``: one import statement may name
    several things. ``width`` is the longest line.
    """

    minor: int
    old_unions: bool = False
    old_generics: bool = False
    typing_alias: str = ""
    abc: bool = True
    future: bool = False
    relative: bool = True
    joined: bool = True
    width: int = 88


def read_style(files: Iterable[bytes], minor: int, width: int) -> Style:
    """Read a style off some files of the project.

    Args:
        files: Their bytes.
        minor: The oldest minor version of Python 3 that the project supports.
        width: The longest line.
    """
    counts: Counter[str] = Counter()
    aliases: Counter[str] = Counter()
    patterns = {
        "old union": _OLD_UNION,
        "new union": _NEW_UNION,
        "old generic": _OLD_GENERIC,
        "new generic": _NEW_GENERIC,
        "relative": _RELATIVE,
        "several": _SEVERAL,
        "single": _SINGLE,
    }
    for data in files:
        counts["files"] += 1
        for name, pattern in patterns.items():
            counts[name] += len(pattern.findall(data))
        for name, pattern in (("abc", _ABC), ("future", _FUTURE), ("typing from", _TYPING_FROM)):
            counts[name] += pattern.search(data) is not None
        if match := _TYPING_AS.search(data):
            aliases[(match[1] or b"typing").decode()] += 1
    alias = aliases.most_common(1)[0][0] if aliases and sum(aliases.values()) > counts["typing from"] else ""
    return Style(
        minor,
        old_unions=counts["old union"] > counts["new union"],
        old_generics=counts["old generic"] > counts["new generic"] or minor < 7,
        typing_alias=alias,
        abc=counts["abc"] > 0 or (minor >= 9 and not alias),
        future=counts["future"] * 3 >= counts["files"] > 0,
        relative=counts["relative"] > 0,
        joined=counts["several"] > 0 or counts["single"] < 4,
        width=width,
    )
