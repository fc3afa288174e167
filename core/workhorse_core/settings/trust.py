"""Which repositories the user trusts to name commands, and what that trust was given for."""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

from workhorse_core.errors import ConfigError
from workhorse_core.settings.config_file import commands_digest, read_repository_file
from workhorse_core.settings.folders import state_folder


def trust_file(environ: Mapping[str, str]) -> Path:
    """Say where trust is recorded."""
    return state_folder(environ) / "trusted.json"


def trusted_digest(root: Path, environ: Mapping[str, str]) -> str | None:
    """Give what the user trusts of a repository, as :func:`workhorse_core.settings.config.load_config` takes it."""
    return _read(trust_file(environ)).get(_name(root))


def is_trusted(root: Path, environ: Mapping[str, str]) -> bool:
    """Say whether the user trusts a repository with the commands that it names now.

    Raises:
        ConfigError: The repository's configuration cannot be read.
    """
    digest = trusted_digest(root, environ)
    return digest is not None and digest == commands_digest(read_repository_file(root))


def give_trust(root: Path, environ: Mapping[str, str], digest: str) -> None:
    """Record that the user trusts a repository, with the commands that have this digest.

    Raises:
        ConfigError: The record cannot be written.
    """
    path = trust_file(environ)
    _write(path, {**_read(path), _name(root): digest})


def revoke_trust(root: Path, environ: Mapping[str, str]) -> bool:
    """Take trust back; False where there was none.

    Raises:
        ConfigError: The record cannot be written.
    """
    path = trust_file(environ)
    known = _read(path)
    if known.pop(_name(root), None) is None:
        return False
    _write(path, known)
    return True


def _name(root: Path) -> str:
    return os.path.realpath(root)


def _read(path: Path) -> dict[str, str]:
    """Read the record; one that cannot be read trusts nobody."""
    try:
        found: object = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    table = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    return {root: digest for root, digest in table.items() if isinstance(digest, str)}


def _write(path: Path, known: Mapping[str, str]) -> None:
    """Replace the record as a whole, readable by nobody else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
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
