"""The Python files of a project, for the symbol index."""

import os
from collections.abc import Sequence

from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.project import Project


class ProjectFiles(NamedTuple):
    """The files of a project's tree; see `workhorse_core.languages.python.symbols.source_files.SourceFiles`."""

    project: Project

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, None where it is missing or may not be read."""
        return self.project.look(path)

    def folder(self, folder: str) -> Sequence[str]:
        """Return the sorted paths of the Python files directly in a folder of the work tree; list only that one."""
        try:
            with os.scandir(self.project.root / folder) as entries:
                names = sorted(entry.name for entry in entries if entry.name.endswith(".py") and entry.is_file())
        except OSError:
            return []
        return [f"{folder}/{name}" if folder else name for name in names]

    def paths(self) -> Sequence[str]:
        """Return the paths of all Python files and stubs."""
        return [path for path in self.project.tree.files("") if path.endswith((".py", ".pyi"))]


def index_project(project: Project) -> SymbolIndex:
    """Return the index of a project's symbols; nothing is read yet."""
    return SymbolIndex(ProjectFiles(project), inner_imports=True)
