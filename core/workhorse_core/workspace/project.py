"""Project: its root, repository, files and configuration."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from workhorse_core.errors import TargetError
from workhorse_core.git.repository import Repository
from workhorse_core.languages.registry import read_source
from workhorse_core.languages.source import Source
from workhorse_core.settings.config import Config, load_config
from workhorse_core.settings.trust import trusted_settings
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.file_tree import Tree, WorkTree

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NO_BUFFERS: Mapping[str, bytes] = MappingProxyType({})


class Project(NamedTuple):
    """One project. ``root`` is the top of its work tree, or the folder itself where there is no git.

    ``tree`` is where the files are read: the work tree, or another state of it.
    """

    root: Path
    repository: Repository | None
    tree: Tree
    config: Config
    trusted: bool = False

    def source(self, path: str) -> Source:
        """Read one file.

        Raises:
            TargetError: There is no such file, or it cannot be worked on.
        """
        data = self.tree.read(path)
        if data is None:
            raise TargetError(f"There is no file {path} in {self.root}.", "Name a file of this project")
        return read_source(path, data)

    def look(self, path: str) -> bytes | None:
        """Read a file that is only consulted; one that may not be read counts as missing."""
        try:
            return self.tree.read(path)
        except TargetError:
            return None


def open_project(
    start: Path,
    overrides: Mapping[str, str] = _NOTHING,
    environ: Mapping[str, str] | None = None,
    buffers: Mapping[str, bytes] = _NO_BUFFERS,
) -> Project:
    """Open the project of a path.

    Args:
        start: A folder, or a file, anywhere in the project.
        overrides: Settings from the command line, by key.
        environ: The environment; the process's own by default.
        buffers: Unsaved text of an editor, by path from the root; it hides what is on the disk.

    Raises:
        RepositoryError: The repository is bare or broken.
        ConfigError: A configuration file holds an illegal value.
    """
    folder = start if start.is_dir() else start.parent
    repository = Repository.find(folder)
    root = repository.root if repository else folder.resolve()
    return load_project(root, repository, overrides, environ, buffers)


def load_project(
    root: Path,
    repository: Repository | None,
    overrides: Mapping[str, str] = _NOTHING,
    environ: Mapping[str, str] | None = None,
    buffers: Mapping[str, bytes] = _NO_BUFFERS,
) -> Project:
    """Load the project of a repository that is found already, or of a folder outside of git.

    Raises:
        ConfigError: A configuration file holds an illegal value.
    """
    environ = os.environ if environ is None else environ
    loaded = load_config(root, environ, overrides, trusted_settings(root, environ))
    return Project(root, repository, WorkTree(root, repository, buffers), loaded.config, loaded.trusted)
