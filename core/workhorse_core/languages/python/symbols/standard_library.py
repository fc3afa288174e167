"""The standard library's source files, read and never imported."""

import sysconfig
from functools import cache
from pathlib import Path

PREFIX = "<library>/"
"""Prefix of the paths of the standard library's files."""
OPAQUE = frozenset({"typing", "typing_extensions", "abc", "types"})
"""Modules whose classes stand for others, so that their source shows nothing."""


def read_library(path: str) -> bytes | None:
    """Return the bytes of a file whose path begins with the prefix, None where it is missing."""
    return _read(path.removeprefix(PREFIX))


def library_module(name: str) -> str | None:
    """Return the path of a module by its parts joined with slashes ("json/encoder"), None where it has no source."""
    for tail in (f"{name}.py", f"{name}/__init__.py"):
        if _read(tail) is not None:
            return PREFIX + tail
    return None


@cache
def _root() -> Path | None:
    root = Path(sysconfig.get_paths()["stdlib"])
    return root if root.is_dir() else None


@cache
def _read(path: str) -> bytes | None:
    root = _root()
    if root is None:
        return None
    try:
        return (root / path).read_bytes()
    except OSError:
        return None
