"""Changes of a scratch branch in each place: the work tree, HEAD's tree and the index.

A place that holds the draft's base gets the draft's own result; elsewhere it is merged in, or refused.
"""

import os
from collections.abc import Iterable, Mapping, Sequence

from workhorse_core.change.patch import FileChange, Patch, patch_of
from workhorse_core.errors import LandingRefused
from workhorse_core.git.fast_import import Step, Stored, write_commits
from workhorse_core.git.repository import FILE_MODES, Head, Repository, TreeEntry
from workhorse_core.jobs.landing import FileStep, IndexStep
from workhorse_core.jobs.scratch import Scratch, digest
from workhorse_core.landing.index import index_entries
from workhorse_core.landing.three_way import edits_between, merge_bytes
from workhorse_core.landing.work_tree import read_file, safe_target
from workhorse_core.system.named_tuple import NamedTuple

# -- the work tree


def place_in_work_tree(repository: Repository, change: FileChange, head: Head) -> FileChange | None:
    """Return the change of a file in the work tree; None where it is there already."""
    old = change.moved_from or change.path
    current = read_file(safe_target(repository, old))
    if current is None and change.before is not None and _is_sparse(repository, old, head):
        return None
    if change.moved_from:
        target = read_file(safe_target(repository, change.path))
        if current is None and target == change.after:
            return None
        if target is not None:
            raise _there_already(change.path)
    if current == change.before:
        return change
    if current == change.after and not change.moved_from:
        return None
    merged = _merged(repository, old, current, change.before, change.after)
    if merged == current:
        return None
    edits = edits_between(old, current or b"", merged)
    return FileChange(change.path, current, merged, edits, change.moved_from)


def _is_sparse(repository: Repository, path: str, head: Head) -> bool:
    entry = index_entries(repository, [path]).get(path) if head.commit else None
    return entry is not None and entry.flag == "skip-worktree"


_AGAIN = "Draft it again: workhorse retry JOB -m NOTE"
_NOT_COMMITTED = "Commit your changes there first, or change the work tree alone: workhorse merge JOB --no-commit"
"""The hint for HEAD and index. The work tree is planned first, so here the user's uncommitted changes collide."""


def _merged(
    repository: Repository,
    path: str,
    ours: bytes | None,
    base: bytes | None,
    theirs: bytes | None,
    hint: str = _AGAIN,
) -> bytes:
    if base is None:
        raise _there_already(path)
    if ours is None:
        raise LandingRefused(f"{path} has been deleted since the draft was made.", "Discard the job or draft it again")
    merged = merge_bytes(repository, ours, base, theirs) if theirs is not None else None
    if merged is None:
        since = "the draft was made" if hint == _AGAIN else "the last commit"
        raise LandingRefused(f"{path} has changed in the same lines since {since}.", hint)
    return merged


def _there_already(path: str) -> LandingRefused:
    return LandingRefused(f"{path} is there already, and the job would make it.", "Move it away or discard the job")


def file_steps(repository: Repository, change: FileChange) -> Iterable[FileStep]:
    """Turn a change of the work tree into steps: a file that moves is one that is created and one that is deleted."""
    if change.moved_from is None:
        yield FileStep(change.path, digest(change.before), digest(change.after), change.edits)
        return
    edits = edits_between(change.path, b"", change.after or b"")
    mode = FILE_MODES[os.access(safe_target(repository, change.moved_from), os.X_OK)]
    yield FileStep(change.path, None, digest(change.after), edits, mode)
    yield FileStep(change.moved_from, digest(change.before), None)


def unverified_in(found: Sequence[FileChange], verified: Sequence[FileChange]) -> tuple[Patch, ...]:
    """Return the patch of a place whose result is not exactly the verified one; empty where it is."""
    known = {(change.path, change.before, change.after) for change in verified}
    if all((change.path, change.before, change.after) in known for change in found):
        return ()
    return (patch_of(found),)


# -- HEAD and the index


class Placed(NamedTuple):
    """A file in HEAD or in the index, before and after; ``exact`` when exactly the verified content lands."""

    change: FileChange
    before: TreeEntry | None
    after: TreeEntry | None
    exact: bool

    @property
    def old(self) -> str:
        """Its path before."""
        return self.change.moved_from or self.change.path


class DraftBranch:
    """The files of a scratch branch, to be placed among the user's."""

    def __init__(self, repository: Repository, scratch: Scratch, patch: Patch) -> None:
        self._repository = repository
        self._scratch = scratch
        self._patch = patch
        self.paths = sorted({path for c in patch.changes for path in (c.path, c.moved_from) if path})
        self._base = repository.tree_entries(scratch.base, self.paths)
        self._candidate = repository.tree_entries(scratch.candidate, self.paths)
        for file, change in zip(scratch.files, patch.changes, strict=True):
            entry = self._candidate.get(change.path)
            if change.after is None or (entry and file.base is not None):
                continue
            if entry is None or repository.blob_id(change.after) != entry.blob:
                raise LandingRefused(f"The branch {scratch.branch} does not hold the {change.path} of its record.")

    def place(self, change: FileChange, now: Mapping[str, TreeEntry]) -> Placed | None:
        """Return the change of a file in a tree or index; None where it is not known there, or is there already."""
        old = change.moved_from or change.path
        current, base = now.get(old), self._base.get(old)
        new = self._candidate.get(change.path)
        target = now.get(change.path) if change.moved_from else None
        if current is None:
            return Placed(change, None, new, True) if base is None and target is None else None
        if target is not None:
            raise _there_already(change.path)
        if new is not None and current.blob == new.blob and not change.moved_from:
            return None
        if base is not None and current.blob == base.blob:
            return Placed(change, current, new._replace(mode=current.mode) if new else None, True)
        return self._merge(change, current, base, new)

    def _merge(
        self, change: FileChange, current: TreeEntry, base: TreeEntry | None, new: TreeEntry | None
    ) -> Placed | None:
        ours, before, after = (self._content(entry) for entry in (current, base, new))
        merged = _merged(self._repository, change.moved_from or change.path, ours, before, after, _NOT_COMMITTED)
        if merged == ours and not change.moved_from:
            return None
        blob = self._repository.write("hash-object", "-w", "--stdin", stdin=merged).decode().strip()
        return Placed(change, current, current._replace(blob=blob), new is not None and blob == new.blob)

    def _content(self, entry: TreeEntry | None) -> bytes | None:
        return None if entry is None else self._repository.read("cat-file", "blob", entry.blob)

    def unverified(self, placed: Sequence[Placed]) -> tuple[Patch, ...]:
        """Return the patch of a place whose result is not exactly the verified one; empty where it is."""
        if all(each.exact for each in placed):
            return ()
        changes: list[FileChange] = []
        for each in placed:
            before, after = self._content(each.before), self._content(each.after)
            edits = edits_between(each.old, before or b"", after or b"")
            changes.append(each.change._replace(before=before, after=after, edits=edits))
        return (patch_of(changes),)

    def tree(self, placed: Sequence[Placed], head: Head) -> str:
        """Return the tree to commit: the approved one, or HEAD's with these files changed."""
        complete = len(placed) == len(self._patch.changes) and all(each.exact for each in placed)
        if complete and head.tree == self._scratch.base_tree:
            return self._scratch.tree
        files: dict[str, Stored | None] = {}
        for each in placed:
            files[each.old] = None
            files[each.change.path] = Stored(each.after.mode, each.after.blob) if each.after else None
        ref = f"refs/workhorse/landing/{self._scratch.job}"
        written = write_commits(self._repository, ref, head.commit, [Step("Landing\n", files)], keep=False)
        if written is None:
            raise LandingRefused(f"The name {ref} is taken.", f"git update-ref -d {ref}")
        return written[-1].tree


def place_in_index(branch: DraftBranch, in_head: Placed, staged: Mapping[str, IndexStep]) -> Placed | None:
    """Place a file in the index: as in HEAD where both are the same; the user's staged changes stay staged."""
    entries = {path: step.before for path, step in staged.items() if step.before}
    current = entries.get(in_head.old)
    if in_head.before is None:
        return in_head if in_head.change.path not in entries else branch.place(in_head.change, entries)
    if current is None:
        return None  # its deletion is staged
    if current.blob == in_head.before.blob:
        after = in_head.after._replace(mode=current.mode) if in_head.after else None
        return in_head._replace(before=current, after=after, exact=True)
    return branch.place(in_head.change, entries)


def index_steps(placed: Placed, staged: Mapping[str, IndexStep]) -> Iterable[IndexStep]:
    """Turn a change of the index into steps that keep the bits of its entries."""
    flag = staged[placed.old].flag if placed.old in staged else None
    if placed.change.moved_from is None:
        yield IndexStep(placed.old, placed.before, placed.after, flag)
        return
    yield IndexStep(placed.old, placed.before, None)
    yield IndexStep(placed.change.path, None, placed.after, flag)
