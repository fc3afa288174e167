"""The smallest change: some bytes of one file replaced by others."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

from workhorse_core.change.import_block import ImportBlock, write_imports
from workhorse_core.errors import PatchError


class Edit(NamedTuple):
    """Bytes ``start:end`` (half open, counted from 0) of a file, replaced by ``new``.

    A file that does not exist yet is an empty file: its edits all stand at 0. ``shared`` edits (an import that
    several drafts need) are made once, however many drafts bring the same one. Shared edits of one place whose
    ``imports`` have one form are made as one that holds the names of all; ``new`` is what this one makes alone.
    """

    path: str
    start: int
    end: int
    new: bytes
    shared: bool = False
    imports: ImportBlock | None = None


class Move(NamedTuple):
    """A file that gets another path; its edits are given under the old one."""

    old: str
    new: str


class Delete(NamedTuple):
    """A file that goes, whole."""

    path: str


def settle(edits: Iterable[Edit]) -> list[Edit]:
    """Put the edits of one file in order, each shared one once.

    Insertions at the same place keep the order in which they were given, shared ones behind the others.

    Raises:
        PatchError: Two edits overlap, or one has an impossible span.
    """
    once: dict[Edit, None] = {}
    kept: list[Edit] = []
    blocks: dict[Edit, list[ImportBlock]] = {}
    for edit in edits:
        if not 0 <= edit.start <= edit.end:
            raise PatchError(f"An edit of {edit.path} has the impossible span {edit.start}:{edit.end}.")
        if edit.imports:
            form = edit._replace(new=b"", imports=edit.imports.form)
            blocks.setdefault(form, []).append(edit.imports)
            continue
        if edit.shared:
            if edit in once:
                continue
            once[edit] = None
        kept.append(edit)
    kept += [form._replace(new=write_imports(found).encode(), imports=None) for form, found in _plain_first(blocks)]
    kept.sort(key=lambda edit: (edit.start, edit.end, edit.shared))
    for left, right in pairwise(kept):
        if right.start < left.end:
            raise PatchError(f"Two edits of {left.path} overlap at byte {right.start}.")
    return kept


def _plain_first(blocks: Mapping[Edit, list[ImportBlock]]) -> list[tuple[Edit, list[ImportBlock]]]:
    """Put blocks with a header of their own behind those that go on with the imports before them."""
    return sorted(blocks.items(), key=lambda item: bool(item[0].imports and item[0].imports.header))


def splice(before: bytes, edits: Iterable[Edit]) -> bytes:
    """Make the edits of one file; every byte outside their spans stays as it is.

    Raises:
        PatchError: Two edits overlap, or one has an impossible span or reaches past the end of the file.
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
