"""Cache of the hooks' settings, so that most commits need not parse TOML.

The cache lies in the work tree's git folder, with the very bytes of the files it was read from; it is valid as long
as those files, the environment that names them and this program are the same.
"""

import marshal
import os
import sys

from workhorse_core.actions.catalog import ACTIONS, describe
from workhorse_hooks.environment import open_environment
from workhorse_hooks.scan import Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from workhorse_core.settings.config import Config

_NAMED_BY = ("XDG_CONFIG_HOME", "HOME")
_FILE = "settings"


class QuickSettings:
    """Modes by hook ("pre-commit"), and what to look for."""

    __slots__ = ("modes", "wanted")

    def __init__(self, modes: dict[str, str], wanted: Wanted) -> None:
        self.modes = modes
        self.wanted = wanted


def hooks_folder(git_dir: str) -> str:
    """Return the folder of the hooks' own files in a git folder, the common one or a work tree's."""
    return os.path.join(git_dir, "workhorse", "hooks")


def pending_file(common_dir: str) -> str:
    """Return the file of the jobs drafted in the background that no commit has reported yet."""
    return os.path.join(hooks_folder(common_dir), "waiting")


def read_settings(git_dir: str, root: str) -> QuickSettings:
    """Return the settings, from the cache where it is valid.

    Args:
        git_dir: The work tree's own git folder.
        root: The top of the work tree.

    Raises:
        ConfigError: A configuration file is not valid.
    """
    return _read_cache(git_dir, root) or _load(git_dir, root)


def _read_cache(git_dir: str, root: str) -> QuickSettings | None:
    data = _read(os.path.join(hooks_folder(git_dir), _FILE))
    try:
        form, files, modes, wanted = marshal.loads(data or b"")  # noqa: S302  it lies beside the hooks that git runs
    except (ValueError, EOFError, TypeError):
        return None
    if form != _form(root) or any(_read(path) != content for path, content in files):
        return None
    return QuickSettings(modes, Wanted(*wanted))


def _load(git_dir: str, root: str) -> QuickSettings:
    open_environment()
    from pathlib import Path

    from workhorse_core.settings.config_file import REPOSITORY_FILE, user_file
    from workhorse_core.settings.loaded_config import load_config

    paths = (str(user_file(os.environ)), os.path.join(root, REPOSITORY_FILE))
    # read before they are parsed, so that a write in between makes the cache invalid
    files: Any = [(path, _read(path)) for path in paths]
    config = load_config(Path(root), os.environ).config
    wanted = wanted_of(config)
    fields: Any = (wanted.actions, wanted.sections, wanted.include, wanted.exclude)
    _write_cache(hooks_folder(git_dir), marshal.dumps((_form(root), files, modes_of(config), fields)))
    return QuickSettings(modes_of(config), wanted)


def modes_of(config: "Config") -> dict[str, str]:
    """Return the mode of each git hook by the hook's name."""
    hooks = config.hooks
    return {
        "pre-commit": hooks.pre_commit,
        "prepare-commit-msg": hooks.prepare_commit_msg,
        "commit-msg": hooks.commit_msg,
        "post-commit": hooks.post_commit,
        "pre-push": hooks.pre_push,
    }


def wanted_of(config: "Config") -> Wanted:
    """Return what the hooks look for: of the configured actions, those that are allowed and that they can look for."""
    allowed = config.actions
    names = [name for name in config.hooks.actions if allowed is None or name in allowed]
    return wanted_for(names, config)


def wanted_for(names: "Iterable[str]", config: "Config") -> Wanted:
    """Return what to look for, given the names of actions; those that hooks cannot look for are left out."""
    actions = tuple(name for name in names if name in ACTIONS and describe(name).lack)
    sections = {name: _section(config, name) for name in actions}
    return Wanted(actions, sections, config.include, config.exclude)


def _section(config: "Config", action: str) -> "dict[str, Any]":
    """Return an action's section of the settings by field, as plain values."""
    section = getattr(config, action.replace("-", "_"), None)
    return section._asdict() if section else {}


def _form(root: str) -> "Any":
    """Return what a cache must begin with to be this program's, for this user and place."""
    return (sys.version_info[:3], os.stat(__file__).st_mtime, root, *(os.environ.get(name) for name in _NAMED_BY))


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return None


def _write_cache(folder: str, data: bytes) -> None:
    """Write the cache; where that is not possible the next commit reads the configuration again."""
    from workhorse_core.system.private_files import make_private_folder, open_private

    temporary = os.path.join(folder, f"{_FILE}.{os.getpid()}")
    try:
        make_private_folder(folder)
        with open(temporary, "wb", opener=open_private) as stream:
            stream.write(data)
        os.replace(temporary, os.path.join(folder, _FILE))
    except OSError:
        return
