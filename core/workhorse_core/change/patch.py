"""One unified diff of several files, applied whole or not at all.

The hunks are read back and applied when they are made: they must give exactly the bytes that the edits give.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from workhorse_core.change.diff import split_lines, write_header, write_hunks
from workhorse_core.change.edit import Delete, Edit, Move, normalize_edits, splice
from workhorse_core.change.path import is_gits_own, is_inside
from workhorse_core.errors import PatchError
from workhorse_core.system.named_tuple import NamedTuple

if TYPE_CHECKING:
    from unidiff.patch import PatchedFile

NO_NEWLINE = "\\"
"""The type that unidiff gives to the line "No newline at end of file"."""


class FileChange(NamedTuple):
    """A file before and after; None where it does not exist. ``edits`` lead from one to the other, in order.

    There are no edits where only the two contents are known: in a commit that is audited. ``moved_from`` is the old
    path of a file that moves.
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
        """The unified diff, written and read back at first use; in bytes, because files have encodings of their own.

        Raises:
            PatchError: The diff does not give the bytes of the changes.
        """
        hunks = [write_hunks(change.before or b"", change.after, change.edits) for change in self.changes]
        _read_back(hunks, self.changes)
        return b"".join(_diff(hunks, self.changes))

    def prove_text(self) -> None:
        """Write the diff now, so that nothing is built on changes that it does not give; see :attr:`text`."""
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
    """Make a patch of those changes that change anything."""
    return Patch(tuple(change for change in changes if change.before != change.after or change.moved_from))


def _checked_path(path: str) -> str:
    """Refuse a path that leaves the project or enters its git folder."""
    if not is_inside(path):
        raise PatchError(f"A patch may not touch {path!r}: the path does not stay inside the project.")
    if is_gits_own(path):
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


def _diff(hunks: Iterable[bytes], changes: Iterable[FileChange]) -> Iterator[bytes]:
    for lines, change in zip(hunks, changes, strict=True):
        old = None if change.before is None else change.moved_from or change.path
        new = None if change.after is None else change.path
        yield write_header(old, new, bool(lines)) + lines


# -- reading back


def _read_back(hunks: Sequence[bytes], changes: Iterable[FileChange]) -> None:
    """Parse the hunks with another program's parser and apply them: they must give the bytes that the edits give.

    The headers are left out: unidiff splits ``diff --git a/x b/x`` at the last ``b/``, which a path may hold.
    """
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet  # deferred: 16 ms that a list of jobs need not pay

    text = b"".join(b"--- a/%d\n+++ b/%d\n%s" % (number, number, lines) for number, lines in enumerate(hunks))
    try:
        files = PatchSet(io.StringIO(text.decode("utf-8", "surrogateescape"), newline="\n"))
    except UnidiffParseError as error:
        raise PatchError(f"The diff that was made cannot be read back: {error}.") from error
    for file, change in zip(files, changes, strict=True):
        if _applied(file, split_lines(change.before or b"")) != (change.after or b""):
            raise PatchError(f"The diff that was made for {change.path} does not give the bytes that were drafted.")


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
