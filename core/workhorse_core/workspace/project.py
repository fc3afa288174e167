"""Project: its root, repository, files and configuration."""

from collections.abc import Mapping
from pathlib import Path

from workhorse_core.errors import TargetError
from workhorse_core.git.repository import Repository
from workhorse_core.languages.registry import read_source
from workhorse_core.languages.source import Source
from workhorse_core.settings.config import Config
from workhorse_core.settings.loaded_config import load_config
from workhorse_core.settings.trust import trusted_settings
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.file_tree import Tree, WorkTree


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


def load_project(
    root: Path,
    repository: Repository | None,
    overrides: Mapping[str, str],
    environ: Mapping[str, str],
    buffers: Mapping[str, bytes],
) -> Project:
    """Load the project of a repository that is found already, or of a folder outside of git.

    Args:
        root: The top of the work tree, or the folder.
        repository: The repository; None outside of git.
        overrides: Settings of a door, by key.
        environ: The environment.
        buffers: Unsaved text of an editor, by path from the root; it hides what is on the disk.

    Raises:
        ConfigError: A configuration file holds an illegal value.
    """
    loaded = load_config(root, environ, overrides, trusted_settings(root, environ))
    return Project(root, repository, WorkTree(root, repository, buffers), loaded.config, loaded.trusted)
