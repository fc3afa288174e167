"""Programs are found by absolute entries of PATH, and never in the current folder."""

import os
from pathlib import Path

import pytest

from workhorse_core.services.doctor import examine
from workhorse_core.system.find_program import find_program

EVIL = "#!/bin/sh\ntouch ran\necho git version 9\n"


@pytest.fixture
def evil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with programs of its own, as the current one, and a PATH that begins there."""
    for name in ("git", "ollama", "docker", "nvidia-smi", "bwrap"):
        (tmp_path / name).write_text(EVIL)
        (tmp_path / name).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("entry", ["", ".", "..", "bin/.."])
def test_a_program_in_the_current_folder_is_not_found(evil: Path, monkeypatch: pytest.MonkeyPatch, entry: str) -> None:
    (evil / "bin").mkdir()
    if entry == "..":
        monkeypatch.chdir(evil / "bin")
    before = find_program("git")
    monkeypatch.setenv("PATH", f"{entry}{os.pathsep}{os.environ['PATH']}")
    assert find_program("git") == before
    assert find_program("ollama") is None


@pytest.mark.parametrize("place", ["bin", "node_modules/.bin", ".venv/bin"])
@pytest.mark.parametrize(
    "way", ["written", "by a linked folder", "by a linked program", "from below", "from elsewhere"]
)
def test_a_program_of_the_work_tree_is_not_found(
    evil: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, place: str, way: str
) -> None:
    """As after direnv's ``PATH_add bin``; a program that the user lacks would be the repository's."""
    before, outside = find_program("git"), tmp_path_factory.mktemp("outside")
    entry, folder = evil / place, None
    (evil / ".git").mkdir()
    (evil / "src" / "deep").mkdir(parents=True)
    entry.mkdir(parents=True)
    for name in ("git", "ollama"):
        (evil / name).rename(entry / name)
    match way:
        case "by a linked folder":
            (outside / "linked").symlink_to(entry)
            entry = outside / "linked"
        case "by a linked program":
            (outside / "ollama").symlink_to(entry / "ollama")
            entry = outside
        case "from below":
            monkeypatch.chdir(evil / "src" / "deep")
        case "from elsewhere":
            monkeypatch.chdir(outside)
            folder = evil / "src"
        case _:
            pass
    monkeypatch.setenv("PATH", f"{entry}{os.pathsep}{os.environ['PATH']}")
    assert find_program("git", folder) == before
    assert find_program("ollama", folder) is None


def test_a_program_is_found_from_a_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = find_program("git")
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert find_program("git") == before is not None


def test_the_doctor_starts_nothing_from_there(evil: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    found = {diagnosis.name: diagnosis for diagnosis in examine(evil, os.environ, ports=())}
    assert "version 9" not in found["git"].words
    assert not (evil / "ran").exists()
