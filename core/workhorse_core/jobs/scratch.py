"""The scratch branch: base and candidate as commits, made without touching the user's work."""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping

from workhorse_core.change.edit import Edit, splice
from workhorse_core.change.patch import FileChange, Patch, patch_of
from workhorse_core.errors import JobError, RepositoryError, TargetError
from workhorse_core.git.clean_filter import Versions, stored_forms
from workhorse_core.git.differences import digest_between
from workhorse_core.git.fast_import import Step, Stored, Written, write_commits
from workhorse_core.git.repository import BRANCHES, FILE_MODES, Head, Repository, TreeEntry
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.system.printable import visible

DRAFT = "Workhorse-Draft"
"""The trailer of a candidate's commit, by which it is recognised wherever it is copied to."""
_SLUG_LENGTH = 40


class ScratchFile(NamedTuple):
    """A file of a scratch branch, in the form of the work tree; ``before`` and ``after`` are SHA-256, in hex.

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

    The base is the user's HEAD where the files were clean, else a snapshot commit upon it. ``changes`` are the digests
    of what leads to the candidate: from the base, and from HEAD where that is another commit.
    """

    job: str
    branch: str
    base: str
    base_tree: str
    candidate: str
    tree: str
    files: tuple[ScratchFile, ...] = ()
    changes: tuple[str, ...] = ()


class Ground(NamedTuple):
    """The commit to build on, and those of its files that have one of the ``paths``."""

    head: Head
    paths: frozenset[str]
    files: Mapping[str, TreeEntry]


def read_ground(repository: Repository, paths: frozenset[str]) -> Ground:
    """Read the current commit and its files at some paths.

    Raises:
        RepositoryError: Git could not read them.
    """
    head = repository.head()
    return Ground(head, paths, _files_at(repository, head.commit, paths))


def make_scratch(
    repository: Repository, job: str, action: str, slug: str, patch: Patch, ground: Ground | None = None
) -> Scratch:
    """Write a patch as a branch: its base and, on top, the candidate.

    Args:
        repository: The one whose work tree the patch is for.
        job: The job's id.
        action: The action's name ("docstrings").
        slug: A few words on the place, made fit for a branch name.
        patch: The files before and after; before is the content of the work tree, or of an editor's buffer.
        ground: The commit to build on, read before for these paths at least; else it is read now.

    Raises:
        PatchError: The diff does not give the patch's bytes.
        TargetError: A file lies in a submodule or is a link.
        RepositoryError: Git could not write it.
    """
    patch.prove_text()
    branch = f"workhorse/{_words(action)}/{_words(slug)}-{job}"
    paths = _paths(patch)
    head, _, known = ground if ground and paths <= ground.paths else read_ground(repository, paths)
    _refuse_foreign(repository, paths - known.keys())
    files = _stored_files(repository, patch, known)
    before = {path: file for each in files for path, file in each.before.items()}
    dirty = {path: file for path, file in before.items() if not _is_at(repository, file, known.get(path))}
    steps = [Step(f"Draft {job}: {action}, {visible(slug)}\n\n{DRAFT}: {job}\n", _after(files))]
    if dirty or head.commit is None:
        steps.insert(0, Step(f"Files as they were before {job}\n", dirty))
    written = _write(repository, branch, head.commit, steps)
    base = written[-2] if len(written) > 1 else Written(head.commit or "", head.tree or "")
    candidate = written[-1]
    starts = [base.commit] if head.commit in (None, base.commit) else [base.commit, head.commit]
    changes = tuple(digest_between(repository, start, candidate.commit) for start in starts)
    return Scratch(job, branch, base.commit, base.tree, *candidate, _scratch_files(repository, files), changes)


def narrow_scratch(repository: Repository, scratch: Scratch, patch: Patch) -> Scratch:
    """Write a patch of fewer parts upon the base of a scratch branch, as a branch beside it.

    Raises:
        PatchError: The diff does not give the patch's bytes.
        RepositoryError: Git could not write it.
    """
    from workhorse_core.jobs.scratch_branch import branch_number

    patch.prove_text()
    stem, number = branch_number(scratch.job, scratch.branch)
    branch = f"{stem}-{number + 1}"
    paths = _paths(patch)
    known = _files_at(repository, scratch.base, paths)
    _refuse_foreign(repository, paths - known.keys())
    files = _stored_files(repository, patch, known)
    subject = f"Draft {scratch.job}: without the parts that were rejected"
    step = Step(f"{subject}\n\n{DRAFT}: {scratch.job}\n", _after(files))
    written = _write(repository, branch, scratch.base, [step])
    return scratch._replace(
        branch=branch,
        candidate=written[-1].commit,
        tree=written[-1].tree,
        files=_scratch_files(repository, files),
        changes=(digest_between(repository, scratch.base, written[-1].commit),),
    )


def read_patch(repository: Repository, scratch: Scratch) -> Patch:
    """Read the patch of a scratch branch, with the exact bytes of the work tree before and after.

    Raises:
        JobError: Its commits are no longer in the repository, or have other contents.
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


def drop_scratch(repository: Repository, scratch: Scratch, keep: Scratch | None = None) -> bool:
    """Remove a job's scratch branches but the one to keep; their commits stay until git tidies up.

    Returns:
        False when the branch was gone already.

    Raises:
        RepositoryError: The branch is checked out, or holds commits that are not ours.
    """
    from workhorse_core.jobs.scratch_branch import branch_number, remove_branch, remove_branches

    dropped = remove_branch(repository, scratch.branch, scratch.candidate)
    stem, _ = branch_number(scratch.job, scratch.branch)
    remove_branches(repository, stem, keep.branch if keep else None)
    return dropped


def digest(data: bytes | None) -> str | None:
    """Return the SHA-256 in hex; None for no file."""
    return None if data is None else hashlib.sha256(data).hexdigest()


def _gone(scratch: Scratch) -> JobError:
    sentence = f"The commits of job {scratch.job} are no longer in this repository."
    return JobError(sentence, f"Draft it again: workhorse retry {scratch.job}")


def _words(text: str) -> str:
    """Reduce text to one step of a branch name that every file system allows."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return plain[:_SLUG_LENGTH].strip("-") or "change"


# -- the user's files


def _paths(patch: Patch) -> frozenset[str]:
    return frozenset(path for change in patch.changes for path in (change.path, change.moved_from) if path)


def _files_at(repository: Repository, commit: str | None, paths: frozenset[str]) -> Mapping[str, TreeEntry]:
    return repository.tree_entries(commit, sorted(paths)) if commit and paths else {}


def _refuse_foreign(repository: Repository, paths: Iterable[str]) -> None:
    """Refuse paths below another repository: they must not become files of this one."""
    for path in sorted(paths):
        steps = path.split("/")
        for depth in range(1, len(steps)):
            folder = "/".join(steps[:depth])
            if os.path.lexists(repository.root / folder / ".git"):
                sentence = f"{path} belongs to another repository, a submodule perhaps."
                raise TargetError(sentence, f"Run it there: cd {repository.root / folder}")


def _mode(repository: Repository, path: str, entry: TreeEntry | None) -> str:
    """Return the mode that git knows; for an untracked file, the owner's right to execute it decides."""
    if entry is not None:
        if entry.mode not in FILE_MODES:
            raise TargetError(f"{path} is a link in git, not a file.", "Name the file that it points to")
        return entry.mode
    try:
        return FILE_MODES[bool((repository.root / path).lstat().st_mode & 0o100)]
    except OSError:
        return FILE_MODES[0]


class _StoredFile(NamedTuple):
    """A change, and the files of the base and of the candidate that it makes, by path; None for no file."""

    change: FileChange
    before: Mapping[str, Stored | None]
    after: Mapping[str, Stored | None]


def _stored_files(repository: Repository, patch: Patch, known: Mapping[str, TreeEntry]) -> list[_StoredFile]:
    """Convert each change to the form in which git stores it; ``known`` are the files of the commit below."""
    versions = [Versions(c.moved_from or c.path, c.before, c.path, c.after) for c in patch.changes]
    stored: list[_StoredFile] = []
    for change, form in zip(patch.changes, stored_forms(repository, versions, known), strict=True):
        old = change.moved_from or change.path
        mode = _mode(repository, old, known.get(old))
        before = {old: None if form.before is None else Stored(mode, form.before)}
        after = {change.path: None if form.after is None else Stored(mode, form.after)}
        if change.moved_from:
            before[change.path] = None  # HEAD may hold a file there that the work tree has no more
            after[old] = None
        stored.append(_StoredFile(change, before, after))
    return stored


def _after(files: Iterable[_StoredFile]) -> Mapping[str, Stored | None]:
    """Order the candidate's files: those that go first, so that a file may become a folder."""
    pairs = [pair for file in files for pair in file.after.items()]
    return dict(sorted(pairs, key=lambda pair: pair[1] is not None))


def _is_at(repository: Repository, file: Stored | None, entry: TreeEntry | None) -> bool:
    if file is None or entry is None:
        return file is None and entry is None
    return entry.blob == _blob(repository, file)


def _blob(repository: Repository, file: Stored) -> str:
    return file.content if isinstance(file.content, str) else repository.blob_id(file.content)


def _scratch_files(repository: Repository, files: Iterable[_StoredFile]) -> tuple[ScratchFile, ...]:
    return tuple(_scratch_file(repository, file) for file in files)


def _scratch_file(repository: Repository, file: _StoredFile) -> ScratchFile:
    change = file.change
    stored = file.before[change.moved_from or change.path]
    plain = change.before is None or (stored and _blob(repository, stored) == repository.blob_id(change.before))
    base = None if plain else change.before
    return ScratchFile(change.path, digest(change.before), digest(change.after), change.edits, change.moved_from, base)


# -- the branch


def _write(repository: Repository, branch: str, parent: str | None, steps: list[Step]) -> list[Written]:
    written = write_commits(repository, BRANCHES + branch, parent, steps)
    if written is None:
        # The job was killed after it wrote its branch and before it recorded it: the branch is written again.
        from workhorse_core.jobs.scratch_branch import remove_branch

        remove_branch(repository, branch, None)
        written = write_commits(repository, BRANCHES + branch, parent, steps)
    if written is None:
        raise RepositoryError(f"The branch {branch} changed meanwhile.", "Run it again")
    return written
