"""Where the tests of the extension happen."""

import os
import shutil
from pathlib import Path

import pytest

from vscode.code_server import fetch


@pytest.fixture(scope="session")
def code_server() -> Path:
    """Real VS Code; `make test-vscode` has fetched it before."""
    return fetch(os.environ)


@pytest.fixture
def empty_path(tmp_path: Path) -> dict[str, str]:
    """An environment in which the editor starts, and no Python is found."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "git", "env", "sed", "cat", "ps"):
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    return {**os.environ, "PATH": str(programs)}
