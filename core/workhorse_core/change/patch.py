"""One unified diff, whole or not at all.

The hunks are made from the edits themselves and not by comparing texts, so they cannot slide to a neighbour that
looks alike; then they are read back and applied, and must give exactly the bytes that the edits give.
"""

import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from workhorse_core.change.edit import Delete, Edit, Move, normalize_edits, splice
from workhorse_core.errors import PatchError

if TYPE_CHECKING:
    from unidiff.patch import PatchedFile

CONTEXT_LINES = 3
NO_NEWLINE = "\\"
"""The type that unidiff gives to the line "No newline at end of file"."""


class FileChange(NamedTuple):
    """One file before and after; None where it does not exist. ``edits`` lead from one to the other, in order.

    There are no edits where only the two are known: in a commit that is audited. ``moved_from`` is the old path of a
    file that moves.
    """

    path: str
    before: bytes | None
    after: bytes | None
    edits: tuple[Edit, ...] = ()
    moved_from: str | None = None


class _Changes(NamedTuple):
    changes: tuple[FileChange, ...]


class Patch(_Changes):
    """Every file that differs, by path."""

    @cached_property
    def text(self) -> bytes:
        """The unified diff, written and read back when it is first asked for; files have encodings of their own.

        Raises:
            PatchError: The diff does not say what the changes do.
        """
        text = b"".join(_file_diff(change) for change in self.changes)
        _read_back(text, self.changes)
        return text

    def prove_text(self) -> None:
        """Write the diff now, so that nothing is built on changes that it does not say; see :attr:`text`."""
        _ = self.text


def make_patch(
    read: Callable[[str], bytes | None],
    edits: Iterable[Edit],
    moves: Iterable[Move] = (),
    deletions: Iterable[Delete] = (),
) -> Patch:
    """Make the patch of some edits, moves and deletions; the same move or deletion given twice is one.

    Args:
        read: Return a file's bytes by its path, None where there is no such file.
        edits: In the order in which insertions at the same place are to stand.
        moves: Files that get another path; their edits are given under the old one.
        deletions: Files that go; they may neither be edited nor moved.

    Raises:
        PatchError: The edits overlap or reach past a file's end; a move or a deletion does not fit the files, the
            edits or the other moves.
    """
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(_checked_path(edit.path), []).append(edit)
    targets = _targets(moves)
    deleted = {_checked_path(deletion.path) for deletion in deletions}
    if both := sorted(deleted & {*by_path, *targets.keys(), *targets.values()}):
        raise PatchError(f"{both[0]} cannot be deleted and changed at the same time.")
    if both := sorted(by_path.keys() & set(targets.values())):
        raise PatchError(f"{both[0]} cannot be edited and be what another file moves to.")
    changes = [_change_file(read, path, edits, targets.get(path)) for path, edits in by_path.items()]
    changes += [_change_file(read, path, (), target) for path, target in targets.items() if path not in by_path]
    changes += [_delete_file(read, path) for path in deleted]
    return patch_of(sorted(changes, key=lambda change: change.moved_from or change.path))


def _targets(moves: Iterable[Move]) -> dict[str, str]:
    """Map each file that moves to its new path.

    Raises:
        PatchError: One file moves to two paths, or two move to one.
    """
    targets: dict[str, str] = {}
    for move in dict.fromkeys(moves):
        old, new = _checked_path(move.old), _checked_path(move.new)
        if old in targets or new in targets.values() or old == new:
            raise PatchError(f"{old} cannot move to {new}: one of them has another move.")
        targets[old] = new
    return targets


def patch_of(changes: Iterable[FileChange]) -> Patch:
    """Take those changes that change something."""
    return Patch(tuple(change for change in changes if change.before != change.after or change.moved_from))


def _checked_path(path: str) -> str:
    """Refuse a path that leaves the project or enters its git folder."""
    steps = path.split("/")
    if not path or path.startswith("/") or "\\" in path or "\0" in path or {"", ".", ".."} & set(steps):
        raise PatchError(f"A patch may not touch {path!r}: the path does not stay inside the project.")
    if any(step.lower() == ".git" for step in steps):
        raise PatchError(f"A patch may not touch {path}: it belongs to git.")
    return path


def _change_file(
    read: Callable[[str], bytes | None], path: str, edits: Sequence[Edit], target: str | None
) -> FileChange:
    before = read(path)
    normal = tuple(normalize_edits(edits))
    after = splice(before or b"", normal)
    if target is None:
        return FileChange(path, before, after, normal)
    if before is None or read(target) is not None:
        raise PatchError(f"{path} cannot move to {target}: one is missing or the other is there already.")
    return FileChange(target, before, after, normal, moved_from=path)


def _delete_file(read: Callable[[str], bytes | None], path: str) -> FileChange:
    before = read(path)
    if before is None:
        raise PatchError(f"{path} cannot be deleted: it is not there.")
    return FileChange(path, before, None)


# -- writing


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


def _file_diff(change: FileChange) -> bytes:
    old = change.moved_from or change.path
    header = [b"diff --git %s %s\n" % (_quoted("a/" + old), _quoted("b/" + change.path))]
    if change.before is None:
        header += [b"new file mode 100644\n"]
    elif change.after is None:
        header += [b"deleted file mode 100644\n"]
    elif change.moved_from:
        header += [b"rename from %s\nrename to %s\n" % (_quoted(old), _quoted(change.path))]
    hunks = b"".join(_hunks(change))
    if hunks:
        header += [
            b"--- %s\n" % (b"/dev/null" if change.before is None else _name_line("a/" + old)),
            b"+++ %s\n" % (b"/dev/null" if change.after is None else _name_line("b/" + change.path)),
        ]
    return b"".join(header) + hunks


_PLAIN = re.compile(rb"[^\x00-\x1f\"\\\x7f]*")


def _quoted(path: str) -> bytes:
    """Write a path as git does with core.quotePath=false: in C quotes when it holds controls or quotes."""
    raw = path.encode("utf-8", "surrogateescape")
    if _PLAIN.fullmatch(raw):
        return raw
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
        names.get(byte) or (b"\\%03o" % byte if byte < 32 or byte == 127 else bytes([byte])) for byte in raw
    )


def _name_line(path: str) -> bytes:
    """Add the tab that git puts after a name with a blank, so that its end is seen."""
    return _quoted(path) + (b"\t" if " " in path else b"")


def _hunks(change: FileChange) -> Iterator[bytes]:
    old = split_lines(change.before or b"")
    group: list[_Block] = []
    shift = 0
    for block in _blocks(change, old):
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


def _blocks(change: FileChange, old: list[bytes]) -> Iterator[_Block]:
    """Widen each edit to whole lines, join those that share a line, and trim what stays the same."""
    before = change.before or b""
    starts = [0, *accumulate(len(line) for line in old)]
    if change.after is None:
        yield _Block(0, len(old), ())
        return
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in change.edits:
        low, high = _widened(starts, before, edit)
        if groups and (low < groups[-1][1] or low == groups[-1][1] == len(before)):
            groups[-1] = (groups[-1][0], max(high, groups[-1][1]), [*groups[-1][2], edit])
        else:
            groups.append((low, high, [edit]))
    for low, high, edits in groups:
        moved = [Edit(e.path, e.start - low, e.end - low, e.new) for e in edits]
        new = split_lines(splice(before[low:high], moved))
        yield from _trimmed(old, bisect_left(starts, low), bisect_left(starts, high), new)


def _widened(starts: Sequence[int], before: bytes, edit: Edit) -> tuple[int, int]:
    """Give the bytes of the whole lines that an edit touches; none when it only puts whole lines between two."""
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


# -- reading back


def _read_back(diff: bytes, changes: Iterable[FileChange]) -> None:
    """Parse the diff as others will and apply it: it must give exactly the files that the edits give."""
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet  # deferred: 16 ms that a list of jobs need not pay

    text = diff.decode("utf-8", "surrogateescape")
    try:
        parsed = PatchSet(io.StringIO(text, newline="\n"))
    except UnidiffParseError as error:
        raise PatchError(f"The diff that was made cannot be read back: {error}.") from error
    by_hunks = [file for file in parsed if len(file)]
    expected = [change for change in changes if change.before != change.after and _has_text(change)]
    if len(by_hunks) != len(expected):
        raise PatchError("The diff that was made does not hold the files that it should.")
    for file, change in zip(by_hunks, expected, strict=True):
        if _applied(file, split_lines(change.before or b"")) != (change.after or b""):
            raise PatchError(f"The diff that was made for {change.path} does not give the bytes that were drafted.")


def _has_text(change: FileChange) -> bool:
    """An empty file that comes or goes has no hunk."""
    return bool(change.before or change.after)


def _applied(file: "PatchedFile", old: Sequence[bytes]) -> bytes:
    result: list[bytes] = []
    position = 0
    last_was_added = False
    for hunk in file:
        start = hunk.source_start - 1 if hunk.source_length else hunk.source_start
        result += old[position:start]
        position = start
        for line in hunk:
            value = line.value.encode("utf-8", "surrogateescape")
            if line.is_context or line.is_removed:
                if position >= len(old) or old[position].removesuffix(b"\n") != value.removesuffix(b"\n"):
                    raise PatchError(f"The diff that was made for {file.path} does not fit to the file.")
                position += 1
            if line.is_context:
                result.append(old[position - 1])
            elif line.is_added:
                result.append(value)
            elif line.line_type == NO_NEWLINE and last_was_added:
                result[-1] = result[-1].removesuffix(b"\n")
            last_was_added = line.is_added
    return b"".join([*result, *old[position:]])
