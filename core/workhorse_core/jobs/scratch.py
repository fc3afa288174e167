"""The scratch branch: base and candidate as commits, made without touching the user's work."""

import hashlib
import os
import re
from collections.abc import Mapping
from typing import NamedTuple

from workhorse_core.change.edit import Edit, splice
from workhorse_core.change.patch import FileChange, Patch, patch_of
from workhorse_core.errors import JobError, RepositoryError, TargetError
from workhorse_core.git.clean_filter import Versions, stored_forms
from workhorse_core.git.fast_import import IDENTITY, QUIETLY, Step, Stored, Written, write_commits
from workhorse_core.git.repository import BRANCHES, FILE_MODES, Entry, Repository

_SLUG_LENGTH = 40


class ScratchFile(NamedTuple):
    """One file of a scratch branch as the work tree has it; ``before`` and ``after`` are SHA-256, in hex.

    ``base`` holds the bytes before, only where git stores them in another form (line ends, filters).
    """

    path: str
    before: str | None
    after: str | None
    edits: tuple[Edit, ...] = ()
    moved_from: str | None = None
    base: bytes | None = None


class Scratch(NamedTuple):
    """``refs/heads/<branch>`` holds the candidate commit, whose parent is the base; ids in full hex.

    The base is the user's HEAD where the files were clean, else a snapshot commit upon it.
    """

    job: str
    branch: str
    base: str
    base_tree: str
    candidate: str
    tree: str
    files: tuple[ScratchFile, ...] = ()


def make_scratch(repository: Repository, job: str, action: str, slug: str, patch: Patch) -> Scratch:
    """Write a patch as a branch: its base and, on top, the candidate.

    Args:
        repository: Whose work tree the patch is for.
        job: The job's id.
        action: What was done ("docstrings").
        slug: A few words on where, made fit for a branch name.
        patch: The files before and after; before is what the work tree, or an editor's buffer, had.

    Raises:
        PatchError: The diff does not say what the patch does.
        TargetError: A file lies in a submodule or is a link.
        RepositoryError: Git could not write it.
    """
    patch.prove_text()
    branch = f"workhorse/{_words(action)}/{_words(slug)}-{job}"
    head = repository.head()
    known = _known(repository, head.commit, patch)
    versions = [
        Versions(change.moved_from or change.path, change.before, change.path, change.after) for change in patch.changes
    ]
    forms = stored_forms(repository, versions, known)
    before: dict[str, Stored | None] = {}
    after: dict[str, Stored | None] = {}
    for change, form in zip(patch.changes, forms, strict=True):
        old = change.moved_from or change.path
        mode = _mode(repository, old, known.get(old))
        before[old] = None if form.before is None else Stored(mode, form.before)
        if change.moved_from:
            after[old] = None
        after[change.path] = None if form.after is None else Stored(mode, form.after)
    dirty = {path: file for path, file in before.items() if not _is_at(repository, file, known.get(path))}
    steps = [Step(f"Draft {job}: {action}, {slug}\n", after)]
    if dirty or head.commit is None:
        steps.insert(0, Step(f"Files as they were before {job}\n", dirty))
    written = _write(repository, BRANCHES + branch, head.commit, steps)
    base = written[-2] if len(written) > 1 else Written(head.commit or "", head.tree or "")
    files = tuple(_scratch_file(repository, *pair) for pair in zip(patch.changes, before.values(), strict=True))
    return Scratch(job, branch, base.commit, base.tree, written[-1].commit, written[-1].tree, files)


def read_patch(repository: Repository, scratch: Scratch) -> Patch:
    """Make the patch of a scratch branch again, with the very bytes that the work tree had and gets.

    Raises:
        JobError: Its commits are no longer in the repository, or do not hold what they held.
    """
    olds = [file.moved_from or file.path for file in scratch.files]
    try:
        blobs = repository.read_blobs(scratch.base, olds)
    except RepositoryError as error:
        raise _gone(scratch) from error
    changes: list[FileChange] = []
    for file, old in zip(scratch.files, olds, strict=True):
        before = file.base if file.base is not None else blobs.get(old)
        before = None if file.before is None else before
        after = None if file.after is None else splice(before or b"", file.edits)
        if (digest(before), digest(after)) != (file.before, file.after):
            raise _gone(scratch)
        changes.append(FileChange(file.path, before, after, file.edits, file.moved_from))
    return patch_of(changes)


def drop_scratch(repository: Repository, scratch: Scratch) -> bool:
    """Remove a scratch branch; its commits stay until git tidies up. False when it was gone already.

    Raises:
        RepositoryError: It is checked out, or holds commits that are not ours.
    """
    return _drop(repository, BRANCHES + scratch.branch, scratch.candidate)


def digest(data: bytes | None) -> str | None:
    """Give the SHA-256 in hex; None for no file."""
    return None if data is None else hashlib.sha256(data).hexdigest()


def _gone(scratch: Scratch) -> JobError:
    sentence = f"The commits of job {scratch.job} are no longer in this repository."
    return JobError(sentence, f"Draft it again: workhorse retry {scratch.job}")


def _words(text: str) -> str:
    """Make text fit for one step of a branch name on every file system."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return plain[:_SLUG_LENGTH].strip("-") or "change"


# -- what is there


def _known(repository: Repository, commit: str | None, patch: Patch) -> Mapping[str, Entry]:
    paths = {path for change in patch.changes for path in (change.path, change.moved_from) if path}
    known = repository.tree_entries(commit, sorted(paths)) if commit else {}
    for path in sorted(paths - known.keys()):
        _refuse_foreign(repository, path)
    return known


def _refuse_foreign(repository: Repository, path: str) -> None:
    """A path below another repository must not become a file of this one."""
    steps = path.split("/")
    for depth in range(1, len(steps)):
        folder = "/".join(steps[:depth])
        if os.path.lexists(repository.root / folder / ".git"):
            sentence = f"{path} belongs to another repository, a submodule perhaps."
            raise TargetError(sentence, f"Run it there: cd {repository.root / folder}")


def _mode(repository: Repository, path: str, entry: Entry | None) -> str:
    """Keep the mode that git knows; for a file that it does not know, the owner's right to run it decides."""
    if entry is not None:
        if entry.mode not in FILE_MODES:
            raise TargetError(f"{path} is a link in git, not a file.", "Name the file that it points to")
        return entry.mode
    try:
        return FILE_MODES[bool((repository.root / path).lstat().st_mode & 0o100)]
    except OSError:
        return FILE_MODES[0]


def _is_at(repository: Repository, file: Stored | None, entry: Entry | None) -> bool:
    if file is None or entry is None:
        return file is None and entry is None
    return entry.blob == _blob(repository, file)


def _blob(repository: Repository, file: Stored) -> str:
    return file.content if isinstance(file.content, str) else repository.blob_id(file.content)


def _scratch_file(repository: Repository, change: FileChange, stored: Stored | None) -> ScratchFile:
    plain = change.before is None or (stored and _blob(repository, stored) == repository.blob_id(change.before))
    base = None if plain else change.before
    return ScratchFile(change.path, digest(change.before), digest(change.after), change.edits, change.moved_from, base)


# -- the branch


def _write(repository: Repository, ref: str, parent: str | None, steps: list[Step]) -> list[Written]:
    written = write_commits(repository, ref, parent, steps)
    if written is None:
        # The job was killed after it wrote its branch and before it could say so: it is written again.
        _drop(repository, ref, None)
        written = write_commits(repository, ref, parent, steps)
    if written is None:
        raise RepositoryError(f"The branch {ref} changed meanwhile.", "Run it again")
    return written


def _drop(repository: Repository, ref: str, commit: str | None) -> bool:
    """Remove a branch of ours that is at ``commit``, or at any commit of ours with None."""
    fields = "%(objectname)%00%(committername) %(committeremail)%00%(worktreepath)"
    found = os.fsdecode(repository.read("for-each-ref", f"--format={fields}", ref)).rstrip("\n")
    if not found:
        return False
    tip, committer, place = found.split("\0")
    branch = ref.removeprefix(BRANCHES)
    if place:
        raise RepositoryError(f"The branch {branch} is checked out in {place}", "Leave it with: git switch -")
    if tip != commit and (commit or committer != IDENTITY):
        raise RepositoryError(f"The branch {branch} holds other commits.", f"Remove it with: git branch -D {branch}")
    repository.write(*QUIETLY, "update-ref", "-d", ref, tip)
    return True
