"""Folders and files that only their owner may read: state, queues, logs and records, which quote the user's code."""

import os
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def make_private_folder(folder: str | Path) -> None:
    """Make a folder that only its owner can open; also restrict one that exists.

    Raises:
        OSError: It cannot be made.
    """
    place = Path(folder)
    place.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)  # those above it get the usual mode
    if os.name != "nt" and place.stat().st_mode & 0o077:
        place.chmod(FOLDER_MODE)


def open_private(path: str, flags: int) -> int:
    """Open a file with mode 0600 where it is made; an ``opener`` for `open`."""
    return os.open(path, flags, FILE_MODE)


def make_private_file(path: Path) -> None:
    """Make an empty file that only its owner can read; also restrict one that exists.

    Raises:
        OSError: It cannot be made.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, FILE_MODE)
    os.close(descriptor)
    if os.name != "nt" and path.stat().st_mode & 0o077:
        path.chmod(FILE_MODE)
