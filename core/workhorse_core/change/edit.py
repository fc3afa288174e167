"""The smallest changes: bytes of one file replaced, a file moved, a file deleted."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from workhorse_core.change.line_block import LineBlock, write_block
from workhorse_core.errors import PatchError
from workhorse_core.system.named_tuple import NamedTuple


class Edit(NamedTuple):
    """Replacement of the bytes ``start:end`` (half open, counted from 0) of a file by ``new``.

    A file that does not exist yet counts as empty: its edits all have the span 0:0. ``shared`` edits (an import that
    several drafts need) are applied once, however many drafts hold an equal one. Shared edits of one span whose
    ``block`` has one form are merged into one edit with the items of all; ``new`` is the text of this one alone.
    """

    path: str
    start: int
    end: int
    new: bytes
    shared: bool = False
    block: LineBlock | None = None


class Move(NamedTuple):
    """New path of a file; its edits name the old path."""

    old: str
    new: str


class Delete(NamedTuple):
    """A file that is deleted."""

    path: str


def normalize_edits(edits: Iterable[Edit]) -> list[Edit]:
    """Sort the edits of one file by position; merge the shared ones.

    Insertions at the same place keep the order in which they were given, shared ones after the others.

    Raises:
        PatchError: Two edits overlap, or one has an impossible span.
    """
    once: dict[Edit, None] = {}
    kept: list[Edit] = []
    blocks: dict[Edit, list[LineBlock]] = {}
    for edit in edits:
        if not 0 <= edit.start <= edit.end:
            raise PatchError(f"An edit of {edit.path} has the impossible span {edit.start}:{edit.end}.")
        if edit.block:
            form = edit._replace(new=b"", block=edit.block.form)
            blocks.setdefault(form, []).append(edit.block)
            continue
        if edit.shared:
            if edit in once:
                continue
            once[edit] = None
        kept.append(edit)
    kept += [form._replace(new=write_block(found).encode(), block=None) for form, found in _plain_first(blocks)]
    kept.sort(key=lambda edit: (edit.start, edit.end, edit.shared))
    for left, right in pairwise(kept):
        if right.start < left.end:
            raise PatchError(f"Two edits of {left.path} overlap at byte {right.start}.")
    return kept


def _plain_first(blocks: Mapping[Edit, list[LineBlock]]) -> list[tuple[Edit, list[LineBlock]]]:
    """Sort blocks with a header of their own after those that continue the lines before them."""
    return sorted(blocks.items(), key=lambda item: bool(item[0].block and item[0].block.header))


def splice(before: bytes, edits: Iterable[Edit]) -> bytes:
    """Apply the edits of one file; every byte outside their spans stays as it is.

    Raises:
        PatchError: Two edits overlap, or one has an impossible span or reaches past the end of the file.
    """
    pieces: list[bytes] = []
    position = 0
    for edit in normalize_edits(edits):
        if edit.end > len(before):
            raise PatchError(f"An edit of {edit.path} ends at byte {edit.end}, past the file's {len(before)}.")
        pieces += [before[position : edit.start], edit.new]
        position = edit.end
    pieces.append(before[position:])
    return b"".join(pieces)
