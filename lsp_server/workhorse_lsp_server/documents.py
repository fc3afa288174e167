"""Mirrors of the open documents, updated edit by edit.

pygls 2.1 ends lines where ``str.splitlines`` does (form feeds, U+2028 …) and LSP only at CR LF, LF and CR, and it
moves positions that lie past the end of a line: https://github.com/openlawlibrary/pygls/issues/550. So lines and
positions are kept here, and pygls stores these documents.
"""

import re
from collections.abc import Callable, Sequence

from lsprotocol.types import (
    Position,
    PositionEncodingKind,
    Range,
    TextDocumentContentChangeEvent,
    TextDocumentContentChangePartial,
)
from pygls.workspace import TextDocument, Workspace

from workhorse_core.system.named_tuple import NamedTuple

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


def split_lines(text: str) -> list[str]:
    """Split a text where LSP does; the lines keep their ends."""
    return _LINE.findall(text)


def _units_utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _units_utf16(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


_UNITS: dict[PositionEncodingKind | str, Callable[[str], int]] = {
    PositionEncodingKind.Utf8: _units_utf8,
    PositionEncodingKind.Utf16: _units_utf16,
    PositionEncodingKind.Utf32: len,
}


class Changed(NamedTuple):
    """Lines ``first:last`` (half open, from 0) that became ``new`` lines."""

    first: int
    last: int
    new: int


class MirroredDocument(TextDocument):
    """One open document. ``on_change`` receives the lines that each change has touched."""

    def __init__(self, uri: str, text: str, version: int | None, language: str | None, encoding: str) -> None:
        super().__init__(uri, source="", version=version, language_id=language)
        self._units = _UNITS[encoding]
        self._lines = split_lines(text)
        self._text: str | None = text
        self.on_change: Callable[[Changed], None] | None = None

    @property
    def lines(self) -> list[str]:
        """The lines with their ends; the list is not for callers to change."""
        return self._lines

    @property
    def source(self) -> str:
        """The whole text."""
        if self._text is None:
            self._text = "".join(self._lines)
        return self._text

    def apply_change(self, change: TextDocumentContentChangeEvent) -> None:
        """Apply an edit of the editor."""
        if isinstance(change, TextDocumentContentChangePartial):
            changed = self._replace(change.range, change.text)
        else:
            count = len(self._lines)
            self._lines[:] = split_lines(change.text)  # the same list: the outline keeps a reference to it
            changed = Changed(0, count, len(self._lines))
        self._text = None
        if self.on_change:
            self.on_change(changed)

    def _replace(self, place: Range, text: str) -> Changed:
        lines = self._lines
        first, start = self._index(place.start)
        last, end = self._index(place.end)
        before = lines[first][:start] if first < len(lines) else ""
        after = lines[last][end:] if last < len(lines) else ""
        new = before + text + after
        if first and not before and lines[first - 1][-1] not in "\n":  # it joins the next line
            first -= 1
            new = lines[first] + new
        stop = min(last + 1, len(lines))
        if new and new[-1] not in "\r\n" and stop < len(lines):
            new += lines[stop]
            stop += 1
        fresh = split_lines(new)
        lines[first:stop] = fresh
        return Changed(first, stop, len(fresh))

    # -- positions

    def _index(self, position: Position) -> tuple[int, int]:
        """Return line and character; a position past the end of a line or of the text is clamped to that end."""
        if position.line >= len(self._lines):
            return len(self._lines), 0
        return position.line, character_at(self._lines[position.line], position.character, self._units)

    def offset_at(self, position: Position) -> int:
        """Return the number of characters before a position."""
        line, character = self._index(position)
        return sum(map(len, self._lines[:line])) + character

    def position_at(self, line: int, character: int) -> Position:
        """Return the position of a character of a line, in the client's units."""
        if line >= len(self._lines):
            return end_of(self._lines, self._units)
        return Position(line, self._units(self._lines[line][:character]))


def character_at(line: str, units: int, count: Callable[[str], int]) -> int:
    """Find the character at a number of units in a line; line ends do not count."""
    body = line.rstrip("\r\n")
    if body.isascii() or count is len:
        return min(units, len(body))
    low, high = 0, len(body)
    while low < high:  # units only grow along the line
        middle = (low + high) // 2
        if count(body[:middle]) < units:
            low = middle + 1
        else:
            high = middle
    return low


def end_of(lines: Sequence[str], count: Callable[[str], int]) -> Position:
    """Return the position of the end of a text."""
    if lines and lines[-1][-1] not in "\r\n":
        return Position(len(lines) - 1, count(lines[-1]))
    return Position(len(lines), 0)


def units_of(encoding: str) -> Callable[[str], int]:
    """Return the function that counts a text's units in a position encoding."""
    return _UNITS[encoding]


def encoding_name(workspace: Workspace) -> str:
    """Return the negotiated position encoding: "utf-8", "utf-16" or "utf-32"."""
    return PositionEncodingKind(workspace.position_encoding or PositionEncodingKind.Utf16).value


class MirroredWorkspace(Workspace):
    """A workspace of mirrored documents."""

    def _create_text_document(
        self, doc_uri: str, source: str | None = None, version: int | None = None, language_id: str | None = None
    ) -> TextDocument:
        if source is None:  # not open: pygls would read it as UTF-8 and change its line ends
            raise KeyError(doc_uri)
        return MirroredDocument(doc_uri, source, version, language_id, encoding_name(self))
