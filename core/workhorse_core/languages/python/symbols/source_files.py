"""The files that a symbol index reads, behind a protocol, so that the index knows no project and no git."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from workhorse_core.system.named_tuple import NamedTuple


class SourceFiles(Protocol):
    """Read-only access to the Python files of one project; paths are POSIX, from its root."""

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, None where it is missing or may not be read."""
        ...

    def folder(self, folder: str) -> Sequence[str]:
        """Return the sorted paths of the Python files directly in a folder, "" for the root."""
        ...

    def paths(self) -> Sequence[str]:
        """Return the paths of all Python files and stubs; this may list the whole project."""
        ...


class FilesInMemory(NamedTuple):
    """Files given by their contents; see `SourceFiles`."""

    contents: Mapping[str, bytes]

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, None where it is missing."""
        return self.contents.get(path)

    def folder(self, folder: str) -> Sequence[str]:
        """Return the sorted paths of the files directly in a folder."""
        return sorted(path for path in self.contents if path.rpartition("/")[0] == folder and path.endswith(".py"))

    def paths(self) -> Sequence[str]:
        """Return the paths of all Python files and stubs, in the order given."""
        return [path for path in self.contents if path.endswith((".py", ".pyi"))]


class OverlaidFiles(NamedTuple):
    """Files of which some have other contents, None for those that are gone; see `SourceFiles`."""

    under: SourceFiles
    contents: Mapping[str, bytes | None]

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, None where it is missing."""
        return self.contents[path] if path in self.contents else self.under.read(path)

    def folder(self, folder: str) -> Sequence[str]:
        """Return the sorted paths of the files directly in a folder."""
        here = [path for path in self.contents if path.rpartition("/")[0] == folder and path.endswith(".py")]
        return sorted(path for path in {*self.under.folder(folder), *here} if self._is_there(path))

    def paths(self) -> Sequence[str]:
        """Return the paths of all Python files and stubs."""
        added = [path for path in self.contents if path.endswith((".py", ".pyi"))]
        return [path for path in dict.fromkeys([*self.under.paths(), *added]) if self._is_there(path)]

    def _is_there(self, path: str) -> bool:
        return self.contents.get(path, b"") is not None
