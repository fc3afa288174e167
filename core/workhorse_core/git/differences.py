"""Changes of commits: their files, and a digest of the change alone that survives a rebase.

Two git processes serve any number of commits.
"""

import hashlib
import os
from collections.abc import Container, Iterator, Mapping, Sequence

from workhorse_core.git.repository import Repository, TreeEntry
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple

Lines = tuple[bytes, ...]
Pair = tuple[str, str | None]
"""A commit and the one to compare it with, full ids; None for a commit without parents."""

AS_STORED = {"GIT_NO_REPLACE_OBJECTS": "1"}
"""Ignore replaced objects (git replace): other clones do not have the replacements."""

_OPTIONS = ("-r", "--root", "--no-renames", "--ignore-submodules=none", "-O/dev/null", "--no-color")
_PATCH_OPTIONS = (
    *("-p", "-U0", "--inter-hunk-context=0", "--text", "--diff-algorithm=myers", "--indent-heuristic"),
    *("--full-index", "--submodule=short", "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/"),
)
"""Every option that the user's settings or the project's attributes could change is given."""

_COMMIT = late_pattern(rb"\n([0-9a-f]{40}(?:[0-9a-f]{24})?)(?=\n)")
_HUNK = late_pattern(rb"\n@@ .*")
_DIGEST_LENGTH = 32
_ABSENT = "000000"


class ChangedFile(NamedTuple):
    """A path whose entry changes; None where there is none. Entries may be links or submodules."""

    path: str
    before: TreeEntry | None
    after: TreeEntry | None


class Difference(NamedTuple):
    """The change of one commit, sorted as git sorts paths, its digest (:func:`digest_between`), and its patch."""

    files: tuple[ChangedFile, ...]
    digest: str
    patch: bytes = b""

    def added(self, paths: Container[str]) -> Mapping[str, Sequence[Lines]]:
        """Return the added lines of these paths, a sequence for each hunk: without blanks, which indenting changes.

        Like ``git patch-id``, it survives other context, another place, and other changes beside.
        """
        if not any(file.path in paths for file in self.files):
            return {}
        sections = (b"\n" + self.patch).split(b"\ndiff --git ")[1:]
        if len(sections) != len(self.files):  # a link became a file, or the other way round
            return {}
        both = zip(self.files, sections, strict=True)
        return {file.path: tuple(_added(section)) for file, section in both if file.path in paths}


def read_differences(repository: Repository, pairs: Sequence[Pair]) -> dict[str, Difference]:
    """Compare each commit with the other of its pair; return the differences by commit.

    Raises:
        RepositoryError: An object is missing.
    """
    if not pairs:
        return {}
    stdin = b"".join(f"{commit} {parent or ''}".rstrip().encode() + b"\n" for commit, parent in pairs)
    options = ("diff-tree", "--stdin", *_OPTIONS)
    raw = repository.read(*options, "--raw", "--no-abbrev", "-z", stdin=stdin, environment=AS_STORED)
    text = repository.read(*options, *_PATCH_OPTIONS, stdin=stdin, environment=AS_STORED)
    files, patches = _read_files(raw), dict(_read_patches(text))
    found = {commit: (tuple(files.get(commit, ())), patches.get(commit, b"")) for commit, _ in pairs}
    return {commit: Difference(changed, _digest(patch), patch) for commit, (changed, patch) in found.items()}


def digest_between(repository: Repository, old: str, new: str) -> str:
    """Return the digest of the change from one tree or commit to another: 32 hex digits of a SHA-256.

    It covers the paths, modes, and the removed and added lines, byte for byte; not their place in the file, nor the
    lines around them. (``git patch-id`` ignores blanks, which are code in Python.)
    """
    options = ("diff-tree", *_OPTIONS, *_PATCH_OPTIONS)
    return _digest(repository.read(*options, old, new, environment=AS_STORED))


def _read_files(output: bytes) -> Mapping[str, list[ChangedFile]]:
    """Read ``--raw -z``: a commit's id, then for each file ``:modes blobs letter`` and its path."""
    found: dict[str, list[ChangedFile]] = {}
    tokens = iter(os.fsdecode(output).split("\0")[:-1])
    files: list[ChangedFile] = []
    for token in tokens:
        if not token.startswith(":"):
            files = found.setdefault(token, [])
            continue
        old_mode, new_mode, old, new, _ = token[1:].split(" ")
        entries = (
            None if mode == _ABSENT else TreeEntry(mode, blob) for mode, blob in ((old_mode, old), (new_mode, new))
        )
        files.append(ChangedFile(next(tokens), *entries))
    return found


def _read_patches(output: bytes) -> Iterator[tuple[str, bytes]]:
    """Split at the lines that are nothing but an id, as the first line is: every line of a patch begins otherwise."""
    start, commit = output.find(b"\n"), output[: output.find(b"\n")]
    for match in _COMMIT.finditer(output):
        yield commit.decode(), output[start + 1 : match.start() + 1]
        start, commit = match.end(), match[1]
    yield commit.decode(), output[start + 1 :]


def _added(section: bytes) -> Iterator[Lines]:
    """Read the hunks of one file."""
    for hunk in _HUNK.split(section)[1:]:
        lines = (b"".join(line[1:].split()) for line in hunk.split(b"\n") if line.startswith(b"+"))
        if found := tuple(filter(None, lines)):
            yield found


def _digest(patch: bytes) -> str:
    digest = hashlib.sha256()
    for piece in _kept(patch):
        digest.update(piece)
    return digest.hexdigest()[:_DIGEST_LENGTH]


def _kept(patch: bytes) -> Iterator[bytes]:
    """Leave out what a rebase changes, blobs and line numbers; lines may be many, so none is an object of its own."""
    for number, part in enumerate(patch.split(b"\n@@")):
        header, *others = (_after_line(part) if number else part).split(b"\nindex ")
        yield b"\n@@" + header if number else header
        yield from map(_after_line, others)


def _after_line(text: bytes) -> bytes:
    end = text.find(b"\n")
    return text[end:] if end >= 0 else b""
