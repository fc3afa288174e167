"""Pipes and devices in the place of files that git reads: it would wait for them for ever."""

import os
import stat
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

_NAMING = ("config", "config.worktree", "alternates")
_STORE = ("info/*", "pack/*", "[0-9a-f][0-9a-f]/*")
"""Files of an object store; what else a path of ``alternates`` may hold is not walked."""

_LARGEST_SETTINGS = 1_000_000


def find_blocking_file(folder: Path, arguments: Sequence[str]) -> Path | None:
    """Return a file that keeps git from ending; None where there is none, and git only has much to do.

    Args:
        folder: Where git runs.
        arguments: Its arguments. Without ``--git-dir=`` and ``--work-tree=`` it is looking for a repository.
    """
    named = [Path(word.partition("=")[2]) for word in arguments if word.startswith(("--git-dir=", "--work-tree="))]
    places = named or [parent / ".git" for parent in (folder, *folder.parents)]
    return next((path for place in places for path in _read_by_git(place) if _blocks(path)), None)


def _read_by_git(place: Path) -> Iterator[Path]:
    """Yield the files of settings in a work tree, all files of git's folder, and those that its settings name."""
    is_git_folder = (place / "HEAD").exists()
    if place.parent.name == "worktrees":
        place = place.parents[1]  # the folder that linked worktrees share, with theirs in it
    for parent, folders, files in os.walk(place):
        if not is_git_folder:
            folders[:] = [name for name in folders if name != ".git"]
        for name in files:
            if is_git_folder or name.startswith((".git", ".mailmap")):
                yield Path(parent, name)
            if is_git_folder and name in _NAMING:
                yield from _named_in(Path(parent, name))


def _named_in(file: Path, depth: int = 5) -> Iterator[Path]:
    """Yield the files that settings include or name, and those below the object stores that ``alternates`` names."""
    if not depth or not os.path.isfile(file) or file.stat().st_size > _LARGEST_SETTINGS:  # noqa: PTH113  any text is taken
        return
    is_alternates = file.name == "alternates"
    for line in file.read_text("utf-8", "replace").splitlines():
        value = line.strip() if is_alternates else line.partition("=")[2].strip(' \t"')
        path = file.parents[is_alternates] / os.path.expanduser(value)  # noqa: PTH111  an unknown user stays as it is
        if is_alternates and os.path.isdir(path):  # noqa: PTH112
            yield from chain(*(path.glob(pattern) for pattern in _STORE))
            yield from _named_in(path / "info" / "alternates", depth - 1)
        elif value:
            yield path
            yield from _named_in(path, depth - 1)


def _blocks(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)
