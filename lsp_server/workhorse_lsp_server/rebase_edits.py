"""Rebasing edits that were made for an earlier text of a document."""

from bisect import bisect_right
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate

from workhorse_core.change.patch import FileChange
from workhorse_core.languages.registry import source_of
from workhorse_core.pipeline.draft import Draft
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_lsp_server.documents import split_lines

_BOM = "\ufeff"


class TextChange(NamedTuple):
    """Characters ``start:end`` (half open) of a text, replaced by ``new``; ``name`` is the region's."""

    start: int
    end: int
    new: str
    name: str = ""


class Stale(NamedTuple):
    """The regions that the user has changed since, by name; "" for the file outside of regions."""

    names: tuple[str, ...]


def rebase_edits(change: FileChange, drafts: Sequence[Draft], now: str) -> list[TextChange] | Stale:
    """Rebase the edits of one file to its present text.

    A region's edits apply if the region's lines are unchanged, wherever they are now; edits outside of any region,
    and those of a whole module, if the lines that they touch are unchanged.

    Args:
        change: The file as it was drafted on, and its edits.
        drafts: The drafts of this file.
        now: The editor's present text.
    """
    codec = _Codec(change, now)
    before = codec.text
    if before == now:
        return [
            TextChange(codec.at(e.start), codec.at(e.end), codec.decode(e.new), _owner(e, drafts)) for e in change.edits
        ]
    lines = split_lines(before)
    moved = _map_lines(lines, split_lines(now))
    starts, now_starts = _starts(lines), _starts(split_lines(now))
    stale = {d.name for d in drafts if d.parts and d.name and not _stands(moved, range(d.first - 1, d.last))}
    placed: list[TextChange] = []
    for edit in change.edits:
        name = _owner(edit, drafts)
        start, end = codec.at(edit.start), codec.at(edit.end)
        shift = _shift(moved, starts, now_starts, start, end)
        if shift is None:
            stale.add(name)
        else:
            placed.append(TextChange(start + shift, end + shift, codec.decode(edit.new), name))
    return Stale(tuple(sorted(stale))) if stale else placed


def minimal_change(before: str, after: str) -> TextChange:
    """Return the one change from a text to another, without their common start and end."""
    low = 0
    shorter = min(len(before), len(after))
    while low < shorter and before[low] == after[low]:
        low += 1
    high = 0
    while high < shorter - low and before[-high - 1] == after[-high - 1]:
        high += 1
    return TextChange(low, len(before) - high, after[low : len(after) - high])


def make_changes(text: str, changes: Sequence[TextChange]) -> str:
    """Apply changes to a text, given in order."""
    pieces: list[str] = []
    position = 0
    for change in changes:
        pieces += [text[position : change.start], change.new]
        position = change.end
    return "".join([*pieces, text[position:]])


class _Codec:
    """Offsets of a file in bytes and in the editor's characters: most editors hide a byte order mark."""

    def __init__(self, change: FileChange, now: str) -> None:
        data = change.before or b""
        source = source_of(change.moved_from or change.path, data)
        self._encoding = source.encoding.removesuffix("-sig")
        self._hidden = 3 if source.encoding == "utf-8-sig" and not now.startswith(_BOM) else 0
        self._data = data
        self.text = self.decode(data[self._hidden :])

    def decode(self, data: bytes) -> str:
        return data.decode(self._encoding)

    def at(self, offset: int) -> int:
        return len(self.decode(self._data[self._hidden : max(offset, self._hidden)]))


def _owner(edit: object, drafts: Sequence[Draft]) -> str:
    return next((d.name for d in drafts for part in d.parts if edit in part.edits), "")


def _starts(lines: Sequence[str]) -> list[int]:
    return [0, *accumulate(map(len, lines))]


def _map_lines(before: Sequence[str], now: Sequence[str]) -> list[int | None]:
    """Map each line to its present number, None if it is gone or changed."""
    low = 0
    shorter = min(len(before), len(now))
    while low < shorter and before[low] == now[low]:
        low += 1
    high = 0
    while high < shorter - low and before[-high - 1] == now[-high - 1]:
        high += 1
    moved: list[int | None] = [*range(low), *[None] * (len(before) - low - high)]
    moved += range(len(now) - high, len(now))
    matcher = SequenceMatcher(None, before[low : len(before) - high], now[low : len(now) - high], autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            moved[low + block.a + step] = low + block.b + step
    return moved


def _stands(moved: Sequence[int | None], lines: range) -> bool:
    first = moved[lines.start] if lines.start < len(moved) else None
    return first is not None and all(moved[line] == first + line - lines.start for line in lines)


def _shift(
    moved: Sequence[int | None], starts: Sequence[int], now_starts: Sequence[int], start: int, end: int
) -> int | None:
    """Return by how much the characters have moved; None if the lines that they touch have changed."""
    if not moved:
        return 0 if len(now_starts) == 1 else None
    first = min(bisect_right(starts, start) - 1, len(moved) - 1)
    last = min(max(bisect_right(starts, max(end - 1, start)) - 1, first), len(moved) - 1)
    if _stands(moved, range(first, last + 1)):
        line = moved[first]
        return None if line is None else now_starts[line] - starts[first]
    if start == end == starts[first] and first and (above := moved[first - 1]) is not None:
        return now_starts[above + 1] - start  # an insertion between two lines: the one above is still there
    return None
