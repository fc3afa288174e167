"""What the edited project's own configuration says about its tools: which ones it uses, and with which files."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from types import MappingProxyType
from typing import NamedTuple, Self, cast

from workhorse_core.change.patch import Patch
from workhorse_core.errors import TargetError
from workhorse_core.pipeline.check import Comparison
from workhorse_core.pipeline.task import Task
from workhorse_core.tools.slices import folders_above
from workhorse_core.workspace.project import Project

_RUFF_FILES = ("ruff.toml", ".ruff.toml", "pyproject.toml")
_FLAKE8_FILES = ("setup.cfg", "tox.ini", ".flake8")
_MYPY_FILES = ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg")
_EXTEND_DEPTH = 10

Table = Mapping[str, object]


class Settings(NamedTuple):
    """One tool's configuration: where it was found, what it says, and every file that is needed to read it."""

    path: str
    table: Table
    files: Mapping[str, bytes]
    sections: Mapping[str, Table] = MappingProxyType({})
    """Of a file of sections, all of them."""


class Configured:
    """Reads the configuration that holds for the files of a comparison: the base's."""

    def __init__(self, comparison: Comparison) -> None:
        self._tree = comparison.project.tree
        self._before = {change.path: change.before for change in comparison.patch.changes}
        self._data: dict[str, bytes | None] = {}
        self._tables: dict[str, Table] = {}
        self._sections: dict[str, Mapping[str, Table]] = {}

    @classmethod
    def of(cls, project: Project) -> Self:
        """Read the configuration of a project as it is."""
        return cls(Comparison(project, Task("", ()), Patch(())))

    def read(self, path: str) -> bytes | None:
        """Give a file of the base, None where there is none or it may not be read."""
        if path not in self._data:
            try:
                self._data[path] = self._before[path] if path in self._before else self._tree.read(path)
            except TargetError:
                self._data[path] = None
        return self._data[path]

    def ruff(self, paths: Sequence[str]) -> tuple[dict[str, bytes], list[str]]:
        """Give the files that configure ruff for these paths, what these extend, and the paths they hold for."""
        files: dict[str, bytes] = {}
        roots: list[str] = []
        for folder in folders_above(paths):
            found = [path for name in _RUFF_FILES if self._has_ruff(path := _join(folder, name))]
            roots += [folder] if found else []
            for path in found:
                files |= self._extended(path)
        return files, [path for path in paths if any(_holds(root, path) for root in roots)]

    def ruff_formats(self, files: Iterable[str]) -> bool:
        """Tell whether one of the files says how ruff is to format."""
        return any("format" in self._ruff_table(path) for path in files)

    def black(self) -> dict[str, bytes] | None:
        """Give the file that configures black, or none where only a commit hook names it; None: it is not used."""
        if "black" in _table(self._toml("pyproject.toml"), "tool"):
            return self._files("pyproject.toml")
        hooks = self.read(".pre-commit-config.yaml") or b""
        return {} if re.search(rb"^\s*-?\s*id:\s*[\"']?black[\"']?\s*(?:#.*)?$", hooks, re.MULTILINE) else None

    def flake8(self) -> Settings | None:
        """Give flake8's section. It reads one file: the first that has a section for it."""
        for path in _FLAKE8_FILES:
            sections = self.ini(path)
            if "flake8" in sections or "flake8:local-plugins" in sections:
                return Settings(path, sections.get("flake8", {}), self._files(path), sections)
        return None

    def mypy(self) -> Settings | None:
        """Give mypy's own section; it reads one file, and one that is called after it even without a section."""
        for path in _MYPY_FILES:
            if path.endswith(".toml"):
                if "mypy" in (tools := _table(self._toml(path), "tool")):
                    return Settings(path, _table(tools, "mypy"), self._files(path))
            elif self.read(path) is not None:
                sections = self.ini(path)
                if "mypy" in sections or path != "setup.cfg":
                    return Settings(path, sections.get("mypy", {}), self._files(path), sections)
        return None

    def tool(self, name: str, own_files: Sequence[str]) -> Settings | None:
        """Give the settings of a tool that has files of its own, else a table of that name in ``pyproject.toml``."""
        for path in own_files:
            if self.read(path) is not None:
                table: Table = self._toml(path) if path.endswith(".toml") else {}
                return Settings(path, table, self._files(path, "pyproject.toml"))
        tools = _table(self._toml("pyproject.toml"), "tool")
        return Settings("pyproject.toml", _table(tools, name), self._files("pyproject.toml")) if name in tools else None

    def requires_python(self) -> str:
        """Give what the project says about Python versions, "" where it says nothing."""
        said = _table(self._toml("pyproject.toml"), "project").get("requires-python")
        if not said:
            said = self.ini("setup.cfg").get("options", {}).get("python_requires")
        if not said:
            poetry = _table(_table(self._toml("pyproject.toml"), "tool"), "poetry")
            said = str(_table(poetry, "dependencies").get("python", "")).replace("^", ">=")
        return said if isinstance(said, str) else ""

    def classifiers(self) -> Sequence[str]:
        """Give the classifiers that the project is published with."""
        said = _table(self._toml("pyproject.toml"), "project").get("classifiers")
        if isinstance(said, list):
            return [str(each) for each in cast("list[object]", said)]
        listed = self.ini("setup.cfg").get("metadata", {}).get("classifiers")
        return str(listed).split("\n") if listed else []

    def ini(self, path: str) -> Mapping[str, Table]:
        """Read a file of sections; empty where it cannot be read."""
        if path not in self._sections:
            data = self.read(path)
            self._sections[path] = _read_ini(data) if data else {}
        return self._sections[path]

    def _files(self, *paths: str) -> dict[str, bytes]:
        return {path: data for path in paths if (data := self.read(path)) is not None}

    def _toml(self, path: str) -> Table:
        if path not in self._tables:
            try:
                self._tables[path] = tomllib.loads((self.read(path) or b"").decode("utf-8", "replace"))
            except tomllib.TOMLDecodeError:
                self._tables[path] = {}
        return self._tables[path]

    def _has_ruff(self, path: str) -> bool:
        if not path.endswith("pyproject.toml"):
            return self.read(path) is not None
        return "ruff" in _table(self._toml(path), "tool")

    def _ruff_table(self, path: str) -> Table:
        table = self._toml(path)
        return _table(_table(table, "tool"), "ruff") if path.endswith("pyproject.toml") else table

    def _extended(self, path: str) -> dict[str, bytes]:
        """Follow ``extend`` while it stays in the project; ruff itself says what is missing."""
        found: dict[str, bytes] = {}
        for _ in range(_EXTEND_DEPTH):
            data = self.read(path)
            if data is None or path in found:
                break
            found[path] = data
            base = self._ruff_table(path).get("extend")
            inside = resolved(path, base) if isinstance(base, str) else None
            if inside is None:
                break
            path = inside
        return found


def _read_ini(data: bytes) -> Mapping[str, Table]:
    from configparser import Error, RawConfigParser  # deferred: most projects have none of these files

    parser = RawConfigParser(strict=False)
    try:
        parser.read_string(data.decode("utf-8", "replace"))
    except Error:
        return {}
    return {section: dict(parser[section]) for section in parser.sections()}


def as_ini(sections: Mapping[str, Table]) -> bytes:
    """Write sections so that they read back the same."""
    from configparser import RawConfigParser

    parser = RawConfigParser()
    parser.read_dict(sections)
    text = StringIO()
    parser.write(text)
    return text.getvalue().encode()


def _table(table: Table, name: str) -> Table:
    value = table.get(name)
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _holds(root: str, path: str) -> bool:
    return not root or path.startswith(f"{root}/")


def resolved(origin: str, relative: str) -> str | None:
    """Resolve a path from the folder of another; None where it leaves the project or is not plain."""
    if relative.startswith(("/", "~", "$")) or "\\" in relative or ":" in relative:
        return None
    parts = origin.split("/")[:-1]
    for step in _steps(relative):
        if step != "..":
            parts.append(step)
        elif not parts:
            return None
        else:
            parts.pop()
    return "/".join(parts)


def _steps(path: str) -> Iterator[str]:
    return (step for step in path.split("/") if step not in ("", "."))
