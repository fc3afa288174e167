"""Settings of a project's linters and formatters for line width and docstrings; read, never run.

Supported: ruff, black, flake8, pycodestyle, pydocstyle and pydoclint. The nearest folder that configures a tool wins.
"""

import tomllib
from collections.abc import Mapping
from typing import Any, cast

from workhorse_core.errors import TargetError
from workhorse_core.languages.python.docstring.content import Style
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.file_tree import Tree

_OFF = {
    "google": "D203 D204 D213 D215 D400 D401 D404 D406 D407 D408 D409 D413",
    "numpy": "D107 D203 D212 D213 D402 D413 D415 D416 D417",
    "pep257": "D203 D212 D213 D214 D215 D404 D405 D406 D407 D408 D409 D410 D411 D413 D415 D416 D417",
}
"""Rules that each convention of pydocstyle turns off (https://docs.astral.sh/ruff/faq, "Does Ruff support NumPy- or
Google-style docstrings?")."""


class LinterSettings(NamedTuple):
    """Settings as found; None, or empty, where they are not set.

    ``selected`` and ``ignored`` are rule codes or their beginnings; a longer one wins over a shorter.
    """

    convention: str | None = None
    style: Style | None = None
    width: int | None = None
    selected: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    types: bool | None = None
    return_types: bool | None = None

    @property
    def checks_signatures(self) -> bool:
        """Whether pydoclint is configured: it demands all sections of a docstring or none."""
        return self.types is not None

    def demands(self, code: str) -> bool:
        """Return whether a rule of pydocstyle is enabled."""
        on = max((_weight(prefix) for prefix in self.selected if _covers(prefix, code)), default=-1)
        off = max((_weight(prefix) for prefix in self.ignored if _covers(prefix, code)), default=-1)
        if on < len(code) and code in _OFF.get(self.convention or "", "").split():
            return False
        return on > off

    def forgives(self, code: str) -> bool:
        """Return whether a rule is ignored by its exact code, which is deliberate."""
        return code in self.ignored


def read_linter_settings(tree: Tree, folder: str) -> LinterSettings:
    """Read the settings for the files of a folder, from it up to the project's root."""
    found = LinterSettings()
    parts = folder.split("/") if folder else []
    for depth in range(len(parts), -1, -1):
        found = _merge(found, _folder_settings(tree, "/".join(parts[:depth])))
    return found


def _merge(near: LinterSettings, far: LinterSettings) -> LinterSettings:
    rules = near if near.selected or near.ignored else far
    return LinterSettings(
        near.convention or far.convention,
        near.style or far.style,
        near.width or far.width,
        rules.selected,
        rules.ignored,
        far.types if near.types is None else near.types,
        far.return_types if near.return_types is None else near.return_types,
    )


def _folder_settings(tree: Tree, folder: str) -> LinterSettings:
    """Read one folder's settings; a tool's own file wins over shared ones."""
    found = LinterSettings()
    pyproject = _table(_toml(tree, _join(folder, "pyproject.toml")), "tool")
    for name in (".ruff.toml", "ruff.toml"):
        if table := _toml(tree, _join(folder, name)):
            found = _merge(found, _ruff(tree, folder, table))
    found = _merge(found, _pyproject(tree, folder, pyproject))
    for name in (".flake8", ".pydocstyle", ".pydocstyle.ini", "setup.cfg", "tox.ini"):
        found = _merge(found, _ini(tree, _join(folder, name)))
    return found


def _pyproject(tree: Tree, folder: str, tools: Mapping[str, Any]) -> LinterSettings:
    found = LinterSettings()
    if "ruff" in tools:
        found = _merge(found, _ruff(tree, folder, _table(tools, "ruff")))
    if "pydoclint" in tools:
        found = _merge(found, _pydoclint(_table(tools, "pydoclint")))
    if "pydocstyle" in tools:
        found = _merge(found, _pydocstyle(_table(tools, "pydocstyle")))
    if "black" in tools:
        found = _merge(found, LinterSettings(width=_number(_table(tools, "black").get("line-length")) or 88))
    return found


def _ruff(tree: Tree, folder: str, table: Mapping[str, Any], depth: int = 0) -> LinterSettings:
    lint = {**table, **_table(table, "lint")}
    convention = _word(_table(lint, "pydocstyle").get("convention"))
    narrow = _number(_table(lint, "pycodestyle").get("max-doc-length"))
    extends = table.get("extend")
    width = _number(table.get("line-length")) or (None if extends else 88)
    own = LinterSettings(
        convention,
        _style(convention),
        min(narrow, width or narrow) if narrow else width,
        (*_codes(lint.get("select")), *_codes(lint.get("extend-select"))),
        (*_codes(lint.get("ignore")), *_codes(lint.get("extend-ignore"))),
    )
    if not isinstance(extends, str) or depth > 5 or extends.startswith(("/", "~", "$")):
        return own
    path = _normal(_join(folder, extends))
    parent: Mapping[str, Any] = _toml(tree, path) if path else {}
    if path and path.endswith("pyproject.toml"):
        parent = _table(_table(parent, "tool"), "ruff")
    inherited = _ruff(tree, path.rpartition("/")[0] if path else "", parent, depth + 1)
    return _merge(own, inherited)


def _pydoclint(table: Mapping[str, Any]) -> LinterSettings:
    def flag(name: str) -> bool:
        return str(table.get(name, table.get(name.replace("-", "_"), True))).lower() == "true"

    style = _style(_word(table.get("style"))) or Style.NUMPY
    return LinterSettings(
        style=style, types=flag("arg-type-hints-in-docstring"), return_types=flag("check-return-types")
    )


def _pydocstyle(table: Mapping[str, Any]) -> LinterSettings:
    convention = _word(table.get("convention")) or "pep257"
    selected = _codes(table.get("select")) or ("D",)
    ignored = (*_codes(table.get("ignore")), *_codes(table.get("add-ignore") or table.get("add_ignore")))
    added = _codes(table.get("add-select") or table.get("add_select"))
    return LinterSettings(convention, _style(convention), None, (*selected, *added), ignored)


def _ini(tree: Tree, path: str) -> LinterSettings:
    text = _text(tree, path)
    if "[" not in text or not any(name in text for name in ("flake8", "pycodestyle", "pydocstyle")):
        return LinterSettings()
    from configparser import ConfigParser, Error

    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except Error:
        return LinterSettings()
    found = LinterSettings()
    if parser.has_section("flake8"):
        found = _merge(found, _flake8(parser["flake8"]))
    if parser.has_section("pycodestyle"):
        found = _merge(found, LinterSettings(width=_ini_width(parser["pycodestyle"])))
    if parser.has_section("pydocstyle"):
        found = _merge(found, _pydocstyle(parser["pydocstyle"]))
    return found


def _flake8(section: Mapping[str, str]) -> LinterSettings:
    values = {name.replace("_", "-"): value for name, value in section.items()}
    convention = values.get("docstring-convention")
    selected = (*_codes(values.get("select")), *_codes(values.get("extend-select")))
    ignored = (*_codes(values.get("ignore")), *_codes(values.get("extend-ignore")))
    chosen = selected or (("D",) if convention else ())
    return LinterSettings(convention, _style(values.get("style") or convention), _ini_width(section), chosen, ignored)


def _ini_width(section: Mapping[str, str]) -> int:
    values = {name.replace("_", "-"): _number(value) for name, value in section.items()}
    line = values.get("max-line-length") or 79
    return min(values.get("max-doc-length") or line, line)


# -- reading


def _toml(tree: Tree, path: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_text(tree, path))
    except tomllib.TOMLDecodeError:
        return {}


def _text(tree: Tree, path: str) -> str:
    try:
        data = tree.read(path)
    except TargetError:  # a link out of the project
        return ""
    return data.decode("utf-8", "replace") if data else ""


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = table.get(name)
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _word(value: object) -> str | None:
    return value.strip().lower() if isinstance(value, str) else None


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    return value if isinstance(value, int) and 20 <= value <= 1000 else None


def _codes(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.replace("\n", ",").split(",")
    if not isinstance(value, list):
        return ()
    codes = [str(code).split("#")[0].strip() for code in cast("list[object]", value)]
    return tuple(code for code in codes if code)


def _weight(prefix: str) -> int:
    """Return how exactly a prefix names rules: the longer wins, and ALL yields to every other."""
    return 0 if prefix == "ALL" else len(prefix)


def _covers(prefix: str, code: str) -> bool:
    return prefix == "ALL" or code.startswith(prefix)


def _style(convention: str | None) -> Style | None:
    return Style(convention) if convention in {"google", "numpy", "sphinx"} else None


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _normal(path: str) -> str | None:
    """Resolve `..` and `.` in a path from the root; None where it leaves the project."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
