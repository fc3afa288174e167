"""The command line, run in this process or in one of its own."""

import subprocess
from pathlib import Path

import pytest

from cli.running import PROGRAM, SHOP, Result, Workhorse
from support.repository import make_repository
from workhorse_cli.main import run


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one module that rules can document, as the current folder."""
    root = make_repository(tmp_path / "shop", {"src/shop.py": SHOP, "src/plain.py": "", ".gitignore": "*.tmp\n"}).root
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def workhorse(capfd: pytest.CaptureFixture[str]) -> Workhorse:
    """Run a command line in this process, through the one handler."""

    def call(*arguments: str) -> Result:
        capfd.readouterr()
        code = run(arguments)
        out, err = capfd.readouterr()
        return Result(code, out, err)

    return call


@pytest.fixture
def program() -> Workhorse:
    """Run a command line as a user does, in a process of its own."""

    def call(*arguments: str, folder: Path | None = None) -> Result:
        done = subprocess.run([*PROGRAM, *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8")
        return Result(done.returncode, done.stdout, done.stderr)

    return call
