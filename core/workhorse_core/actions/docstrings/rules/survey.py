"""What the neighbourhood of some files says: their docstrings, their classes, where a name comes from."""

import ast
import os
import re
import sys
import sysconfig
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path, PurePosixPath

from workhorse_core.actions.docstrings.rules.parsed_file import LIBRARY, File, Place
from workhorse_core.languages.python.docstring.content import DocstringContent
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.source import Source
from workhorse_core.workspace.project import Project

MAX_NEIGHBOURS = 40
"""Files that are looked at round a file, so that a project of 20,000 files costs what one of 100 costs."""
MAX_NEIGHBOUR_BYTES = 80_000
"""How much of them is parsed for each file that is worked on."""
MAX_FILE_BYTES = 400_000
_MAX_STEPS = 5
_MAX_ANCESTORS = 30
_WITHOUT_WORDS = frozenset({"typing", "typing_extensions", "abc", "types"})
"""Modules of the standard library whose classes stand for others, or for nothing that has words."""
_NOT_DEFINED = re.compile(r"[^\w.]")


Wanted = Callable[[str, bytes], bool]
"""Tells by its path and its bytes whether a file is worth parsing."""


class Survey:
    """Reads and parses files when they are asked for, each once.

    Args:
        read: Gives a file's bytes by its path from the project's root, None where there is none.
        siblings: Names the Python files of a folder.
    """

    def __init__(
        self,
        read: Callable[[str], bytes | None],
        siblings: Callable[[str], Sequence[str]],
    ) -> None:
        self._read = read
        self._siblings = siblings
        self._files: dict[str, File | None] = {}
        self._bytes_left = 0
        self._worked_on: set[str] = set()
        self._nearby: dict[str, dict[str, bytes]] = {}
        self._modules: dict[tuple[str, int, str], str | None] = {}

    def file_of(self, source: Source) -> File:
        """Take a file as it is worked on; later look-ups of its path find this text."""
        known = self._files.get(source.path)
        if source.path not in self._worked_on:
            self._worked_on.add(source.path)
            self._bytes_left += MAX_NEIGHBOUR_BYTES
        if known is None or known.tree is not source.tree:
            known = File(source.path, source.text, source.tree)
            self._files[source.path] = known
        return known

    def file(self, path: str) -> File | None:
        """Parse a file; None where it is missing, too large or does not parse."""
        if path not in self._files:
            self._files[path] = self._parse(path, self._data(path))
        return self._files[path]

    def _parse(self, path: str, data: bytes | None) -> File | None:
        if data is None or len(data) > MAX_FILE_BYTES or b"\0" in data:
            return None
        source = Source(path, data)
        tree = _parsed(data)
        return None if tree is None else File(path, _text_of(source), tree)

    def nearby(self, file: File, name: str) -> Iterator[File]:
        """Give files of the same folder that describe a parameter, when there are two descriptions at least."""
        if file.path not in self._nearby:
            folder = str(PurePosixPath(file.path).parent)
            found = [path for path in self._siblings("" if folder == "." else folder) if path != file.path]
            self._nearby[file.path] = {path: self._data(path) or b"" for path in found[:MAX_NEIGHBOURS]}
        about = {path: describes(data, name) for path, data in self._nearby[file.path].items()}
        if sum(about.values()) < 2:
            return
        for path in [path for path, count in about.items() if count]:
            if path not in self._files:
                data = self._nearby[file.path][path]
                if len(data) > self._bytes_left:
                    continue
                self._bytes_left -= len(data)
                self._files[path] = self._parse(path, data)
            if found_file := self.file(path):
                yield found_file

    def _data(self, path: str) -> bytes | None:
        return _read_library(path.removeprefix(LIBRARY)) if path.startswith(LIBRARY) else self._read(path)

    # -- names

    def resolve(
        self, file: File, name: str | None, steps: int = _MAX_STEPS, wanted: Wanted | None = None
    ) -> Place | None:
        """Find the definition that a dotted name means in a file, through imports.

        Args:
            file: Where the name is used.
            name: None is found nowhere.
            steps: How many files may be gone through.
            wanted: Parse only files for which this holds, and ``__init__.py``, which may only pass names on.
        """
        if not name or steps == 0 or _NOT_DEFINED.search(name):
            return None
        if name in file.places:
            return file.places[name]
        head, _, rest = name.partition(".")
        if head in file.imports:
            level, module, attribute = file.imports[head]
            names = [part for part in [attribute, *rest.split(".")] if part]
            return self._imported(file, (level, module), names, steps, wanted)
        for origin in file.star_imports:
            if found := self._imported(file, origin, [name], steps, wanted):
                return found
        return None

    def _imported(
        self, file: File, origin: tuple[int, str], names: Sequence[str], steps: int, wanted: Wanted | None
    ) -> Place | None:
        level, module = origin
        for taken in range(len(names)):
            path = self._module(file.path, level, ".".join([module, *names[:taken]]).strip("."))
            if path is None or not self._is_worth_parsing(path, wanted):
                continue
            target = self.file(path)
            found = self.resolve(target, ".".join(names[taken:]), steps - 1, wanted) if target else None
            if found is not None:
                return found
        return None

    def _is_worth_parsing(self, path: str, wanted: Wanted | None) -> bool:
        if wanted is None or path in self._files or path.endswith("__init__.py"):
            return True
        return wanted(path, self._data(path) or b"")

    def _module(self, path: str, level: int, module: str) -> str | None:
        """Find the file of a module that is imported in another."""
        folder = path.rpartition("/")[0]
        if (folder, level, module) not in self._modules:
            self._modules[folder, level, module] = self._find_module(path, level, module.split(".") if module else [])
        return self._modules[folder, level, module]

    def _find_module(self, path: str, level: int, parts: Sequence[str]) -> str | None:
        if path.startswith(LIBRARY):
            here = PurePosixPath(path.removeprefix(LIBRARY)).parents
            return _library_module("/".join([*_folder(here[level - 1] if level else None), *parts]))
        folders = list(PurePosixPath(path).parents)
        if level > len(folders):
            return None
        tails = [[*parts, "__init__.py"], *([[*parts[:-1], f"{parts[-1]}.py"]] if parts else [])]
        for folder in [folders[level - 1]] if level else folders:
            for tail in tails:
                candidate = "/".join([*_folder(folder), *tail])
                if candidate in self._files or self._read(candidate) is not None:
                    return candidate
        known = not level and parts and parts[0] in sys.stdlib_module_names and parts[0] not in _WITHOUT_WORDS
        return _library_module("/".join(parts)) if known else None

    # -- classes

    def bases(self, place: Place, method: str | None = None) -> Iterator[Place]:
        """Find the base classes of a class, where they are defined in the project or the standard library.

        Args:
            place: The class.
            method: Parse only those files of the standard library that define a function of this name.
        """
        wanted = None if method is None else partial(_may_define, method)
        if isinstance(place.node, ast.ClassDef):
            for base in place.node.bases:
                written = base.value if isinstance(base, ast.Subscript) else base
                found = self.resolve(place.file, dotted(written), wanted=wanted)
                if found is not None and found.node is not place.node:
                    yield found

    def ancestors(self, place: Place, method: str | None = None) -> Iterator[Place]:
        """Give the base classes and theirs, nearest first, each once; ``method`` as for ``bases``."""
        seen = {place.node}
        waiting = list(self.bases(place, method))
        while waiting and len(seen) < _MAX_ANCESTORS:
            current = waiting.pop(0)
            if current.node not in seen:
                seen.add(current.node)
                yield current
                waiting += self.bases(current, method)

    def content(self, place: Place) -> DocstringContent | None:
        """Read the docstring of a definition."""
        reading = place.file.reading(place.node)
        return reading.content if reading is not None else None


def survey(project: Project) -> Survey:
    """Look round a project's files; nothing is read before it is asked for."""

    def siblings(folder: str) -> list[str]:
        return _python_files(project.root, folder)

    return Survey(project.look, siblings)


def _may_define(method: str, path: str, data: bytes) -> bool:
    return not path.startswith(LIBRARY) or b"def " + method.encode() in data


def describes(data: bytes, name: str) -> int:
    """Count what looks like the description of a parameter, in any style, without parsing."""
    written = name.encode()
    if written not in data:
        return 0
    return len(_description(written).findall(data))


@cache
def _description(name: bytes) -> re.Pattern[bytes]:
    return re.compile(
        rb"^([ \t]*)(?::param[^:\n]*\b%(name)s:"
        rb"|\*{0,2}%(name)s[ \t]*(?:\([^\n]*\))?[ \t]*:[ \t]+\S+[ \t]+[^\n]*[^\n,(]$"
        rb"|\*{0,2}%(name)s[ \t]*:[^\n]*[^,\n]\n\1[ \t]+\w)" % {b"name": re.escape(name)},
        re.MULTILINE,
    )


def _python_files(root: Path, folder: str) -> list[str]:
    """Name the Python files of one folder, not of those below: a listing of all may be long."""
    try:
        with os.scandir(root / folder) as entries:
            names = sorted(entry.name for entry in entries if entry.name.endswith(".py") and entry.is_file())
    except OSError:
        return []
    return [f"{folder}/{name}" if folder else name for name in names]


def _folder(folder: PurePosixPath | None) -> list[str]:
    return [part for part in folder.parts if part != "."] if folder is not None else []


def _parsed(data: bytes) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _text_of(source: Source) -> str:
    return source.data.decode(source.encoding, "replace")


# -- the standard library, read and never imported


@cache
def _library_root() -> Path | None:
    root = Path(sysconfig.get_paths()["stdlib"])
    return root if root.is_dir() else None


@cache
def _read_library(path: str) -> bytes | None:
    root = _library_root()
    if root is None:
        return None
    try:
        return (root / path).read_bytes()
    except OSError:
        return None


def _library_module(module: str) -> str | None:
    for tail in (f"{module}.py", f"{module}/__init__.py"):
        if _read_library(tail) is not None:
            return LIBRARY + tail
    return None
