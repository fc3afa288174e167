"""Where Workhorse keeps what belongs to the user and not to a project."""

from collections.abc import Mapping
from pathlib import Path

from workhorse_core.errors import ConfigError


def config_folder(environ: Mapping[str, str]) -> Path:
    """Say where the user's settings are.

    Raises:
        ConfigError: The user has no home.
    """
    return _folder(environ, "XDG_CONFIG_HOME", ".config")


def state_folder(environ: Mapping[str, str]) -> Path:
    """Say where Workhorse keeps what it has to remember: trust, and logs of its own bugs.

    Raises:
        ConfigError: The user has no home.
    """
    return _folder(environ, "XDG_STATE_HOME", ".local/state")


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Say where Workhorse keeps what it can find out again: what models were measured to do.

    Raises:
        ConfigError: The user has no home.
    """
    return _folder(environ, "XDG_CACHE_HOME", ".cache")


def _folder(environ: Mapping[str, str], variable: str, fallback: str) -> Path:
    """Relative paths are ignored: https://specifications.freedesktop.org/basedir-spec says so."""
    if (named := environ.get(variable)) and Path(named).is_absolute():
        return Path(named) / "workhorse"
    try:
        home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    except RuntimeError as error:
        raise ConfigError("There is no home folder to read the configuration from.", "Set HOME") from error
    return home / fallback / "workhorse"
