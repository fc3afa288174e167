"""The private folder in which mypy runs: the project's files, and none of its settings."""

import os
from pathlib import Path

import pytest

from support.repository import write_files
from workhorse_core.type_checking.shadow_files import link_root

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need a right there")
SETTINGS = dict.fromkeys(("mypy.ini", ".mypy.ini", "setup.cfg", "pyproject.toml", ".git/config"), "")


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    write_files(root, {**SETTINGS, "src/pkg/a.py": "x = 1\n", "loose.py": "", ".stubs/a.pyi": ""})
    return root


def test_private_folder_leads_to_the_projects_files_and_to_none_of_its_settings(root: Path, tmp_path: Path) -> None:
    linked = link_root(root, tmp_path)
    assert names(linked) == [".stubs", "loose.py", "src"]
    assert (linked / "src/pkg/a.py").read_text() == "x = 1\n"
    assert linked.stat().st_mode & 0o077 == 0


def test_private_folder_follows_what_comes_and_goes(root: Path, tmp_path: Path) -> None:
    linked = link_root(root, tmp_path)
    (root / "loose.py").unlink()
    write_files(root, {"new/b.py": ""})
    assert link_root(root, tmp_path) == linked
    assert names(linked) == [".stubs", "new", "src"]


def test_root_is_taken_where_no_links_can_be_made(root: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").write_text("in the way")
    assert link_root(root, tmp_path) == root
