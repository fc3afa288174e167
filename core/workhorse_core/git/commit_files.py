"""Files of a commit, looked up one by one: by GitPython, whose one lasting git process serves all of them.

GitPython knows ids of twenty bytes only, so a repository with SHA-256 is asked by git itself, a process each time.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Protocol
from weakref import finalize

from workhorse_core.errors import RepositoryError
from workhorse_core.git.process import load_gitpython
from workhorse_core.git.repository import FILE_MODES, Repository
from workhorse_core.git.safe_settings import SAFE_ENVIRONMENT
from workhorse_core.system.printable import visible

if TYPE_CHECKING:
    from git import Git, Repo
    from git.objects import Tree
    from git.objects.base import IndexObjUnion

_FOLDER_MODE = "40000"


class CommitFiles(Protocol):
    """Files of a commit, or of the empty tree."""

    def kind(self, path: str) -> str:
        """Return "file", "folder" or "missing"; links and submodules are none of the files."""
        ...

    def read(self, path: str) -> bytes | None:
        """Return the content of a file or link as git stores it; None where there is none."""
        ...


def files_of(repository: Repository, revision: str) -> CommitFiles:
    """Open the files of a commit, or of the empty tree.

    Raises:
        RepositoryError: There is no such commit.
    """
    commit = repository.full_id(revision)
    if repository.object_format != "sha1":
        return _AskedOfGit(repository, commit)
    return _opened(repository, commit, os.getpid())


class _AskedOfGit:
    def __init__(self, repository: Repository, commit: str) -> None:
        self._repository = repository
        self._commit = commit

    def kind(self, path: str) -> str:
        found = self._repository.tree_entries(self._commit, [path])
        if path not in found:
            return "folder" if found else "missing"
        return "file" if found[path].mode in FILE_MODES else "missing"

    def read(self, path: str) -> bytes | None:
        return self._repository.read_blobs(self._commit, [path]).get(path)


class _ReadByGitPython:
    """Caches look-ups: one task looks for the same files, and for the same absent ones, many times."""

    def __init__(self, repository: Repository, commit: str) -> None:
        load_gitpython()
        self._git, self._repo = _open_repo(repository)
        finalize(self, self._git.clear_cache)  # ends its process
        self._lock = Lock()  # git's answers come in the order of the questions
        self._found: dict[str, IndexObjUnion | None] = {}
        self._read: dict[str, bytes | None] = {}
        with self._lock, _readable(commit):
            self._found[""] = self._root(repository, commit)

    def kind(self, path: str) -> str:
        with self._lock, _readable(path):
            found = self._find(path)
        if found is None or f"{found.mode:o}" not in (*FILE_MODES, _FOLDER_MODE):
            return "missing"
        return "folder" if found.type == "tree" else "file"

    def read(self, path: str) -> bytes | None:
        with self._lock, _readable(path):
            if path not in self._read:
                found = self._find(path)
                self._read[path] = self._content(found) if found and found.type == "blob" else None
            return self._read[path]

    def _root(self, repository: Repository, commit: str) -> "Tree":
        from git.objects import Commit, Tree

        named = bytes.fromhex(commit)
        if commit == repository.empty_tree:  # which stands for the parent that a first commit has not
            return Tree(self._repo, named, Tree.tree_id << 12, "")
        return Commit(self._repo, named).tree

    def _find(self, path: str) -> "IndexObjUnion | None":
        if path not in self._found:
            parent, _, name = path.rpartition("/")
            folder = self._find(parent)
            self._found[path] = _entry(folder, name) if folder and folder.type == "tree" else None
        return self._found[path]

    def _content(self, blob: "IndexObjUnion") -> bytes | None:
        try:
            return self._git.get_object_data(blob.hexsha)[3]
        except ValueError as error:
            if "missing" in str(error):  # of a partial clone
                return None
            raise


def _entry(folder: "Tree", name: str) -> "IndexObjUnion | None":
    try:
        return folder.join(name)
    except KeyError:
        return None


@contextmanager
def _readable(what: str) -> Generator[None]:
    try:
        yield
    except (ValueError, OSError) as error:
        raise RepositoryError(
            f"{visible(what)} cannot be read from git: {error}.", "Look for damage: git fsck"
        ) from error


@lru_cache(maxsize=4)
def _opened(repository: Repository, commit: str, process: int) -> _ReadByGitPython:
    """Open a commit; a forked process opens its own, for two cannot take turns with one git process."""
    del process
    return _ReadByGitPython(repository, commit)


def _open_repo(repository: Repository) -> "tuple[Git, Repo]":
    from git import Git, GitCmdObjectDB, Repo

    git = Git(str(repository.common_dir))
    replaced = {"GIT_NO_REPLACE_OBJECTS": "1"} if repository.as_stored else {}
    git.update_environment(**SAFE_ENVIRONMENT, GIT_DIR=str(repository.common_dir), **replaced)
    repo = Repo(repository.common_dir, expand_vars=False)
    repo.odb = GitCmdObjectDB(repo.odb.root_path(), git)
    return git, repo
