"""The paths that a change may touch: relative to the project's root, POSIX style, outside of git's own folder."""

import os
from pathlib import PurePath

from workhorse_core.system.lazy_regex import late_pattern

_IGNORED_BY_HFS = late_pattern("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
"""Characters that macOS drops from a file's name when it looks for the file (git's utf8.c, next_hfs_char)."""

_GIT_NAMES = (".git", "git~1")


def is_inside(path: str) -> bool:
    """Return whether a path is relative, with no empty, ``.`` or ``..`` step; "" is not.

    A backslash separates folders on Windows and is part of a name everywhere else, as it is for git.
    """
    if "\0" in path or (os.sep == "\\" and "\\" in path) or PurePath(path).is_absolute():
        return False
    return not {"", ".", ".."}.intersection(path.split("/"))


def is_gits_own(path: str) -> bool:
    """Return whether a step of a path is git's folder, as any file system spells it (CVE-2014-9390)."""
    if path.isascii() and "git" not in path.lower():  # as most are; every file of a project comes by here
        return False
    return any(_is_git_folder(step) for step in path.split("/"))


def _is_git_folder(name: str) -> bool:
    plain = _IGNORED_BY_HFS.sub("", name).partition(":")[0].rstrip(" .").lower()
    return plain in _GIT_NAMES
