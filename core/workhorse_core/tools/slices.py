"""Base and candidate as two small folders: the changed files and the few files around them that a tool needs."""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from workhorse_core.change.patch import FileChange
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.project import Project

BEFORE = "workhorse-before"
AFTER = "workhorse-after"
"""The folders' names; no project's settings exclude them."""

_IMPORT = late_pattern(rb"\bimport\b.*|\bfrom\b[^\r\n]*")
_WORD = late_pattern(rb"[\w\x80-\xff]+")


class Slices(NamedTuple):
    """Two folders below ``folder``, each laid out like the project's root."""

    folder: Path
    before: Path
    after: Path

    def locate(self, path: str) -> tuple[bool, str]:
        """Return whether a path in a tool's output is the candidate's, and the path from the project's root."""
        full = os.path.normpath(self.folder / path)
        for side, is_after in ((self.after, True), (self.before, False)):
            if full.startswith(f"{side}{os.sep}"):
                return is_after, full[len(str(side)) + 1 :].replace(os.sep, "/")
        return True, path

    def without_places(self, text: str) -> str:
        """Remove the folders' names from a message, so that both sides have the same."""
        for side in (self.before, self.after):
            text = text.replace(f"{side}{os.sep}", "").replace(f"{side.name}{os.sep}", "")
        return text


@contextmanager
def make_slices(changes: Sequence[FileChange], around: Mapping[str, bytes]) -> Generator[Slices]:
    """Lay out both sides in a temporary folder that is gone afterwards.

    Args:
        changes: The files that differ; a changed configuration file is one of them.
        around: Other files of both sides, by path from the project's root; a path that ends with "/" is a folder.
    """
    folder = Path(tempfile.mkdtemp(prefix="workhorse-")).resolve()
    try:
        slices = Slices(folder, folder / BEFORE, folder / AFTER)
        for side in (slices.before, slices.after):
            side.mkdir()
            for path, content in around.items():
                put(side, path, content)
        for change in changes:
            old = change.moved_from or change.path
            for side, path, data in ((slices.before, old, change.before), (slices.after, change.path, change.after)):
                (side / path).unlink(missing_ok=True)
                if data is not None:
                    put(side, path, data)
        yield slices
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put(side: Path, path: str, data: bytes) -> None:
    """Write one file below a side, with the folders above it; a path that ends with "/" is an empty folder."""
    target = side / path
    try:
        if path.endswith("/"):
            target.mkdir(parents=True, exist_ok=True)
            return
        target.write_bytes(data)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def folders_above(paths: Iterable[str]) -> list[str]:
    """Return every folder that holds one of the files, the project's root ("") first."""
    found = {""}
    for path in paths:
        while path := path.rpartition("/")[0]:
            found.add(path)
    return sorted(found, key=lambda folder: (folder.count("/") + bool(folder), folder))


def package_markers(project: Project, paths: Sequence[str]) -> dict[str, bytes]:
    """Return an empty ``__init__.py`` for each of the packages around the files, so that a tool sees packages."""
    markers = (f"{folder}/__init__.py" for folder in folders_above(paths) if folder)
    return {path: b"" for path in markers if path not in paths and (project.root / path).is_file()}


def neighbours(project: Project, changes: Sequence[FileChange]) -> dict[str, bytes]:
    """Return an empty module for each of the project's own that is imported, so that a tool knows them from others.

    Only their names are looked at. They lie in a source root: the project's root, its ``src``, and what holds a
    changed file's outermost package.
    """
    paths = [change.path for change in changes]
    imported = _imported(changes)
    roots = {"", "src"} | {_source_root(project, path) for path in paths}
    found: dict[str, bytes] = {}
    for root in roots:
        prefix = f"{root}/" if root else ""
        for name, is_folder in _entries(project.root / root):
            if name.removesuffix(".py") not in imported:  # a large project has thousands
                continue
            if not is_folder and name.endswith(".py"):
                found[prefix + name] = b""
            elif is_folder:
                modules = [entry for entry, _ in _entries(project.root / root / name) if entry.endswith(".py")]
                module = "__init__.py" if "__init__.py" in modules else modules[0] if modules else ""
                found[f"{prefix}{name}/{module}"] = b""
    return {path: data for path, data in found.items() if path not in paths}


def _imported(changes: Iterable[FileChange]) -> set[str]:
    """Return every word of the import lines, the modules' names among them."""
    return {
        word.decode("utf-8", "replace")
        for change in changes
        for data in (change.before, change.after)
        for line in _IMPORT.findall(data or b"")
        for word in _WORD.findall(line)
    }


def _source_root(project: Project, path: str) -> str:
    folder = path.rpartition("/")[0]
    while folder and (project.root / folder / "__init__.py").is_file():
        folder = folder.rpartition("/")[0]
    return folder


def _entries(folder: Path) -> list[tuple[str, bool]]:
    try:
        with os.scandir(folder) as entries:
            return [(entry.name, entry.is_dir()) for entry in entries]
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []
