"""Settings of a repository that can name a command, or code to load: what trust is given for.

A tool's own reading of its file may differ from ours, so nothing is picked out of these files: each counts as a
whole, byte for byte, and of ``pyproject.toml`` each tool's table. They count in every folder: which one a tool finds
depends on the files that it is given.
"""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from workhorse_core.errors import ConfigError
from workhorse_core.settings.config_file import LARGEST_FILE, REPOSITORY_FILE, RawConfig, read_tool_tables

_PASSED_BY = frozenset({".git", "node_modules", "site-packages", "__pycache__", ".tox", ".nox"})
"""Folders of programs' own files, by name alone: a ``pyvenv.cfg`` marks any folder, and any commit can bring one."""

CommandSettings = Mapping[str, str]
"""Text by where it stands: "mypy.ini", or "pyproject.toml [tool.mypy]"."""

TABLES = ("mypy", "pyrefly", "pyright", "basedpyright", "ty", "flake8", "pytest", "coverage")
"""Tables below ``[tool]`` of tools that can be told to run or load something; ruff, black and pydoclint cannot."""
FILES = (
    *("mypy.ini", ".mypy.ini", "pyrefly.toml", "ty.toml", "pyrightconfig.json"),
    *(".flake8", "setup.cfg", "tox.ini"),
    *("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", ".coveragerc"),
)


def read_command_settings(root: Path, own: RawConfig) -> CommandSettings:
    """Read the settings that can name commands; a file or table that does not exist is left out.

    Args:
        root: The project's root.
        own: Our own section, as it was read: what is trusted is what is used.

    Raises:
        ConfigError: A file cannot be read, or is larger than any that is written by hand.
    """
    found: dict[str, str] = {}
    if commands := own.table.get("commands"):
        found[f"{REPOSITORY_FILE} [tool.workhorse.commands]"] = _as_text(commands)
    tables = read_tool_tables(root)
    found |= {f"{REPOSITORY_FILE} [tool.{name}]": _as_text(tables[name]) for name in TABLES if name in tables}
    for name in FILES:
        if (text := _read(root / name)) is not None:
            found[name] = text
    for path in _nested(root):
        found |= _nested_settings(root, path)
    return found


def _nested(root: Path) -> Iterator[str]:
    """Yield the paths of configuration files in folders below the root; links to folders are not followed."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _PASSED_BY)
        if folder != str(root):
            inside = os.path.relpath(folder, root).replace(os.sep, "/")
            yield from (f"{inside}/{name}" for name in (REPOSITORY_FILE, *FILES) if name in files)


def _nested_settings(root: Path, path: str) -> CommandSettings:
    """Read one nested file; one that is not valid, or too large to be shown, counts as a whole."""
    name = path.rpartition("/")[2]
    try:
        if name != REPOSITORY_FILE:
            text = _read(root / path)
            return {} if text is None else {path: text}
        tables = read_tool_tables((root / path).parent)
        return {f"{path} [tool.{each}]": _as_text(tables[each]) for each in TABLES if each in tables}
    except ConfigError:
        return {path: _digest(root / path)}


def _digest(path: Path) -> str:
    import hashlib  # deferred: few projects are trusted and hold such a file

    try:
        with path.open("rb") as file:
            return f"sha256 {hashlib.file_digest(file, 'sha256').hexdigest()}\n"
    except OSError as error:
        return f"{error.strerror}\n"


def _as_text(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, default=str) + "\n"


def _read(path: Path) -> str | None:
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            return None
        if about.st_size > LARGEST_FILE:
            raise ConfigError(f"{path.name} is larger than {LARGEST_FILE // 1000} kB, so it cannot be trusted.")
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def commands_in(settings: CommandSettings) -> Mapping[str, tuple[str, ...]]:
    """Return our own commands by the tool's name."""
    text = settings.get(f"{REPOSITORY_FILE} [tool.workhorse.commands]", "{}")
    table = cast("dict[str, Any]", json.loads(text))
    return {name: tuple(words) for name, words in table.items()}
