"""A user's first hour: a bare virtual environment, `pip install .` in it, and nothing else on PATH.

What works only beside the developers' tools fails here: mypy, pyright, ty, ruff and black are not installed.
"""

import json
import os
import shutil
import subprocess
import venv
from collections.abc import Mapping
from pathlib import Path

import pytest

from documents.pages import ROOT
from support.repository import make_repository

pytestmark = pytest.mark.fresh

SYSTEM = ("git", "sh", "env", "cat", "dirname", "basename", "readlink", "bwrap")
"""What a machine with git has, and what the installed scripts use."""

ALIAS = '"""Compat names."""\nbytes = str\n\n\ndef raw():\n    return b"abc"\n\n\ndef name():\n    return "a"\n'
CALLERS = """\
def _double(number, times=2):
    return number * times


def joined(words, mark=","):
    return mark.join(words)


def use():
    return _double(3), joined(["a"])
"""


@pytest.fixture(scope="module")
def workhorse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a plain installation."""
    folder = tmp_path_factory.mktemp("fresh") / "environment"
    venv.create(folder, with_pip=True)
    python = folder / "bin/python"
    command = [python, "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ROOT]
    subprocess.run(command, check=True, env=dict(OUTSIDE), capture_output=True)
    return folder / "bin/workhorse"


OUTSIDE = dict(os.environ)


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH with git and a shell, and no Python tool."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in SYSTEM:
        if found := shutil.which(name, path=OUTSIDE["PATH"]):
            (folder / name).symlink_to(found)
    return str(folder)


def hints(workhorse: Path, path: str, root: Path, *options: str) -> Mapping[str, object]:
    command = [workhorse, "hints", ".", "--engine", "rules", "--dry-run", "--json", *options]
    done = subprocess.run(command, cwd=root, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    found: Mapping[str, object] = json.loads(done.stdout)
    return found


def check_of(job: Mapping[str, object], name: str) -> Mapping[str, str]:
    checks = job["checks"]
    assert isinstance(checks, list)
    return next(each for each in checks if each["name"] == name)


def test_project_without_a_checker_is_checked_by_pyrefly(workhorse: Path, path: str, tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "project", {"m.py": CALLERS})

    job = hints(workhorse, path, repository.root)

    assert check_of(job, "annotation-types")["status"] == "passed"
    assert "+def _double(number: int, times: int = 2) -> int:" in str(job["diff"])


def test_hint_that_an_alias_makes_wrong_is_dropped(workhorse: Path, path: str, tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "project", {"m.py": ALIAS})

    job = hints(workhorse, path, repository.root)

    assert "-> bytes" not in str(job["diff"])
    assert "+def name() -> str:" in str(job["diff"])
    assert check_of(job, "annotation-types")["status"] == "passed"


def test_no_configuration_keeps_as_many_hints_as_an_empty_one(workhorse: Path, path: str, tmp_path: Path) -> None:
    files = {f"m{number}.py": CALLERS for number in range(3)}
    bare = make_repository(tmp_path / "bare", files)
    empty = make_repository(tmp_path / "empty", {**files, "pyproject.toml": "[tool.pyrefly]\n"})

    assert hints(workhorse, path, bare.root)["diff"] == hints(workhorse, path, empty.root)["diff"]


def test_repository_command_for_pyrefly_is_not_run(workhorse: Path, path: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    table = f'[tool.pyrefly]\npython-interpreter-find-command = ["sh", "-c", "echo > {mark}"]\n'
    repository = make_repository(tmp_path / "project", {"m.py": CALLERS, "pyproject.toml": table})

    job = hints(workhorse, path, repository.root)

    assert not mark.exists()
    assert "`python-interpreter-find-command` ignored: not trusted" in check_of(job, "annotation-types")["reason"]
