"""A function's header once it has its types: where it would be too long, each parameter gets a line of its own.

That is how black and ruff write it, trailing comma included, so both leave it alone whichever of the types are kept.
"""

import re
from collections.abc import Iterator, Sequence

from workhorse_core.change.edit import Edit, splice
from workhorse_core.languages.python.header import header_end
from workhorse_core.languages.python.nodes import Function, arguments_of
from workhorse_core.languages.python.source import PythonSource

_COLON = re.compile(rb"[ \t]*:")
_GAP = re.compile(rb"\s*")


def lay_out(source: PythonSource, node: Function, edits: Sequence[Edit], width: int) -> tuple[Edit, ...]:
    """Return the shared edits that break a header up; none where it fits.

    Args:
        source: The file.
        node: The function.
        edits: The annotations that it gets.
        width: The longest line, in columns.
    """
    start, end = source.offset(node.lineno, 0), header_end(source, node)
    if end is None or b"#" in source.data[start:end] or b"\\" in source.data[start:end]:
        return ()
    colon = _COLON.match(source.data, end)
    if colon is None or _fits(source, start, colon.end(), edits, width):
        return ()
    return tuple(_broken(source, node, start, end))


def crowding_the_end(source: PythonSource, node: Function, edits: Sequence[Edit], width: int) -> Sequence[Edit]:
    """Return the annotations that do not fit on a header's last line, because a comment stands behind it."""
    end = header_end(source, node)
    if end is None:
        return ()
    number = source.line_of(end - 1)
    line = source.lines[number - 1].decode(source.encoding.removesuffix("-sig"), "replace").rstrip()
    if "#" not in line[end - source.offset(number, 0) :] or len(line) > width:
        return ()
    crowding: list[Edit] = []
    length = len(line)
    for edit in (edit for edit in edits if source.line_of(edit.start) == number):
        added = len(edit.new) - (edit.end - edit.start)
        if length + added > width:
            crowding.append(edit)
        else:
            length += added
    return crowding


def _fits(source: PythonSource, start: int, end: int, edits: Sequence[Edit], width: int) -> bool:
    inside = [
        Edit(edit.path, edit.start - start, edit.end - start, edit.new)
        for edit in edits
        if start <= edit.start and edit.end <= end
    ]
    header = splice(source.data[start:end], inside).decode(source.encoding.removesuffix("-sig"), "replace")
    return all(len(line.rstrip("\r\n")) <= width for line in header.splitlines())


def _broken(source: PythonSource, node: Function, start: int, end: int) -> Iterator[Edit]:
    """Put every parameter on a line of its own."""
    indent, newline = source.indent_of(node.lineno), source.newline
    inner = f"{newline}{indent}{source.indent_unit}".encode()
    opening, commas = _separators(source, node, start, end)
    if opening is None:
        return
    for place in [opening, *commas]:
        gap = _GAP.match(source.data, place + 1)
        assert gap is not None
        if gap.end() < end - 1:
            yield from _replaced(source, gap.start(), gap.end(), inner)
    close = end - 1
    low = close
    while source.data[low - 1 : low].isspace():
        low -= 1
    comma = b"" if source.data[low - 1 : low] == b"," else b","
    yield from _replaced(source, low, close, comma + f"{newline}{indent}".encode())


def _replaced(source: PythonSource, start: int, end: int, new: bytes) -> Iterator[Edit]:
    if source.data[start:end] != new:
        yield Edit(source.path, start, end, new, shared=True)


def _separators(source: PythonSource, node: Function, start: int, end: int) -> tuple[int | None, list[int]]:
    """Find the parenthesis that opens the parameters, and the commas between them; None where there is none."""
    values = [*node.args.defaults, *node.args.kw_defaults]
    spans = sorted(source.span(each) for each in (*arguments_of(node), *values) if each is not None)
    if not spans:
        return None, []
    opening = source.data.rfind(b"(", start, spans[0][0])
    commas: list[int] = []
    position = opening + 1
    for low, high in [*spans, (end - 1, end - 1)]:
        commas += [place for place in range(position, low) if source.data[place : place + 1] == b","]
        position = max(position, high)
    return opening, commas
