"""Folders and files that only their owner may read: state, queues, logs and records, which quote the user's code.

A repository that was copied with its ``.git`` may hold links and pipes in their places: neither is followed or opened.
"""

import errno
import os
import stat
from _thread import allocate_lock  # threading would be half a millisecond of a hook
from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_OURS = "workhorse"
"""The name of our folder in git's and in the user's."""
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe without a reader is an error at once
_MAKING = allocate_lock()
"""No thread opens a new file, and locks it, before the one that made it has closed it."""


def make_private_folder(folder: str | Path, *, follow: bool = False) -> None:
    """Make a folder that only its owner can open; also restrict one that exists.

    Args:
        folder: It, in git's folder or in the user's.
        follow: Links may stand for it or for our folder around it: in the user's own folders.

    Raises:
        OSError: It cannot be made, or is a link.
    """
    place = Path(folder)
    if not follow:
        _refuse_links(place)
    place.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)  # those above it get the usual mode
    if os.name != "nt" and place.stat().st_mode & 0o077:
        place.chmod(FOLDER_MODE)


def open_private(path: str, flags: int) -> int:
    """Open a file with mode 0600 where it is made; an ``opener`` for `open`."""
    return os.open(path, flags | _SAFELY, FILE_MODE)


def make_private_file(path: Path) -> None:
    """Make an empty file that only its owner can read; also restrict one that exists.

    One that exists is not opened: closing it would drop all POSIX locks that this process holds on it. For an SQLite
    file that means that another process deletes the log into which a connection of ours goes on writing.

    Raises:
        OSError: It cannot be made, or is no ordinary file.
    """
    with _MAKING, suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY, FILE_MODE))
    mode = path.lstat().st_mode
    if not stat.S_ISREG(mode):
        raise OSError(errno.ELOOP if stat.S_ISLNK(mode) else errno.EINVAL, "it is no ordinary file", str(path))
    if os.name != "nt" and mode & 0o077:
        path.chmod(FILE_MODE)


def _refuse_links(place: Path) -> None:
    inside = [place, *place.parents]
    names = [each.name for each in inside[:4]]
    for each in inside[: names.index(_OURS) + 1 if _OURS in names else 1]:
        if each.is_symlink():
            raise OSError(errno.ELOOP, "it is a link, which is not followed", str(each))
