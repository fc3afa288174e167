"""Folders: of the user's settings, state and caches, where each system keeps them, and of a repository's ledger."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from workhorse_core.errors import ConfigError

if TYPE_CHECKING:
    from platformdirs import PlatformDirs


def config_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of the user's settings.

    Raises:
        ConfigError: The user has no home.
    """
    return _xdg(environ, "XDG_CONFIG_HOME", ".config") or _native().user_config_path


def state_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of what must not be lost: trust, and logs of our own bugs.

    Raises:
        ConfigError: The user has no home.
    """
    return _xdg(environ, "XDG_STATE_HOME", ".local/state") or _native().user_state_path


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of what can be found out again: measurements of models.

    Raises:
        ConfigError: The user has no home.
    """
    return _xdg(environ, "XDG_CACHE_HOME", ".cache") or _native().user_cache_path


def ledger_folder(common_dir: Path) -> Path:
    """Return the folder of a repository's ledger, given the git folder that all its work trees share."""
    return common_dir / "workhorse"


def _xdg(environ: Mapping[str, str], variable: str, fallback: str) -> Path | None:
    """Follow https://specifications.freedesktop.org/basedir-spec, which ignores relative paths.

    The variables count on every system; without them macOS and Windows have folders of their own, and there is None.
    """
    if (named := environ.get(variable)) and Path(named).is_absolute():
        return Path(named) / "workhorse"
    if sys.platform in ("darwin", "win32"):
        return None
    try:
        home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    except RuntimeError as error:
        raise ConfigError("There is no home folder to read the configuration from.", "Set HOME") from error
    return home / fallback / "workhorse"


def _native() -> "PlatformDirs":
    from platformdirs import PlatformDirs  # deferred: most starts on Linux do not need it, and it costs 14 ms

    return PlatformDirs("workhorse", appauthor=False)
