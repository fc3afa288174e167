"""Repositories whose settings the user trusts to name commands, and the very settings that this trust was given for."""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

from workhorse_core.errors import ConfigError
from workhorse_core.settings.command_settings import CommandSettings
from workhorse_core.settings.folders import state_folder
from workhorse_core.system.private_files import make_private_folder

_Record = dict[str, CommandSettings]


def trust_file(environ: Mapping[str, str]) -> Path:
    """Return the file that records trust."""
    return state_folder(environ) / "trusted.json"


def trusted_settings(root: Path, environ: Mapping[str, str]) -> CommandSettings | None:
    """Return the settings that the user trusts a repository with; None where it is not trusted at all.

    Trust holds only while the repository's settings are these, which
    `workhorse_core.settings.loaded_config.load_config` compares.
    """
    return _read(trust_file(environ)).get(_name(root))


def give_trust(root: Path, environ: Mapping[str, str], settings: CommandSettings) -> None:
    """Record that the user trusts a repository with these settings, and no others.

    Raises:
        ConfigError: The record cannot be written.
    """
    path = trust_file(environ)
    _write(path, {**_read(path), _name(root): settings})


def revoke_trust(root: Path, environ: Mapping[str, str]) -> bool:
    """Revoke trust; return False where there was none.

    Raises:
        ConfigError: The record cannot be written.
    """
    path = trust_file(environ)
    known = _read(path)
    if known.pop(_name(root), None) is None:
        return False
    _write(path, known)
    return True


def difference(before: CommandSettings, after: CommandSettings) -> list[str]:
    """Return the lines of a unified diff between trusted settings and others."""
    from difflib import unified_diff  # deferred: each command reads the record, few compare

    lines: list[str] = []
    for name in sorted({*before, *after}):
        old, new = (settings.get(name, "").split("\n") for settings in (before, after))
        lines += unified_diff(old, new, f"{name} (trusted)", f"{name} (now)", lineterm="", n=1)
    return lines


def _name(root: Path) -> str:
    return os.path.realpath(root)


def _read(path: Path) -> _Record:
    """Read the record; one that cannot be read trusts no repository."""
    try:
        found: object = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    table = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    return {root: cast("CommandSettings", settings) for root, settings in table.items() if _is_sound(settings)}


def _is_sound(settings: object) -> bool:
    if not isinstance(settings, dict):
        return False
    return all(isinstance(text, str) for text in cast("dict[str, object]", settings).values())


def _write(path: Path, known: _Record) -> None:
    """Replace the record as a whole; only the user can read it."""
    try:
        make_private_folder(path.parent, follow=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                json.dump(known, stream, indent=1, sort_keys=True)
            Path(name).replace(path)
        except OSError:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}.") from error
