"""Pipes and devices in the place of files that git reads: it would wait for them for ever."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path


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
    """Yield the files of settings in a work tree, and all files of git's folder."""
    is_git_folder = (place / "HEAD").exists()
    if place.parent.name == "worktrees":
        place = place.parents[1]  # the folder that linked worktrees share, with theirs in it
    for parent, folders, files in os.walk(place):
        if not is_git_folder:
            folders[:] = [name for name in folders if name != ".git"]
        yield from (Path(parent, name) for name in files if is_git_folder or name.startswith((".git", ".mailmap")))


def _blocks(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)
