"""A git repository: its work tree, its objects and its settings. Every git command of ours goes through here."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workhorse_core.errors import NotARepository, RepositoryError
from workhorse_core.git.output import batch_contents, records
from workhorse_core.git.process import (
    GitOutput,
    ask_git,
    change_by_git,
    git_failed,
    git_started,
    shed_git_variables,
    start_git,
    succeeded,
)
from workhorse_core.git.safe_settings import safe_options
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple

if TYPE_CHECKING:
    import subprocess
    from contextlib import AbstractContextManager

BRANCHES = "refs/heads/"
FILE_MODES = ("100644", "100755")
_LONGEST_LINK = 5000
"""Bytes of a file named ``.git`` that are read; it holds a path."""
_FULL_ID = late_pattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_QUESTIONS = (
    "--show-object-format",
    "--is-bare-repository",
    "--git-dir",
    "--git-common-dir",
    "--show-toplevel",
)


class Head(NamedTuple):
    """The current commit: ids in full hex, None before the first commit; ``branch`` is None when detached."""

    commit: str | None
    tree: str | None
    branch: str | None


class TreeEntry(NamedTuple):
    """A file in a tree or in the index: its mode as git writes it ("100644") and its blob."""

    mode: str
    blob: str


class Repository(NamedTuple):
    """A work tree and the repository behind it; paths are relative to ``root``, POSIX style.

    ``common_dir`` differs from ``git_dir`` in a linked worktree. ``object_format`` is "sha1" or "sha256".
    ``hook_index`` is the index that is about to be committed, when a git hook of this work tree started us. With
    ``as_stored`` no object is replaced by another (git replace), which other clones would not do.
    """

    root: Path
    git_dir: Path
    common_dir: Path
    object_format: str = "sha1"
    hook_index: Path | None = None
    as_stored: bool = False

    @classmethod
    def find(cls, start: Path) -> "Repository | None":
        """Find the repository of a folder or file; None outside of git.

        Raises:
            RepositoryError: The repository cannot be used: it is bare, broken, or another user's.
        """
        return cls.start_find(start)()

    @classmethod
    def start_find(cls, start: Path) -> Callable[[], "Repository | None"]:
        """Start to look for a repository as :meth:`find` does; return the function that waits for it, to be called."""
        inherited = shed_git_variables()
        folder = start.absolute()
        while not folder.is_dir():
            folder = folder.parent
        finding = cls._start_find(folder, ())

        def find() -> "Repository | None":
            found = finding()
            git_dir, work_tree = inherited.git_dir, inherited.work_tree
            if found is None and git_dir and work_tree and folder.resolve().is_relative_to(work_tree):
                return cls.open(git_dir, work_tree)
            if found and not _is_of_work_tree(found):
                raise _elsewhere(found)
            return found

        return find

    @classmethod
    def open(cls, git_dir: Path, work_tree: Path) -> "Repository | None":
        """Open a repository by its places: ``git --git-dir=… --work-tree=…``; None where there is none.

        Raises:
            RepositoryError: It cannot be used.
        """
        return cls._start_find(work_tree, (f"--git-dir={git_dir}", f"--work-tree={work_tree}"))()

    @classmethod
    def _start_find(cls, folder: Path, place: Sequence[str]) -> Callable[[], "Repository | None"]:
        answer = start_git(folder, ("-C", str(folder), *place, "rev-parse", "--path-format=absolute", *_QUESTIONS))
        return lambda: cls._read_find(folder, place, answer())

    @classmethod
    def _read_find(cls, folder: Path, place: Sequence[str], answer: GitOutput) -> "Repository | None":
        lines = os.fsdecode(answer.output).split("\n")
        if answer.status == 0 and len(lines) == len(_QUESTIONS) + 1:
            git_dir, index = Path(lines[2]), shed_git_variables().index_file
            hook_index = index if index and index.parent.resolve() == git_dir.resolve() else None
            return cls(Path(lines[4]), git_dir, Path(lines[3]), lines[0], hook_index)
        if "not a git repository" in answer.complaint and (place or "(or any" in answer.complaint):
            return None
        raise _not_usable(folder, lines, answer.complaint)

    # -- running git

    def ask(self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None) -> GitOutput:
        """Run a git command that changes nothing of the user's; return its status, output and error text."""
        return ask_git(self.root, (*self._options(arguments), *arguments), stdin, environment)

    def read(self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        """Run a git command like :meth:`ask`, and return its output.

        Raises:
            RepositoryError: It failed; the message holds git's own sentence.
        """
        return succeeded(arguments, self.ask(*arguments, stdin=stdin, environment=environment))

    def change(self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None) -> GitOutput:
        """Run a command that changes the user's repository, through GitPython; otherwise like :meth:`ask`."""
        return change_by_git(self.root, (*self._options(arguments), *arguments), stdin, environment)

    def write(self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        """Run a command like :meth:`change`, and return its output.

        Raises:
            RepositoryError: It failed; the message holds git's own sentence.
        """
        return succeeded(arguments, self.change(*arguments, stdin=stdin, environment=environment))

    def started(
        self, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> "AbstractContextManager[subprocess.Popen[bytes]]":
        """Start a git command that writes, and that reads its standard input from us.

        However the block is left, the command reads the end of its input, and has ended afterwards.
        """
        return git_started(self.root, (*self._options(arguments), *arguments), environment)

    def _options(self, arguments: Sequence[str]) -> tuple[str, ...]:
        """Name the repository outright, so that nothing is discovered or taken from the environment."""
        return (
            *("-C", str(self.root), f"--git-dir={self.git_dir}", f"--work-tree={self.root}"),
            *("--no-optional-locks", *(["--no-replace-objects"] if self.as_stored else [])),
            *("-c", "core.quotePath=false", *safe_options(arguments)),
        )

    # -- state

    def head(self) -> Head:
        """Return the current commit, its tree and the branch."""
        answer = self.ask("rev-parse", "HEAD^{commit}", "HEAD^{tree}", "--symbolic-full-name", "HEAD")
        if answer.status == 0:
            commit, tree, name = os.fsdecode(answer.output).split("\n")[:3]
            return Head(commit, tree, name.removeprefix(BRANCHES) if name.startswith(BRANCHES) else None)
        name = os.fsdecode(self.read("symbolic-ref", "--quiet", "HEAD")).rstrip("\n")
        return Head(None, None, name.removeprefix(BRANCHES))

    def commit_id(self, revision: str) -> str:
        """Return the full id of the commit that a revision names.

        Raises:
            RepositoryError: It names none.
        """
        answer = self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        if answer.status != 0 or not revision:
            raise RepositoryError(f"{revision!r} names no commit here.", "List them with: git log --oneline --all")
        return answer.output.decode().strip()

    def setting(self, name: str, kind: str | None = None) -> str | None:
        """Return one of git's settings, read as ``kind`` ("bool", "path"); None when it is not set."""
        options = [f"--type={kind}"] if kind else []
        answer = self.ask("config", "-z", *options, "--get", name)
        return os.fsdecode(answer.output).rstrip("\0") if answer.status == 0 else None

    def blob_id(self, data: bytes) -> str:
        """Return the id under which git stores these bytes."""
        return self._hash(b"blob %d\0" % len(data) + data)

    @property
    def empty_tree(self) -> str:
        """The id of the tree without files, which git knows without storing it."""
        return self._hash(b"tree 0\0")

    def _hash(self, data: bytes) -> str:
        return hashlib.new(self.object_format, data, usedforsecurity=False).hexdigest()

    # -- reading files

    def paths(self, folder: str = "") -> list[str]:
        """List the regular files below a folder of the work tree, tracked or not, ignored ones left out."""
        options = ("--cached", "--others", "--exclude-standard", "--deduplicate")
        output = self.read("ls-files", "-z", *options, "--", *([folder] if folder else []))
        return sorted(path for path in records(output) if is_regular(self.root / path))

    def tree_entries(self, revision: str, paths: Iterable[str] = ()) -> dict[str, TreeEntry]:
        """Return the files and links of a commit or tree: those at or below these paths, or all of them."""
        entries: dict[str, TreeEntry] = {}
        arguments = ("-r", "-z", "--full-tree", "--end-of-options", self.full_id(revision), *paths)
        for record in records(self.read("ls-tree", *arguments)):
            about, path = record.split("\t", 1)
            mode, kind, blob = about.split(" ")
            if kind == "blob":
                entries[path] = TreeEntry(mode, blob)
        return entries

    def tree_files(self, revision: str, folder: str = "") -> list[str]:
        """List the regular files below a folder of a commit or tree."""
        entries = self.tree_entries(revision, [folder] if folder else [])
        return sorted(path for path, entry in entries.items() if entry.mode in FILE_MODES)

    def read_blobs(self, revision: str | None, paths: Sequence[str]) -> dict[str, bytes]:
        """Read files of a commit or tree in one process; None reads the index that is about to be committed.

        Returns:
            The contents by path, as git stores them; missing files are left out.
        """
        if not paths:
            return {}
        prefix = b":0:" if revision is None else os.fsencode(self.full_id(revision)) + b":"
        names = [prefix + os.fsencode(path) for path in paths]
        stdin = b"".join(name + b"\0" for name in names)
        output = self.read("cat-file", "--batch", "-z", stdin=stdin, environment=self.index_environment())
        contents = zip(paths, batch_contents(output, names), strict=True)
        return {path: data for path, data in contents if data is not None}

    def read_objects(self, blobs: Sequence[str], environment: Mapping[str, str] | None = None) -> dict[str, bytes]:
        """Read blobs by their full ids in one process; missing objects, and those of another type, are left out."""
        names = [blob.encode() for blob in blobs]
        stdin = b"".join(name + b"\n" for name in names)
        output = self.read("cat-file", "--batch", stdin=stdin, environment=environment) if names else b""
        contents = zip(blobs, batch_contents(output, names), strict=True)
        return {blob: data for blob, data in contents if data is not None}

    def full_id(self, revision: str) -> str:
        """Return a full id as it is, and any other revision as the id of its commit.

        Raises:
            RepositoryError: It names none.
        """
        return revision if _FULL_ID.fullmatch(revision) else self.commit_id(revision)

    def index_environment(self) -> dict[str, str]:
        """Return the environment in which git reads the index of the commit under way; empty outside of a hook."""
        return {"GIT_INDEX_FILE": str(self.hook_index)} if self.hook_index else {}


def is_regular(path: Path) -> bool:
    """Return whether there is a regular file, and not a link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _is_of_work_tree(found: Repository) -> bool:
    """Return whether a work tree holds its git folder, or the file that leads there; ``core.worktree`` may name any."""
    entry = found.root / ".git"
    if entry == found.git_dir:
        return True
    try:
        named = entry.read_bytes()[:_LONGEST_LINK] if entry.is_file() else b""
        place = found.root / os.fsdecode(named.removeprefix(b"gitdir:").strip()) if named else entry
        return place.samefile(found.git_dir)
    except (OSError, ValueError):
        return False


def _elsewhere(found: Repository) -> RepositoryError:
    sentence = f"{found.git_dir} names another folder as its work tree: {found.root}"
    from shlex import quote  # deferred: it brings regular expressions

    command = f"git --git-dir={quote(str(found.git_dir))} --work-tree={quote(str(found.root))} workhorse"
    return RepositoryError(sentence, f"If you mean it, go there and name both: {command}")


def _not_usable(folder: Path, answers: Sequence[str], complaint: str) -> RepositoryError:
    if answers[1:2] == ["true"]:
        return NotARepository(f"The repository at {folder} is bare: it has no files.", "Go to a clone with files")
    if "must be run in a work tree" in complaint:
        return NotARepository(f"The folder {folder} belongs to git itself.", "Go to the folder with your files")
    if "dubious ownership" in complaint:
        command = complaint.strip().rpartition("\n")[2].strip()
        return RepositoryError(f"The repository at {folder} belongs to another user.", f"If you trust it: {command}")
    if not complaint:
        return RepositoryError(f"The repository's path holds a line break: {folder}", "Rename the folder")
    return git_failed(("rev-parse",), complaint)
