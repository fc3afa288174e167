"""Changes of a commit to Python files, read from one diff, and a first look at what they may lack.

A hook without findings must cost next to nothing, so this module imports only what is built into the interpreter.
Whatever passes the first look is decided by the actions' own rules.
"""

import _codecs

from workhorse_core.actions.catalog import quick_look
from workhorse_core.languages.python.touched import touched_definitions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_FORM = (
    *("-U10000000", "-M", "--diff-filter=ACMRT", "--ignore-submodules", "--text", "--no-relative", "--no-ext-diff"),
    *("--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/"),
)
_PYTHON = ("--", "*.py")
DIFF = ("diff", "--cached", *_FORM, *_PYTHON)
"""Arguments of git for what is staged: whole files, so that one process gives both the changes and the content."""

QUIETLY = ("-c", "core.quotePath=false", "-c", "diff.suppressBlankEmpty=false")
"""Settings that the diff is made under."""


def commit_diff(commit: str) -> tuple[str, ...]:
    """Return the arguments of git for a commit that was made."""
    return ("diff-tree", "-p", "--root", "--no-commit-id", *_FORM, commit, *_PYTHON)


def range_diff(since: str, to: str) -> tuple[str, ...]:
    """Return the arguments of git for everything that ``to`` has and ``since`` has not."""
    return ("diff", *_FORM, f"{since}...{to}", *_PYTHON)


LARGEST_FILE = 1_000_000
"""Bytes; the core skips larger ones."""
_LARGEST_PART = 4 * LARGEST_FILE
"""Bytes of both sides and their signs: the lines of a file of 300 MB took 8 GB."""
_ABOUT = (b"index ", b"new file mode ", b"new mode ")
_NO_FILES = (b" 120000", b" 160000")


class Changed:
    """File of a commit: its path, its bytes as committed, and its new lines.

    ``ranges`` holds first and last lines, counted from 1, both included.
    """

    __slots__ = ("data", "path", "ranges")

    def __init__(self, path: str, data: bytes, ranges: list[tuple[int, int]]) -> None:
        self.path = path
        self.data = data
        self.ranges = ranges


# -- the diff


def read_diff(diff: bytes) -> list[Changed]:
    """Parse the output of ``git diff`` with `DIFF`; links, submodules and deleted lines are left out."""
    found: list[Changed] = []
    for part in (b"\n" + diff.removesuffix(b"\n")).split(b"\ndiff --git ")[1:]:
        start = part.find(b"\n@@ ")
        header = part[: max(start, 0)]
        if start < 0 or len(part) > _LARGEST_PART or any(map(_is_no_file, header.split(b"\n"))):
            continue  # only a name or a mode has changed, or it is no file that is looked at
        name = header[header.rindex(b"\n+++ ") + 5 :].removesuffix(b"\t")
        data, ranges = _read_body(part[part.index(b"\n", start + 1) + 1 :])
        if ranges:
            found.append(Changed(_path(name), data, ranges))
    return found


def _is_no_file(line: bytes) -> bool:
    """Return whether a header's line means that the new side has no file: a link, a submodule, or nothing any more."""
    return line.startswith(b"deleted file mode ") or (line.startswith(_ABOUT) and line.endswith(_NO_FILES))


def _read_body(body: bytes) -> tuple[bytes, list[tuple[int, int]]]:
    """Join the new side, and note which of its lines are new."""
    lines: list[bytes] = []
    ranges: list[tuple[int, int]] = []
    first, before, end = 0, b"", b"\n"
    for line in body.split(b"\n"):
        sign = line[:1]
        if sign == b"+" or sign == b" ":
            if sign == b"+":
                first = first or len(lines) + 1
            elif first:
                ranges.append((first, len(lines)))
                first = 0
            lines.append(line[1:])
        elif sign == b"\\" and before != b"-":  # "\\ No newline at end of file"
            end = b""
        before = sign
    if first:
        ranges.append((first, len(lines)))
    return b"\n".join(lines) + end, ranges


def _path(name: bytes) -> str:
    """Parse the new side's path, a C string in quotes where it holds controls, quotes or backslashes."""
    if name.startswith(b'"'):
        name = _codecs.escape_decode(name[1:-1])[0]
    return name.decode("utf-8", "surrogateescape").removeprefix("b/")


# -- the first look


class Wanted:
    """Actions to look for and paths to look at; ``sections`` holds the settings of each action by field."""

    __slots__ = ("actions", "exclude", "include", "sections")

    def __init__(
        self,
        actions: tuple[str, ...],
        sections: "Mapping[str, Mapping[str, Any]]",
        include: tuple[str, ...] = (),
        exclude: tuple[str, ...] = (),
    ) -> None:
        self.actions = actions
        self.sections = sections
        self.include = include
        self.exclude = exclude


def may_lack(changed: Changed, wanted: Wanted) -> bool:
    """Return whether an action may find something in a file; False only where all of them would find nothing."""
    if len(changed.data) > LARGEST_FILE or b"\0" in changed.data:
        return False
    found = touched_definitions(changed.data, changed.ranges)  # of a file that does not parse there are none
    return bool(found) and any(
        quick_look(action)(changed.path, found, wanted.sections[action]) for action in wanted.actions
    )
