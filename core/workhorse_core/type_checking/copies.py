"""A private copy of a project's Python files: its base, and one candidate after another."""

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from workhorse_core.change.patch import FileChange
from workhorse_core.errors import TargetError
from workhorse_core.tools.slices import put
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

_CODE = (".py", ".pyi", "py.typed")
_CONFIGURATION = (".toml", ".cfg", ".ini", "pyrightconfig.json")
ENVIRONMENTS = (".venv", "venv")


class Copies:
    """Two folders laid out like the project's root, and an empty one for a tool to run in.

    The candidate's files are hard links to the base's copies, which is cheap; a file is replaced, never written in
    place. The copies are not links to the user's files, because a link would change their times, which git watches.
    With ``everything`` files of every kind are copied, as tests may need; else code, and the configuration of a trusted
    project.
    """

    def __init__(self, project: Project, *, everything: bool = False) -> None:
        self._wanted = ("",) if everything else (*_CODE, *_CONFIGURATION) if project.trusted else _CODE
        folder = Path(tempfile.mkdtemp(prefix="workhorse-")).resolve()
        self._finalizer = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.before, self.after, self.aside = folder / "before", folder / "after", folder / "aside"
        self._placed: set[str] = set()
        for side in (self.before, self.after, self.aside):
            side.mkdir()
        made: set[str] = set()
        for path in project.tree.files(""):
            if path.endswith(self._wanted) and (data := _read(project, path)) is not None:
                parent = path.rpartition("/")[0]
                if parent not in made:
                    made.add(parent)
                    for side in (self.before, self.after):
                        (side / parent).mkdir(parents=True, exist_ok=True)
                origin = f"{self.before}/{path}"
                with open(origin, "wb") as file:  # noqa: PTH123 - half the time of Path.write_bytes
                    file.write(data)
                os.link(origin, f"{self.after}/{path}")
        for name in ENVIRONMENTS if project.trusted else ():  # pyrefly runs the interpreter that it finds there
            if (environment := project.root / name).is_dir():
                for side in (self.before, self.after):
                    (side / name).symlink_to(environment, target_is_directory=True)

    @property
    def folder(self) -> Path:
        """The folder that holds them all."""
        return self.aside.parent

    def close(self) -> None:
        """Remove everything."""
        self._finalizer()

    def configure(self, files: Mapping[str, bytes]) -> None:
        """Put configuration files of ours into both sides."""
        for path, data in files.items():
            for side in (self.before, self.after):
                if _content(side / path) != data:
                    _replace(side, path, data)

    def take_base(self, changes: Iterable[FileChange]) -> bool:
        """Make the base hold the files that the changes begin from; return False where it did already."""
        moved = False
        for change in self._code(changes):
            path = change.moved_from or change.path
            for each, data in ((path, change.before), *([(change.path, None)] if change.moved_from else ())):
                if _content(self.before / each) != data:
                    _replace(self.before, each, data)
                    self._link(each)
                    moved = True
        return moved

    def place(self, changes: Iterable[FileChange]) -> None:
        """Make the candidate of the base and these changes; earlier ones are taken back."""
        for path in self._placed:
            self._link(path)
        self._placed = set()
        for change in self._code(changes):
            if change.moved_from:
                _replace(self.after, change.moved_from, None)
                self._placed.add(change.moved_from)
            _replace(self.after, change.path, change.after)
            self._placed.add(change.path)

    def locate(self, path: str) -> str:
        """Turn a path in a tool's output, absolute or relative to ``aside``, into one from the project's root."""
        full = os.path.normpath(self.aside / path)
        for side in (self.after, self.before):
            if full.startswith(f"{side}{os.sep}"):
                return full[len(str(side)) + 1 :].replace(os.sep, "/")
        return path

    def without_places(self, text: str) -> str:
        """Remove the folders' names from a message."""
        return text.replace(f"{self.before}{os.sep}", "").replace(f"{self.after}{os.sep}", "")

    def _code(self, changes: Iterable[FileChange]) -> Iterator[FileChange]:
        return (each for each in changes if each.path.endswith(self._wanted))

    def _link(self, path: str) -> None:
        target, origin = self.after / path, self.before / path
        target.unlink(missing_ok=True)
        if origin.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(origin, target)


def _read(project: Project, path: str) -> bytes | None:
    """Read one of the files that the tree lists; from the disk directly where possible, in half the time."""
    tree = project.tree
    try:
        if isinstance(tree, WorkTree) and path not in tree.buffers:
            with open(f"{tree.root}/{path}", "rb") as file:  # noqa: PTH123
                return file.read()
        return tree.read(path)
    except (OSError, TargetError):
        return None


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _replace(side: Path, path: str, data: bytes | None) -> None:
    (side / path).unlink(missing_ok=True)
    if data is not None:
        put(side, path, data)
