"""A project's own configuration of its tools: which ones it uses, and the settings that each of them gets.

Without trust no tool gets a file of the repository. Its configuration is read here, with its own grammar, and what
`workhorse_core.tools.allowlist` lets through is written into a file of ours. With trust it gets its files as they are.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from workhorse_core.change.patch import FileChange
from workhorse_core.pipeline.check import Comparison
from workhorse_core.tools import allowlist
from workhorse_core.tools.allowlist import Kept, Keys, keep, stays_inside
from workhorse_core.tools.config_files import ConfigFiles
from workhorse_core.tools.config_text import (
    ConfigTextError,
    Table,
    read_json,
    write_ini,
    write_toml,
)
from workhorse_core.tools.slices import folders_above
from workhorse_core.tools.tool_settings import (
    RuffSettings,
    ToolSettings,
    moved_paths,
    mypy_ini,
    mypy_toml,
    resolved,
    ruff_kept,
    ruff_side,
    shared_toml,
    subtable,
)

_RUFF_FILES = ("ruff.toml", ".ruff.toml", "pyproject.toml")
_FLAKE8_FILES = ("setup.cfg", "tox.ini", ".flake8")
_MYPY_FILES = ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg")
_EXTEND_DEPTH = 10


class Configured:
    """Reads the configuration that each tool gets for the files of a comparison: the base's."""

    def __init__(self, comparison: Comparison) -> None:
        self.trusted = comparison.project.trusted
        self._config = ConfigFiles(comparison)

    # -- ruff and black

    def ruff(self, paths: Sequence[str]) -> RuffSettings:
        """Find the files that configure ruff for some paths, and what these files extend."""
        files: dict[str, bytes] = {}
        roots: list[str] = []
        left_out: dict[str, None] = {}
        problem = ""
        for folder in folders_above(paths):
            found = [path for name in _RUFF_FILES if self._has_ruff(path := _join(folder, name))]
            roots += [folder] if found else []
            for path in found:
                for each, data in self._extended(path).items():
                    files[each] = data
                    if not self.trusted:
                        files[each], names = ruff_kept(each, self._config.toml(each))
                        left_out |= dict.fromkeys(names)
                        problem = problem or self._config.problem(each)
        held = [path for path in paths if any(_holds(root, path) for root in roots)]
        return RuffSettings(files, held, tuple(left_out), problem)

    def ruff_changes(self, changes: Iterable[FileChange]) -> list[FileChange]:
        """Return the changes with ruff's configuration files reduced to the settings that it may get."""
        if self.trusted:
            return list(changes)
        return [
            FileChange(each.path, ruff_side(each.path, each.before), ruff_side(each.path, each.after))
            if each.path.rpartition("/")[2] in _RUFF_FILES
            else each
            for each in changes
        ]

    def ruff_formats(self, files: Iterable[str]) -> bool:
        """Whether one of the files configures ruff's formatter."""
        return any("format" in self._ruff_table(path) for path in files)

    def black(self) -> ToolSettings | None:
        """Read black's configuration, empty where only a commit hook names it; None: it is not used."""
        whole = self._config.toml("pyproject.toml")
        if "black" not in subtable(whole, "tool"):
            hooks = self._config.read(".pre-commit-config.yaml")
            if hooks is None or not re.search(
                rb"^[ \t]*(?:-[ \t]*)?id:[ \t]*[\"']?black[\"']?\s*(?:#.*)?$", hooks, re.MULTILINE
            ):
                return None
        elif self.trusted:
            table = subtable(subtable(whole, "tool"), "black")
            return ToolSettings("pyproject.toml", table, self._files("pyproject.toml"))
        kept = keep(subtable(subtable(whole, "tool"), "black"), allowlist.BLACK, lambda _: False)
        own = {"pyproject.toml": shared_toml(whole, {"black": kept.table})}
        return ToolSettings("pyproject.toml", kept.table, own, left_out=kept.left_out)

    # -- flake8 and mypy, which have files of sections

    def flake8(self) -> ToolSettings | None:
        """Read flake8's configuration: the first file that has a section for it."""
        for path in _FLAKE8_FILES:
            sections = self._config.ini(path)
            if "flake8" in sections or "flake8:local-plugins" in sections:
                return self._flake8(path, sections)
        return None

    def _flake8(self, path: str, sections: Mapping[str, Table]) -> ToolSettings:
        table = sections.get("flake8", {})
        plugins = sections.get("flake8:local-plugins", {})
        kept = keep(table, allowlist.FLAKE8, lambda _: False)
        if self.trusted:  # all but where and how it reports, one of which is a file that it would overwrite
            kept = Kept({name: value for name, value in table.items() if not _is_silent(name, allowlist.FLAKE8)})
        elif plugins:
            kept = kept._replace(left_out=(*kept.left_out, "flake8:local-plugins"))
        own = {"flake8": kept.table, **({"flake8:local-plugins": plugins} if plugins and self.trusted else {})}
        data = write_ini(own)
        return ToolSettings(".flake8" if not self.trusted else path, kept.table, {".flake8": data}, own, kept.left_out)

    def mypy(self) -> ToolSettings | None:
        """Read mypy's configuration: one file, and one that is called after it even without a section."""
        for path in _MYPY_FILES:
            if path.endswith(".toml"):
                if "mypy" in (tools := subtable(self._config.toml(path), "tool")):
                    table = subtable(tools, "mypy")
                    return ToolSettings(path, table, self._files(path)) if self.trusted else mypy_toml(path, table)
            elif self._config.read(path) is not None:
                sections = self._config.ini(path)
                if "mypy" in sections or path != "setup.cfg":
                    if self.trusted:
                        return ToolSettings(path, sections.get("mypy", {}), self._files(path), sections)
                    return mypy_ini(path, sections)._replace(problem=self._config.problem(path))
        return None

    # -- the other type checkers

    def pyright(self, name: str) -> ToolSettings | None:
        """Read pyright's configuration, or that of ``basedpyright``."""
        is_own = name == "pyright" and self._config.read("pyrightconfig.json") is not None
        path = "pyrightconfig.json" if is_own else "pyproject.toml"
        if not is_own and name not in subtable(self._config.toml(path), "tool"):
            return None
        try:
            table = self._pyright_table(path, name)
        except ConfigTextError as error:
            return ToolSettings(
                path, {}, self._files(path), problem="" if self.trusted else f"{path} cannot be read: {error}"
            )
        if self.trusted:
            return ToolSettings(path, table, self._files(path, "pyproject.toml"))
        left_out: dict[str, None] = {}
        merged: dict[str, object] = {}
        for kept in self._pyright_extended(path, table):
            merged |= kept.table
            left_out |= dict.fromkeys(kept.left_out)
        own = {"pyrightconfig.json": json.dumps(merged).encode()}
        return ToolSettings("pyrightconfig.json", merged, own, left_out=tuple(left_out), is_ours=True)

    def _pyright_table(self, path: str, name: str) -> Table:
        if path.endswith(".toml"):
            return subtable(subtable(self._config.toml(path), "tool"), name)
        return read_json(self._config.read(path) or b"{}")

    def _pyright_extended(self, path: str, table: Table) -> Iterable[Kept]:
        """Follow ``extends`` while it stays in the repository; return the settings from the innermost base on."""
        chain: list[Kept] = []
        seen: set[str] = set()
        while True:
            seen.add(path)
            kept = keep(moved_paths(table, path), allowlist.PYRIGHT, lambda each: stays_inside("", each))
            chain.append(kept)
            base = table.get("extends")
            if base is None:
                break
            inside = resolved(path, base) if isinstance(base, str) and stays_inside(path, base) else None
            if inside is None or inside in seen or self._config.read(inside) is None:
                chain[-1] = kept._replace(left_out=(*kept.left_out, "extends"))
                break
            path = inside
            try:
                table = self._pyright_table(path, "pyright")
            except ConfigTextError:
                break
        return reversed(chain)

    def pyrefly(self) -> ToolSettings | None:
        """Read pyrefly's configuration."""
        return self._toml_tool("pyrefly", allowlist.PYREFLY)

    def ty(self) -> ToolSettings | None:
        """Read ty's configuration."""
        return self._toml_tool("ty", allowlist.TY)

    def _toml_tool(self, name: str, keys: Keys) -> ToolSettings | None:
        own_file = f"{name}.toml"
        found = self.tool(name, (own_file,))
        if found is None or self.trusted:
            return found
        kept = keep(found.table, keys, lambda each: stays_inside("", each))
        own = {own_file: write_toml(kept.table)}
        problem = self._config.problem(found.path)
        return ToolSettings(own_file, kept.table, own, left_out=kept.left_out, problem=problem, is_ours=True)

    def tool(self, name: str, own_files: Sequence[str]) -> ToolSettings | None:
        """Read the settings of a tool that has files of its own, else a table of that name in ``pyproject.toml``."""
        for path in own_files:
            if self._config.read(path) is not None:
                return ToolSettings(path, self._config.toml(path), self._files(path, "pyproject.toml"))
        tools = subtable(self._config.toml("pyproject.toml"), "tool")
        return (
            ToolSettings("pyproject.toml", subtable(tools, name), self._files("pyproject.toml"))
            if name in tools
            else None
        )

    def _files(self, *paths: str) -> dict[str, bytes]:
        return {path: data for path in paths if (data := self._config.read(path)) is not None}

    def _has_ruff(self, path: str) -> bool:
        if not path.endswith("pyproject.toml"):
            return self._config.read(path) is not None
        return "ruff" in subtable(self._config.toml(path), "tool")

    def _ruff_table(self, path: str) -> Table:
        table = self._config.toml(path)
        return subtable(subtable(table, "tool"), "ruff") if path.endswith("pyproject.toml") else table

    def _extended(self, path: str) -> dict[str, bytes]:
        """Follow ``extend`` while it stays in the project; ruff itself reports a missing file."""
        found: dict[str, bytes] = {}
        for _ in range(_EXTEND_DEPTH):
            data = self._config.read(path)
            if data is None or path in found:
                break
            found[path] = data
            base = self._ruff_table(path).get("extend")
            inside = resolved(path, base) if isinstance(base, str) else None
            if inside is None:
                break
            path = inside
        return found


def _is_silent(name: str, keys: Keys) -> bool:
    return name.replace("_", "-").lower() in keys.silent


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _holds(root: str, path: str) -> bool:
    return not root or path.startswith(f"{root}/")
