"""Windows and projects for the tests of the extension."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from conftest import OUTSIDE
from support.llama_cpp import LlamaServer, serve
from support.tiny_gguf import write_scripted_model
from vscode.code_server import fetch

if find_spec("playwright") is None:
    # `make test` works without it; `make test-vscode` installs it, and finding no test there is an error.
    collect_ignore_glob = ["test_*.py"]

ANSWER = "summary: Give back the number that was given."


@pytest.fixture(scope="session")
def code_server() -> Path:
    """Real VS Code; `make test-vscode` has fetched it before."""
    return fetch(OUTSIDE)


@pytest.fixture(scope="session")
def model_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real llama.cpp server, which describes ``frobnicate`` whatever it is asked."""
    model = tmp_path_factory.mktemp("models") / "frobnicate.gguf"
    write_scripted_model(model, {"": ANSWER})
    with serve(LlamaServer(model)) as root:
        yield f"{root}/v1"


@pytest.fixture
def without_python(tmp_path: Path) -> dict[str, str]:
    """An environment in which an editor starts, and no Python is found."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "git", "env", "sed", "cat", "ps", "readlink"):
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    return {**os.environ, "PATH": str(programs)}


@pytest.fixture
def with_workhorse(without_python: dict[str, str]) -> dict[str, str]:
    """The same, and Workhorse is on the PATH as these tests have it."""
    return {**without_python, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{without_python['PATH']}"}


@pytest.fixture
def with_bare_python(without_python: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The same, with a Python that has no Workhorse."""
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-I", "-m", "venv", str(bare)], check=True)
    return {**without_python, "PATH": f"{bare / 'bin'}{os.pathsep}{without_python['PATH']}"}
