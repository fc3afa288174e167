"""The smallest piece of a draft that is kept or dropped as one, and the patch that some of them make."""

from collections.abc import Callable, Iterable

from workhorse_core.change.edit import Delete, Edit, Move
from workhorse_core.change.patch import Patch, make_patch
from workhorse_core.system.named_tuple import NamedTuple


class Part(NamedTuple):
    """Edits, moves and deletions that are kept or dropped together.

    A docstring is one part; each type hint is a part of its own, so that a wrong one does not cost the others.
    ``sources`` name for the reader the origin of its text ("default value", "docstring of Base.run"). Edits of a file
    that another part moves are given under the old path.
    """

    name: str
    edits: tuple[Edit, ...] = ()
    sources: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    deletions: tuple[Delete, ...] = ()

    @property
    def paths(self) -> frozenset[str]:
        """Every path that it touches, as in the base and, for a file that moves, as in the candidate."""
        edited = {edit.path for edit in self.edits} | {deletion.path for deletion in self.deletions}
        return frozenset(edited.union(*self.moves))


def patch_of_parts(read: Callable[[str], bytes | None], parts: Iterable[Part]) -> Patch:
    """Make the patch of exactly these parts; every candidate is made here.

    Args:
        read: Return a file's bytes by its path, None where there is no such file.
        parts: In the order in which insertions at the same place are to stand.

    Raises:
        PatchError: Two parts contradict each other, or one does not fit the files.
    """
    parts = list(parts)
    return make_patch(
        read,
        [edit for part in parts for edit in part.edits],
        [move for part in parts for move in part.moves],
        [deletion for part in parts for deletion in part.deletions],
    )
