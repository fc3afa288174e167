"""Search of programs on PATH where the repository that is worked on cannot have put them.

Neither relative entries of PATH count, which begin in the current folder, nor what lies in the work tree around it.
`shutil.which` is not asked: on Windows it looks in the current folder first.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_SUFFIXES = (".exe", ".cmd", "") if os.name == "nt" else ("",)


def find_program(name: str, folder: Path | None = None) -> str | None:
    """Return a program's absolute path; None where no entry of PATH that counts has it.

    Args:
        name: The program's name.
        folder: A folder of the repository; the current one by default.
    """
    top = _work_tree(folder)
    for entry in os.environ.get("PATH", os.defpath).split(os.pathsep):
        program = program_in(Path(entry), name) if Path(entry).is_absolute() else None
        if program and not (top and lies_inside(Path(program), top)):
            return program
    return None


def program_in(folder: Path, name: str) -> str | None:
    """Return the path of a program in a folder; None where it has none of that name."""
    for suffix in _SUFFIXES:
        path = folder / (name + suffix)
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    return None


def lies_inside(path: Path, root: Path) -> bool:
    """Whether a path lies in a folder as it is written, or once links are followed."""
    return path.is_relative_to(root) or path.resolve().is_relative_to(root.resolve())


def _work_tree(folder: Path | None) -> Path | None:
    """Return the nearest folder that holds a git folder, or a file that leads to one."""
    return next((place for place in _upwards(folder) if (place / ".git").exists()), None)


def _upwards(folder: Path | None) -> Iterator[Path]:
    with suppress(FileNotFoundError):  # the current folder is gone
        start = (folder or Path.cwd()).absolute()
        yield from (start, *start.parents)
