"""Parsers of git's output: records split by NUL, batches of contents, and diffs."""

import os
import re
from collections.abc import Iterable, Iterator

from workhorse_core.system.lazy_regex import late_pattern

Lines = tuple[int, int]
"""The first and the last line, counted from 1."""

_HUNK = late_pattern(rb"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_ESCAPE = late_pattern(rb"\\([0-7]{3}|.)")
_ESCAPED = dict(zip([b"a", b"b", b"t", b"n", b"v", b"f", b"r", b'"', b"\\"], b'\a\b\t\n\v\f\r"\\', strict=True))


def records(output: bytes) -> list[str]:
    """Split at NUL; bytes that are not UTF-8 become surrogates."""
    return os.fsdecode(output).split("\0")[:-1]


def batch_contents(output: bytes, names: Iterable[bytes]) -> Iterator[bytes | None]:
    """Read the output of ``git cat-file --batch`` for these names, in their order; None for anything but a blob."""
    position = 0
    for name in names:
        missing = name + b" missing\n"
        if output.startswith(missing, position):
            position += len(missing)
            yield None
            continue
        end = output.index(b"\n", position)
        _, kind, size = output[position:end].split(b" ")
        data = output[end + 1 : end + 1 + int(size)]
        position = end + 1 + int(size) + 1
        yield data if kind == b"blob" else None


def new_lines(output: bytes) -> Iterator[tuple[str, list[Lines]]]:
    """Read ``git diff -U0 --dst-prefix=b/``: by path, the new or changed lines of the new side."""
    for part in re.split(rb"^diff --git ", output, flags=re.MULTILINE)[1:]:
        header, *_ = re.split(rb"^@@ ", part, maxsplit=1, flags=re.MULTILINE)
        ranges = [(int(first), int(first) + int(count or 1) - 1) for first, count in _HUNK.findall(part)]
        if found := [(first, last) for first, last in ranges if last >= first]:
            yield _path(header), found


def _path(header: bytes) -> str:
    """Read the new side's path, a C string in quotes where it holds controls, quotes or backslashes."""
    name = header[header.rindex(b"\n+++ ") + 5 :].removesuffix(b"\n").removesuffix(b"\t")
    if name.startswith(b'"'):
        name = _ESCAPE.sub(lambda match: bytes([_ESCAPED.get(match[1]) or int(match[1], 8)]), name[1:-1])
    return os.fsdecode(name).removeprefix("b/")
