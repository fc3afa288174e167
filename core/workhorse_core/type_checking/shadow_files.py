"""Files that mypy reads in place of others in the work tree: the base's unsaved text, and a candidate's changes."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from workhorse_core.change.patch import FileChange
from workhorse_core.pipeline.check import Comparison
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

Shadows = tuple[tuple[str, Path], ...]
"""Paths from the project's root, each with the file to read in its place."""


class ShadowFiles:
    """The shadow files of one session, below a folder of ours."""

    def __init__(self, project: Project, folder: Path) -> None:
        self._root = project.root
        self._folder = folder
        self._befores: dict[str, bytes] = {}

    def take_base(self, comparison: Comparison) -> int:
        """Record the files' contents before the change; return how many differ from the base as it was known."""
        tree = comparison.project.tree
        befores = dict(tree.buffers) if isinstance(tree, WorkTree) else {}
        befores |= {change.path: change.before or b"" for change in comparison.patch.changes}
        different = sum(data != self._befores.get(path, self._on_disk(path)) for path, data in befores.items())
        self._befores |= befores
        return different

    def before(self) -> Shadows:
        """Write the shadows of the base."""
        return self._write("before", self._befores)

    def after(self, changes: Iterable[FileChange]) -> Shadows:
        """Write the shadows of a candidate."""
        return self._write("after", {**self._befores, **{change.path: change.after or b"" for change in changes}})

    def _write(self, side: str, contents: Mapping[str, bytes]) -> Shadows:
        folder = self._folder / f"{side}-shadows"
        folder.mkdir(exist_ok=True)
        shadows: list[tuple[str, Path]] = []
        for path, data in contents.items():
            if path.endswith((".py", ".pyi")) and self._on_disk(path) != data:
                shadow = folder / f"{len(shadows)}{path[path.rindex('.') :]}"
                shadow.write_bytes(data)
                shadows.append((path, shadow))
        return tuple(shadows)

    def _on_disk(self, path: str) -> bytes:
        return (self._root / path).read_bytes()


_FOUND_BY_MYPY = {".git", "mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg"}


def link_root(root: Path, folder: Path) -> Path:
    """Return a private folder of links to what a project's root holds, but for the settings that mypy looks for.

    There every relative path is as in the root, in settings, answers and caches. Where no links can be made, it is the
    root itself.
    """
    linked = folder / "linked"
    try:
        linked.mkdir(mode=0o700, exist_ok=True)
        here, there = ({each.name for each in place.iterdir()} for place in (linked, root))
        there -= _FOUND_BY_MYPY
        for name in here - there:
            (linked / name).unlink()
        for name in there - here:
            (linked / name).symlink_to(root / name)
    except OSError:
        return root
    return linked


def all_on_disk(comparison: Comparison) -> bool:
    """Whether the project is the work tree on the disk, and every changed file exists there before and after."""
    project = comparison.project
    tree = project.tree
    if not isinstance(tree, WorkTree) or not all((project.root / path).is_file() for path in tree.buffers):
        return False
    return all(
        change.before is not None
        and change.after is not None
        and change.moved_from is None
        and (project.root / change.path).is_file()
        for change in comparison.patch.changes
    )
