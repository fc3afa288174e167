"""The configuration files as they are read: raw tables, with the name of their file."""

import hashlib
import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from workhorse_core.errors import ConfigError
from workhorse_core.settings.folders import config_folder

REPOSITORY_FILE = "pyproject.toml"
LARGEST_FILE = 1_000_000
"""Bytes; nobody writes more than this by hand."""


class RawConfig(NamedTuple):
    """What one file says, as TOML gives it; ``name`` is how the file is called in messages."""

    name: str
    table: Mapping[str, Any]


def user_file(environ: Mapping[str, str]) -> Path:
    """Say where the user's own file is."""
    return config_folder(environ) / "config.toml"


def read_user_file(environ: Mapping[str, str]) -> RawConfig:
    """Read the user's file; an absent one says nothing.

    Raises:
        ConfigError: It cannot be read or is not TOML.
    """
    path = user_file(environ)
    data = _read(path, str(path))
    return RawConfig(str(path), _parse(data, str(path)) if data else {})


def read_repository_file(root: Path) -> RawConfig:
    """Read ``[tool.workhorse]`` of the repository's pyproject.toml; an absent one says nothing.

    Raises:
        ConfigError: It cannot be read, is not TOML, or the section is no table.
    """
    data = _read(root / REPOSITORY_FILE, REPOSITORY_FILE)
    if b"workhorse" not in data:  # most say nothing to us: they are not even parsed
        return RawConfig(REPOSITORY_FILE, {})
    tools: object = _parse(data, REPOSITORY_FILE).get("tool", {})
    table: object = cast("dict[str, object]", tools).get("workhorse", {}) if isinstance(tools, dict) else {}
    if not isinstance(table, dict):
        raise ConfigError(f"{REPOSITORY_FILE}: tool.workhorse must be a table.", "Write it as [tool.workhorse]")
    return RawConfig(REPOSITORY_FILE, cast("dict[str, Any]", table))


def commands_digest(raw: RawConfig) -> str:
    """Give the SHA-256, in hex, of the part of a repository's configuration that names commands."""
    named = json.dumps(raw.table.get("commands", {}), sort_keys=True, default=str)
    return hashlib.sha256(named.encode()).hexdigest()


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
