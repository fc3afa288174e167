"""The configuration that a tool gets; without trust only the settings that it may have, in the tool's own grammar."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import cast

from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools import allowlist
from workhorse_core.tools.allowlist import keep, stays_inside
from workhorse_core.tools.config_text import ConfigTextError, Table, read_toml, write_ini, write_toml

_MYPY_PATHS = ("files", "mypy_path", "package_root")
_MYPY_FOLDER = late_pattern(r"^(?:\$MYPY_CONFIG_FILE_DIR|\$\{MYPY_CONFIG_FILE_DIR\})/?")


class ToolSettings(NamedTuple):
    """One tool's configuration, as the tool is to get it.

    ``path`` is the file to name to it, from the project's root, and ``files`` holds that file with what it needs.
    ``table`` is its main section, ``sections`` are all of them. ``left_out`` names the settings that it does not get.
    With a ``problem`` the configuration cannot be read. ``is_ours``: the file is not the repository's.
    """

    path: str
    table: Table
    files: Mapping[str, bytes]
    sections: Mapping[str, Table] = MappingProxyType({})
    left_out: tuple[str, ...] = ()
    problem: str = ""
    is_ours: bool = False


class RuffSettings(NamedTuple):
    """The files that configure ruff, the paths that they hold for, and the settings that it does not get."""

    files: Mapping[str, bytes]
    paths: Sequence[str]
    left_out: tuple[str, ...] = ()
    problem: str = ""


def ruff_side(path: str, data: bytes | None) -> bytes | None:
    """Reduce one side of a change of ruff's configuration; None where the file does not exist."""
    if data is None:
        return None
    try:
        return ruff_kept(path, read_toml(data))[0]
    except ConfigTextError:
        return b"?"  # which ruff refuses, like the file itself


def ruff_kept(path: str, whole: Table) -> tuple[bytes, tuple[str, ...]]:
    """Write ruff's configuration with the settings that it may get, and name those that it does not."""
    is_shared = path.endswith("pyproject.toml")
    table = subtable(subtable(whole, "tool"), "ruff") if is_shared else whole
    kept = keep(table, allowlist.RUFF, lambda each: stays_inside(path, each))
    if not is_shared:
        return write_toml(kept.table), kept.left_out
    tools = {"ruff": kept.table} if "ruff" in subtable(whole, "tool") else {}
    return shared_toml(whole, tools), kept.left_out


def mypy_toml(path: str, table: Table) -> ToolSettings:
    """Reduce mypy's table of a TOML file."""
    kept = keep(_here(table), allowlist.MYPY, lambda each: stays_inside(path, each))
    own = {"tool": {"mypy": kept.table}}
    return ToolSettings(
        "pyproject.toml", kept.table, {"pyproject.toml": write_toml(own)}, left_out=kept.left_out, is_ours=True
    )


def mypy_ini(path: str, sections: Mapping[str, Table]) -> ToolSettings:
    """Keep mypy's sections; its lists of paths are split as it does, and written again without those outside."""
    own: dict[str, Table] = {}
    left_out: dict[str, None] = {}
    for name, section in sections.items():
        if name != "mypy" and not name.startswith("mypy-"):
            continue
        keys = allowlist.MYPY if name == "mypy" else allowlist.MYPY_SECTION
        split = {key: _split(key, value) if key in _MYPY_PATHS else value for key, value in section.items()}
        kept = keep(_here(split), keys, lambda each: stays_inside(path, each))
        own[name] = {key: _joined(value) for key, value in kept.table.items()}
        left_out |= dict.fromkeys(kept.left_out)
    own.setdefault("mypy", {})
    return ToolSettings("mypy.ini", own["mypy"], {"mypy.ini": write_ini(own)}, own, tuple(left_out), is_ours=True)


def _split(key: str, value: object) -> list[str]:
    """Split the value of an ini file as mypy does: ``mypy_path`` at colons too."""
    words = re.split(r"[,:]" if key == "mypy_path" else ",", str(value))
    return [word.strip() for word in words if word.strip()]


def _joined(value: object) -> object:
    return ",".join(map(str, cast("list[object]", value))) if isinstance(value, list) else value


def _here(table: Table) -> Table:
    """Write the folder of mypy's configuration, which is the root, as such: ours lies elsewhere."""
    found = dict(table)
    for key in _MYPY_PATHS:
        value = found.get(key)
        if isinstance(value, str):  # of TOML
            value = _split(key, value)
        if isinstance(value, list):
            found[key] = [_MYPY_FOLDER.sub("./", str(each)) for each in cast("list[object]", value)]
    return found


def moved_paths(table: Table, path: str) -> Table:
    """Write the paths of a configuration in a folder below the root as seen from the root."""
    folder = path.rpartition("/")[0]
    if not folder:
        return table
    names = ("include", "exclude", "ignore", "strict", "extraPaths")
    found = dict(table)
    for name in names:
        if isinstance(value := found.get(name), list):
            found[name] = [f"{folder}/{each}" for each in cast("list[object]", value)]
    return found


def shared_toml(whole: Table, tools: Mapping[str, Table]) -> bytes:
    """Write a ``pyproject.toml`` with the tables of some tools, and with the Python that the project requires."""
    required = subtable(whole, "project").get("requires-python")
    project = {"requires-python": required} if isinstance(required, str) else {}
    return write_toml({**({"project": project} if project else {}), **({"tool": tools} if tools else {})})


def subtable(table: Table, name: str) -> Table:
    """Return a table within another; empty where there is none."""
    value = table.get(name)
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


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
