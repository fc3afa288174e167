"""What the configuration says of the hooks, remembered, so that most commits need not read TOML.

What was read is kept in the work tree's git folder together with the very bytes that it was read from; it counts as
long as those files, the environment that names them and this program are the same.
"""

import marshal
import os
import sys

from workhorse_hooks.environment import open_environment
from workhorse_hooks.scan import Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from workhorse_core.settings.config import Config

_NAMED_BY = ("XDG_CONFIG_HOME", "HOME")
_FILE = "settings"
KNOWN_ACTIONS = ("docstrings", "hints")
"""What a hook can look for."""


class QuickSettings:
    """The modes by hook ("pre-commit"), and what is looked for."""

    __slots__ = ("modes", "wanted")

    def __init__(self, modes: dict[str, str], wanted: Wanted) -> None:
        self.modes = modes
        self.wanted = wanted


def hooks_folder(git_dir: str) -> str:
    """Give the folder of the hooks' own files in a git folder, the common one or a work tree's."""
    return os.path.join(git_dir, "workhorse", "hooks")


def read_settings(git_dir: str, root: str) -> QuickSettings:
    """Give what the configuration says: from memory where it is still true, else read, and remembered.

    Args:
        git_dir: The work tree's own git folder.
        root: The top of the work tree.

    Raises:
        ConfigError: It says something it may not.
    """
    return _recall(git_dir, root) or _learn(git_dir, root)


def _recall(git_dir: str, root: str) -> QuickSettings | None:
    data = _read(os.path.join(hooks_folder(git_dir), _FILE))
    try:
        form, files, modes, wanted = marshal.loads(data or b"")  # noqa: S302  it lies beside the hooks that git runs
    except (ValueError, EOFError, TypeError):
        return None
    if form != _form(root) or any(_read(path) != content for path, content in files):
        return None
    return QuickSettings(modes, Wanted(*wanted))


def _learn(git_dir: str, root: str) -> QuickSettings:
    open_environment()
    from pathlib import Path

    from workhorse_core.settings.config import load_config
    from workhorse_core.settings.config_file import REPOSITORY_FILE, user_file

    paths = (str(user_file(os.environ)), os.path.join(root, REPOSITORY_FILE))
    files: Any = [
        (path, _read(path)) for path in paths
    ]  # before they are parsed: what is written meanwhile is seen later
    config = load_config(Path(root), os.environ).config
    wanted = wanted_of(config)
    fields: Any = (wanted.actions, wanted.private, wanted.tests, wanted.include, wanted.exclude)
    _remember(hooks_folder(git_dir), marshal.dumps((_form(root), files, modes_of(config), fields)))
    return QuickSettings(modes_of(config), wanted)


def modes_of(config: "Config") -> dict[str, str]:
    """Give the mode of each git hook by the hook's name."""
    hooks = config.hooks
    return {
        "pre-commit": hooks.pre_commit,
        "prepare-commit-msg": hooks.prepare_commit_msg,
        "commit-msg": hooks.commit_msg,
        "post-commit": hooks.post_commit,
        "pre-push": hooks.pre_push,
    }


def wanted_of(config: "Config") -> Wanted:
    """Say what the hooks look for: of what they can, what there is and what is allowed."""
    from workhorse_core.actions.registry import ACTIONS

    known = set(ACTIONS).intersection(KNOWN_ACTIONS)
    actions = tuple(name for name in config.hooks.actions if name in known)
    allowed = config.actions
    chosen = actions if allowed is None else tuple(name for name in actions if name in allowed)
    return Wanted(chosen, config.docstrings.private, config.docstrings.tests, config.include, config.exclude)


def _form(root: str) -> "Any":
    """Whatever differs from this was not remembered by this program, for this user and place."""
    return (sys.version_info[:3], os.stat(__file__).st_mtime, root, *(os.environ.get(name) for name in _NAMED_BY))


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return None


def _remember(folder: str, data: bytes) -> None:
    """Keep it; where that is not possible the next commit reads the configuration again."""
    temporary = os.path.join(folder, f"{_FILE}.{os.getpid()}")
    try:
        os.makedirs(folder, exist_ok=True)
        with open(temporary, "wb") as stream:
            stream.write(data)
        os.replace(temporary, os.path.join(folder, _FILE))
    except OSError:
        return
