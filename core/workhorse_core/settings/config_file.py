"""Configuration files as they are read: raw tables, with the name of their file."""

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from workhorse_core.errors import ConfigError
from workhorse_core.settings.folders import config_folder
from workhorse_core.system.named_tuple import NamedTuple

REPOSITORY_FILE = "pyproject.toml"
LARGEST_FILE = 1_000_000
"""Bytes; no file that is written by hand is larger."""


class RawConfig(NamedTuple):
    """Table of one file as TOML gives it; ``name`` is the file in messages."""

    name: str
    table: Mapping[str, Any]


def user_file(environ: Mapping[str, str]) -> Path:
    """Return the path of the user's own file."""
    return config_folder(environ) / "config.toml"


def read_user_file(environ: Mapping[str, str]) -> RawConfig:
    """Read the user's file; an absent one is an empty table.

    Raises:
        ConfigError: It cannot be read or is not TOML.
    """
    path = user_file(environ)
    data = _read(path, str(path))
    return RawConfig(str(path), _parse(data, str(path)) if data else {})


def read_repository_file(root: Path) -> RawConfig:
    """Read ``[tool.workhorse]`` of the repository's pyproject.toml; an absent one is an empty table.

    Raises:
        ConfigError: It cannot be read, is not TOML, or the section is no table.
    """
    data = _read(root / REPOSITORY_FILE, REPOSITORY_FILE)
    if b"workhorse" not in data:  # most have no section of ours: they are not even parsed
        return RawConfig(REPOSITORY_FILE, {})
    table: object = read_tool_tables(root).get("workhorse", {})
    if not isinstance(table, dict):
        raise ConfigError(f"{REPOSITORY_FILE}: tool.workhorse must be a table.", "Write it as [tool.workhorse]")
    return RawConfig(REPOSITORY_FILE, cast("dict[str, Any]", table))


def read_tool_tables(root: Path) -> Mapping[str, Any]:
    """Read the tables below ``[tool]`` of the repository's pyproject.toml.

    Raises:
        ConfigError: It cannot be read or is not TOML.
    """
    data = _read(root / REPOSITORY_FILE, REPOSITORY_FILE)
    tools: object = _parse(data, REPOSITORY_FILE).get("tool", {}) if data else {}
    return cast("dict[str, Any]", tools) if isinstance(tools, dict) else {}


def _read(path: Path, name: str) -> bytes:
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            return b""
        if about.st_size > LARGEST_FILE:
            raise ConfigError(f"{name} is larger than {LARGEST_FILE // 1000} kB, so it is not read.")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise ConfigError(f"{name} cannot be read: {error.strerror or error}.") from error


def _parse(data: bytes, name: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{name} is not valid TOML: {error}.", f"Correct {name}") from error
