"""The unified diff of one file, as git writes it.

The hunks are made from the edits themselves and not by comparing texts, so that no hunk slides to lines that look
alike.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from workhorse_core.change.edit import Edit, splice
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple

CONTEXT_LINES = 3


class _Block(NamedTuple):
    """Lines ``first:last`` (half open, from 0) of the old text, replaced by ``new``."""

    first: int
    last: int
    new: tuple[bytes, ...]


def split_lines(data: bytes) -> list[bytes]:
    r"""Split as git does, at ``\n`` only, keeping the ends."""
    lines = data.split(b"\n")
    ended = [line + b"\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended


# -- the header


def write_header(old: str | None, new: str | None, has_hunks: bool) -> bytes:
    """Write the lines above a file's hunks; ``old`` is None for a new file, ``new`` for one that is deleted."""
    source, target = old or new or "", new or old or ""
    # Where this line is all that names the file, git must not have to guess at which blank the second path begins.
    quoted = _in_quotes if not has_hunks and old != new and " " in source else _quoted
    lines = [b"diff --git %s %s\n" % (quoted("a/" + source), quoted("b/" + target))]
    if old is None:
        lines += [b"new file mode 100644\n"]
    elif new is None:
        lines += [b"deleted file mode 100644\n"]
    elif old != new:
        lines += [b"rename from %s\nrename to %s\n" % (_quoted(old), _quoted(new))]
    if has_hunks:
        lines += [
            b"--- %s\n" % (b"/dev/null" if old is None else _name_line("a/" + old)),
            b"+++ %s\n" % (b"/dev/null" if new is None else _name_line("b/" + new)),
        ]
    return b"".join(lines)


_PLAIN = late_pattern(rb"[^\x00-\x1f\"\\\x7f]*")


def _quoted(path: str) -> bytes:
    """Write a path as git does with core.quotePath=false: in C quotes when it holds controls or quotes."""
    raw = path.encode("utf-8", "surrogateescape")
    return raw if _PLAIN.fullmatch(raw) else _in_quotes(path)


def _in_quotes(path: str) -> bytes:
    names = {
        7: b"\\a",
        8: b"\\b",
        9: b"\\t",
        10: b"\\n",
        11: b"\\v",
        12: b"\\f",
        13: b"\\r",
        34: b'\\"',
        92: b"\\\\",
    }
    return b'"%s"' % b"".join(
        names.get(byte) or (b"\\%03o" % byte if byte < 32 or byte == 127 else bytes([byte]))
        for byte in path.encode("utf-8", "surrogateescape")
    )


def _name_line(path: str) -> bytes:
    """Add the tab that git puts after a name with a blank, which marks the end of the name."""
    return _quoted(path) + (b"\t" if " " in path else b"")


# -- the hunks


def write_hunks(before: bytes, after: bytes | None, edits: Iterable[Edit]) -> bytes:
    """Write the hunks of a file, none where nothing changes; with ``after`` None every line goes."""
    return b"".join(_hunks(before, after, edits))


def _hunks(before: bytes, after: bytes | None, edits: Iterable[Edit]) -> Iterator[bytes]:
    old = split_lines(before)
    group: list[_Block] = []
    shift = 0
    for block in _blocks(before, after, edits, old):
        if group and block.first - group[-1].last > 2 * CONTEXT_LINES:
            yield _hunk(old, group, shift)
            shift += sum(len(b.new) - (b.last - b.first) for b in group)
            group = []
        group.append(block)
    if group:
        yield _hunk(old, group, shift)


def _hunk(old: Sequence[bytes], group: Sequence[_Block], shift: int) -> bytes:
    first = max(0, group[0].first - CONTEXT_LINES)
    last = min(len(old), group[-1].last + CONTEXT_LINES)
    body: list[bytes] = []
    position = first
    for block in group:
        body += [b" " + line for line in old[position : block.first]]
        body += [b"-" + line for line in old[block.first : block.last]]
        body += [b"+" + line for line in block.new]
        position = block.last
    body += [b" " + line for line in old[position:last]]
    removed = last - first
    added = removed + sum(len(b.new) - (b.last - b.first) for b in group)
    header = b"@@ -%s +%s @@\n" % (_range(first, removed), _range(first + shift, added))
    return header + b"".join(
        line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in body
    )


def _range(first: int, count: int) -> bytes:
    """Write a range as git does: counted from 1, the line before it when it is empty, a count of 1 left out."""
    start = first + 1 if count else first
    return b"%d" % start if count == 1 else b"%d,%d" % (start, count)


def _blocks(before: bytes, after: bytes | None, edits: Iterable[Edit], old: list[bytes]) -> Iterator[_Block]:
    """Widen each edit to whole lines, join those that share a line, and trim the lines that stay the same."""
    starts = [0, *accumulate(len(line) for line in old)]
    if after is None:
        if old:
            yield _Block(0, len(old), ())
        return
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in edits:
        low, high = _widened(starts, before, edit)
        if groups and (low < groups[-1][1] or low == groups[-1][1] == len(before)):
            groups[-1] = (groups[-1][0], max(high, groups[-1][1]), [*groups[-1][2], edit])
        else:
            groups.append((low, high, [edit]))
    for low, high, members in groups:
        moved = [Edit(e.path, e.start - low, e.end - low, e.new) for e in members]
        new = split_lines(splice(before[low:high], moved))
        yield from _trimmed(old, bisect_left(starts, low), bisect_left(starts, high), new)


def _widened(starts: Sequence[int], before: bytes, edit: Edit) -> tuple[int, int]:
    """Return the span of the whole lines that an edit touches, empty where it only inserts whole lines between two."""
    low = starts[bisect_right(starts, edit.start) - 1]
    if edit.end == len(before):
        return (starts[-2] if low == len(before) and before and not before.endswith(b"\n") else low), edit.end
    result = before[low : edit.start] + edit.new
    next_start = bisect_right(starts, edit.end)
    if starts[next_start - 1] == edit.end and (not result or result.endswith(b"\n")):
        return low, edit.end
    return low, starts[next_start]


def _trimmed(old: Sequence[bytes], first: int, last: int, new: list[bytes]) -> Iterator[_Block]:
    low = 0
    while first + low < last and low < len(new) and old[first + low] == new[low]:
        low += 1
    high = 0
    while last - high > first + low and len(new) - high > low and old[last - high - 1] == new[len(new) - high - 1]:
        high += 1
    block = _Block(first + low, last - high, tuple(new[low : len(new) - high]))
    if block.first != block.last or block.new:
        yield block
