"""The import resolver: names of modules from the paths of files, and files from names, relative imports included.

A module's name comes from the packages around it (folders with an ``__init__.py``), and below a folder ``src`` from
every folder, so that namespace packages have their names too. Elsewhere a folder without an ``__init__.py`` may be a
namespace package or a root: such a file is found by both names.
"""

import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath

from workhorse_core.languages.python.symbols.source_files import SourceFiles
from workhorse_core.languages.python.symbols.standard_library import OPAQUE, PREFIX, library_module

_ROOTS = ("src", "lib")
"""Folders that hold packages without being one."""


class ImportResolver:
    """Finds the files of modules; it probes for single files, and lists the project only to find one by its name alone.

    Args:
        files: The project's files.
        library: Whether the standard library's modules are found too.
    """

    def __init__(self, files: SourceFiles, *, library: bool = False) -> None:
        self._files = files
        self._library = library
        self._there: dict[str, bool] = {}
        self._packages: dict[str, bool] = {}
        self._found: dict[tuple[str, int, str], str | None] = {}

    # -- names of files

    def name_of(self, path: str) -> str:
        """Return the name that a file is imported by."""
        root = self.root_of(path)
        stem = path.removeprefix(f"{root}/" if root else "").rpartition(".")[0]
        parts = stem.split("/")
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def root_of(self, path: str) -> str:
        """Return the folder that must be on the path to import a file, "" for the project's root."""
        folder = path.rpartition("/")[0]
        while folder and self._is_package(folder):
            folder = folder.rpartition("/")[0]
        parts = folder.split("/")
        if "src" in parts[:-1] and all(part.isidentifier() for part in parts[parts.index("src") + 1 :]):
            return "/".join(parts[: parts.index("src") + 1])
        return folder

    def _is_package(self, folder: str) -> bool:
        if folder not in self._packages:
            self._packages[folder] = any(self._exists(f"{folder}/__init__.{end}") for end in ("py", "pyi"))
        return self._packages[folder]

    def _exists(self, path: str) -> bool:
        if "paths" in self.__dict__:
            return path in self._all
        if path not in self._there:
            self._there[path] = self._files.read(path) is not None
        return self._there[path]

    # -- files of names

    @cached_property
    def paths(self) -> Sequence[str]:
        """The project's Python files; a stub is among them where no source stands beside it."""
        listed = self._files.paths()
        there = set(listed)
        return [path for path in listed if path.endswith(".py") or path[:-1] not in there]

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self.paths)

    @cached_property
    def by_name(self) -> Mapping[str, str]:
        """The path of each module by its name; of several the first."""
        return {self.name_of(path): path for path in reversed(self.paths)}

    @cached_property
    def _by_long_name(self) -> Mapping[str, str]:
        """Paths by the names that they have where the folders around their root are namespace packages."""
        found: dict[str, str] = {}
        for name, path in self.by_name.items():
            folders = self.root_of(path).split("/")
            for start in range(len(folders) - 1, -1, -1):
                if not folders[start].isidentifier():
                    break
                found.setdefault(".".join([*folders[start:], *([name] if name else [])]), path)
        return found

    def path_named(self, name: str) -> str | None:
        """Return the path of the project's module of a name, None where it has none."""
        return self.by_name.get(name) or self._by_long_name.get(name)

    def path_from(self, importer: str, level: int, module: str) -> str | None:
        """Return the path of a module that a file imports, without listing the project; None where it is not found.

        Args:
            importer: The path of the file that imports it.
            level: The dots of a relative import.
            module: The name behind the dots; "" for the package itself.
        """
        key = (importer.rpartition("/")[0], level, module)
        if key not in self._found:
            self._found[key] = self._find(importer, level, module.split(".") if module else [])
        return self._found[key]

    def _find(self, importer: str, level: int, parts: Sequence[str]) -> str | None:
        if importer.startswith(PREFIX):
            here = PurePosixPath(importer.removeprefix(PREFIX)).parents
            return library_module("/".join([*_folder(here[level - 1] if level else None), *parts]))
        folders = list(PurePosixPath(importer).parents)
        if level > len(folders):
            return None
        if level:
            return self._in_folder(_folder(folders[level - 1]), parts)
        around = [_folder(folder) for folder in folders]
        beside = [[*folder, root] for folder in around for root in _ROOTS]
        packages = [folder for folder in around if folder and self._is_package("/".join(folder))]
        for folder in [*(folder for folder in around if folder not in packages), *beside]:
            if found := self._in_folder(folder, parts):
                return found
        if self._library and parts and parts[0] in sys.stdlib_module_names and parts[0] not in OPAQUE:
            return library_module("/".join(parts))
        return next((found for folder in packages if (found := self._in_folder(folder, parts))), None)

    def _in_folder(self, folder: Sequence[str], parts: Sequence[str]) -> str | None:
        tails = [[*parts, "__init__.py"], *([[*parts[:-1], f"{parts[-1]}.py"]] if parts else [])]
        return next((path for tail in tails if self._exists(path := "/".join([*folder, *tail]))), None)


def _folder(folder: PurePosixPath | None) -> list[str]:
    return [part for part in folder.parts if part != "."] if folder is not None else []
