"""Sources of a task's files: the work tree overlaid with an editor's unsaved text, or a commit."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from workhorse_core.change.path import is_gits_own, is_inside
from workhorse_core.errors import TargetError
from workhorse_core.system.named_tuple import NamedTuple

if TYPE_CHECKING:
    from workhorse_core.git.commit_files import CommitFiles
    from workhorse_core.git.repository import Repository

_NO_BUFFERS: Mapping[str, bytes] = MappingProxyType({})
_ANOTHER = "Name a file of this project"
_READING = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_LEFT_OUT = frozenset({"node_modules", "__pycache__", "build", "dist"})


class PathKind(StrEnum):
    """Kind of thing that a path names."""

    FILE = "file"
    FOLDER = "folder"
    MISSING = "missing"


class Tree(Protocol):
    """Files by their path: POSIX, from the project's root, "" for the root itself."""

    def find(self, path: str) -> PathKind:
        """Return what the path names, as a target of work.

        Raises:
            TargetError: It leaves the project, lies in ``.git``, is a link, or is neither file nor folder.
        """
        ...

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None where there is no such file.

        Raises:
            TargetError: It leaves the project, lies in ``.git``, or cannot be read.
        """
        ...

    def files(self, folder: str) -> Sequence[str]:
        """List the regular files below a folder, sorted; those that git ignores, and links, are left out.

        Raises:
            TargetError: The folder leaves the project or lies in ``.git``.
        """
        ...


class WorkTree:
    """Files on the disk. ``buffers`` holds an editor's unsaved text by path, which hides them.

    Each file is read once: a task works on one state of it, also when it is written meanwhile.
    """

    def __init__(
        self, root: Path, repository: "Repository | None" = None, buffers: Mapping[str, bytes] = _NO_BUFFERS
    ) -> None:
        self.root = root
        self.repository = repository
        self.buffers = buffers
        self._seen: dict[str, bytes | None] = {}

    def find(self, path: str) -> PathKind:
        """Return what the path names; see `Tree.find`."""
        place = self._place(path)
        real = os.path.relpath(place, _real(self.root)).replace(os.sep, "/")
        if real != (path or "."):
            raise TargetError(f"{path} stands for {real}, and links are not followed.", f"Name {real} instead")
        self._refuse_foreign(path)
        if path in self.buffers:
            return PathKind.FILE
        try:
            mode = place.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return PathKind.FOLDER if any(name.startswith(f"{path}/") for name in self.buffers) else PathKind.MISSING
        except OSError as error:
            raise _unreadable(path, error) from error
        if stat.S_ISDIR(mode):
            return PathKind.FOLDER
        if stat.S_ISREG(mode):
            return PathKind.FILE
        raise TargetError(f"{path} is neither a file nor a folder.")

    def _refuse_foreign(self, path: str) -> None:
        """Refuse a path in a nested repository: its files are not part of this project."""
        if self.repository is None:
            return
        for folder in (path, *(parent.as_posix() for parent in PurePosixPath(path).parents)):
            if folder not in ("", ".") and os.path.lexists(self.root / folder / ".git"):
                sentence = f"{path} belongs to another repository, a submodule perhaps."
                raise TargetError(sentence, f"Run it there: cd {self.root / folder}")

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; see `Tree.read`. A link is followed as long as it stays inside the project."""
        if path not in self._seen:
            self._seen[path] = self._read(path)
        return self._seen[path]

    def _read(self, path: str) -> bytes | None:
        place = self._place(path)
        if path in self.buffers:
            return self.buffers[path]
        try:
            return _read_regular(place)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _unreadable(path, error) from error

    def files(self, folder: str) -> Sequence[str]:
        """List the regular files below a folder; see `Tree.files`."""
        place = self._place(folder)
        inside = f"{folder}/" if folder else ""
        if self.repository is None:
            found = set(_walk(place, inside))
        else:
            found = set(_unlinked(self.root, self.repository.paths(folder)))
        found.update(path for path in self.buffers if path.startswith(inside))
        return sorted(found)

    def _place(self, path: str) -> Path:
        """Resolve the path; the targets of links must be inside the project as well."""
        checked_path(path)
        root = _real(self.root)
        real = os.path.realpath(f"{root}/{path}")
        if real != root and not real.startswith(root.rstrip(os.sep) + os.sep):
            raise TargetError(f"{path} leads to {real}, which is outside the project.", _ANOTHER)
        checked_path("" if real == root else os.path.relpath(real, root).replace(os.sep, "/"))
        return Path(real)


def _read_regular(place: Path) -> bytes | None:
    """Read a resolved place; what became a link or a pipe since is neither followed nor waited for."""
    descriptor = os.open(place, _READING)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with open(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


@cache
def _real(root: Path) -> str:
    return os.path.realpath(root)


class CommitTree(NamedTuple):
    """Files of one revision, as git has them."""

    repository: "Repository"
    revision: str

    def find(self, path: str) -> PathKind:
        """Return what the path names; see `Tree.find`."""
        checked_path(path)
        return PathKind(self._open().kind(path)) if path else PathKind.FOLDER

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; see `Tree.read`."""
        checked_path(path)
        return self._open().read(path)

    def files(self, folder: str) -> Sequence[str]:
        """List the regular files below a folder; see `Tree.files`."""
        checked_path(folder)
        return sorted(self.repository.tree_files(self.revision, folder))

    def read_all(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Read several files in one process of git; those that are missing are left out."""
        return self.repository.read_blobs(self.revision, paths)

    def _open(self) -> "CommitFiles":
        from workhorse_core.git.commit_files import files_of  # a task in the work tree reads no commit

        return files_of(self.repository, self.revision)


def checked_path(path: str) -> str:
    """Refuse a path that is not written as one from the project's root, or that lies in git's own folder.

    Raises:
        TargetError: It is absolute, has empty steps, ``.`` or ``..`` in it, or lies in ``.git``.
    """
    if path and not is_inside(path):
        raise TargetError(f"{path!a} is not a path inside this project.", _ANOTHER)
    if is_gits_own(path):
        raise TargetError(f"{path} belongs to git.", _ANOTHER)
    return path


def is_chosen(path: str, include: Iterable[str], exclude: Iterable[str]) -> bool:
    """Return whether the globs choose a path: one of ``include`` if there are any, and none of ``exclude``.

    They mean what they mean in ``.gitignore``: relative to the root, ``**`` for any number of folders, a name
    without a slash anywhere, and a folder with everything below it; there is no negation.
    """
    include = tuple(include)
    steps = path.split("/")
    if include and not any(_covers(glob, steps) for glob in include):
        return False
    return not any(_covers(glob, steps) for glob in exclude)


def _covers(glob: str, steps: Sequence[str]) -> bool:
    """Match step by step, in time linear in both lengths, since a repository may write hostile globs.

    pathspec compiles a glob to one regular expression: "**/a/**/a/**/a/**/a/**/a/b" on a path of 101 steps takes it
    4.7 s, this 0.2 ms.
    """
    if glob.endswith("/"):
        steps = steps[:-1]  # it names folders only
    wanted = [step for step in glob.split("/") if step not in ("", ".")]
    if not glob or (len(wanted) == 1 and not glob.startswith(("/", "./"))):
        wanted = ["**", *wanted] if glob else ["\0"]
    reached = {0}
    for step in wanted:
        if step == "**":
            reached = set(range(min(reached, default=len(steps)), len(steps)))
        else:
            reached = {at + 1 for at in reached if at < len(steps) and fnmatchcase(steps[at], step)}
    return bool(reached)


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    """List regular files outside of git; hidden and generated folders are left out."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_generated(Path(parent, name))]
        inside = Path(parent).relative_to(folder).as_posix()
        start = prefix if inside == "." else f"{prefix}{inside}/"
        for name in names:
            if stat.S_ISREG(Path(parent, name).lstat().st_mode):
                yield start + name


def _unlinked(root: Path, paths: Iterable[str]) -> Iterator[str]:
    """Leave out files of folders that have become links: git still lists them as they were."""
    real = os.path.realpath(root)
    links: dict[str, bool] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        if folder not in links:
            links[folder] = os.path.realpath(Path(real, folder)) != str(Path(real, folder))
        if not links[folder]:
            yield path


def _is_generated(folder: Path) -> bool:
    return folder.name.startswith(".") or folder.name in _LEFT_OUT or (folder / "pyvenv.cfg").exists()


def _unreadable(path: str, error: OSError) -> TargetError:
    return TargetError(f"{path} cannot be read: {error.strerror or error}.")
