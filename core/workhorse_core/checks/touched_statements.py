"""The statements of a changed file that the edits touch, each side parsed once for all checks."""

import ast
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from workhorse_core.change.patch import FileChange
from workhorse_core.tools.findings import line_starts


@lru_cache(maxsize=16)
def parse_file(data: bytes) -> ast.Module:
    """Parse a file, not to be changed; one that does not parse has no statements, which the syntax check reports."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def touched_statements(change: FileChange, side: str) -> ast.Module:
    """Return a module of those statements at the top of one side ("before", "after") that the edits touch."""
    touched = set(touched_lines(change, side))
    body = parse_file((change.before if side == "before" else change.after) or b"").body
    return ast.Module([node for node in body if not touched.isdisjoint(_lines_of(node))], [])


def touched_lines(change: FileChange, side: str) -> Iterator[int]:
    """Yield the lines that the edits touch, counted from 1 on this side."""
    starts = line_starts((change.before if side == "before" else change.after) or b"")
    shift = 0
    for edit in change.edits:
        start, end = (
            (edit.start, edit.end) if side == "before" else (edit.start + shift, edit.start + shift + len(edit.new))
        )
        shift += len(edit.new) - (edit.end - edit.start)
        # an insertion at the start of a line belongs to what ends on the line before as well
        yield from range(bisect_right(starts, max(0, start - 1)), bisect_right(starts, end) + 1)


def _lines_of(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)
