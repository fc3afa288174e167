"""Comparisons for the tests of checks, a project on the disk and a candidate made of edits; ways to run a tool."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from workhorse_core.change.edit import Edit, Move
from workhorse_core.change.patch import make_patch
from workhorse_core.pipeline.check import Comparison
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.tools.sandbox import sandbox_program
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

Compare = Callable[..., Comparison]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    return Project(root, None, WorkTree(root), Config())


@pytest.fixture
def trusted(project: Project) -> Project:
    return Project(project.root, None, project.tree, project.config, trusted=True)


@pytest.fixture(params=["sandbox", "no sandbox"])
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test on an untrusted project in the sandbox, and once more as on a machine that has none."""
    if request.param == "no sandbox":
        monkeypatch.setattr("workhorse_core.tools.process.sandbox_program", lambda: None)
    elif sandbox_program() is None:
        pytest.skip("bubblewrap is not installed, or may not make namespaces here")
    return request.param


def write(project: Project, files: Mapping[str, str | bytes]) -> None:
    for path, content in files.items():
        target = project.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def compare(project: Project) -> Compare:
    """Write files, then make a candidate: ``changes`` maps a path to pairs of an old text and what it becomes.

    An old text that begins with ``<`` stands for the place before it, so that only an insertion is made.
    """

    def make(
        files: Mapping[str, str | bytes],
        changes: Mapping[str, list[tuple[str, str]]],
        *,
        within: Project | None = None,
        moves: tuple[Move, ...] = (),
    ) -> Comparison:
        owner = within or project
        write(owner, files)
        if isinstance(owner.tree, WorkTree):  # which remembers where things were
            owner = owner._replace(tree=WorkTree(owner.root, None, owner.tree.buffers))
        edits = [edit for path, pairs in changes.items() for edit in _edits(owner, path, pairs)]
        return Comparison(owner, Task("docstrings", ()), make_patch(owner.tree.read, edits, moves))

    return make


def _edits(project: Project, path: str, pairs: list[tuple[str, str]]) -> list[Edit]:
    data = project.tree.read(path) or b""
    edits: list[Edit] = []
    for old, new in pairs:
        before = old.startswith("<")
        place = data.index(old.removeprefix("<").encode())
        end = place if before else place + len(old.encode())
        edits.append(Edit(path, place, end, new.encode()))
    return edits
