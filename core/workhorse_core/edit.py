"""The smallest change: some bytes of one file replaced by others."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from workhorse_core.errors import PatchError


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Bytes ``start:end`` (half open, counted from 0) of a file, replaced by ``new``.

    A file that does not exist yet is an empty file: its edits all stand at 0. ``shared`` edits (an import that
    several drafts need) are made once, however many drafts bring the same one.
    """

    path: str
    start: int
    end: int
    new: bytes
    shared: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise PatchError(f"An edit of {self.path} has the impossible span {self.start}:{self.end}.")


class Move(NamedTuple):
    """A file that gets another path; its edits are given under the old one."""

    old: str
    new: str


def settle(edits: Iterable[Edit]) -> list[Edit]:
    """Put the edits of one file in order, each shared one once.

    Insertions at the same place keep the order in which they were given.

    Raises:
        PatchError: Two edits overlap.
    """
    once: dict[Edit, None] = {}
    kept: list[Edit] = []
    for edit in edits:
        if edit.shared:
            if edit in once:
                continue
            once[edit] = None
        kept.append(edit)
    kept.sort(key=lambda edit: (edit.start, edit.end))
    for left, right in pairwise(kept):
        if right.start < left.end:
            raise PatchError(f"Two edits of {left.path} overlap at byte {right.start}.")
    return kept


def splice(before: bytes, edits: Iterable[Edit]) -> bytes:
    """Make the edits of one file; every byte outside their spans stays as it is.

    Raises:
        PatchError: Two edits overlap, or one reaches past the end of the file.
    """
    pieces: list[bytes] = []
    position = 0
    for edit in settle(edits):
        if edit.end > len(before):
            raise PatchError(f"An edit of {edit.path} ends at byte {edit.end}, past the file's {len(before)}.")
        pieces += [before[position : edit.start], edit.new]
        position = edit.end
    pieces.append(before[position:])
    return b"".join(pieces)
