"""Real editors, unpacked by fetch.py, and projects for them. What is not there fails: it is never passed over."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.llama_cpp import LlamaServer, serve
from support.repository import make_repository
from support.tiny_gguf import write_random_model, write_scripted_model
from workhorse_core.git.repository import Repository

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(__file__).parent
CODE = '''\
"""Numbers 😋."""

# Return whether there is nothing in the box.
def is_empty(box: list[int]) -> bool:
    return not box


def frobnicate(number: int) -> int:
    while number > 9:
        number = knead(number)
    return number
'''
ANSWER = "summary: Give back the number that was given."
EMPTY = '    """Return whether there is nothing in the box."""\n    return not box'
"""The first function with the docstring that the rules write from its comment, by default."""
CONFIGURED = {
    "nvim-0.7": "Neovim 0.7 to 0.10",
    "nvim-0.10": "Neovim 0.7 to 0.10",
    "nvim-new": "Neovim 0.11 and later",
}
"""The heading of each Neovim's configuration."""
PROGRAMS = {
    "nvim-0.7": "usr/bin/nvim",
    "nvim-0.10": "usr/bin/nvim",
    "nvim-new": "usr/bin/nvim",
    "helix": "usr/lib/hx/hx",
    "emacs": "usr/bin/emacs-nox",
}


@dataclass(frozen=True, slots=True)
class RealEditor:
    """An editor, started through the linker and with the libraries that it came with."""

    name: str
    root: Path

    @property
    def command(self) -> list[str]:
        library = self.root / "usr/lib/x86_64-linux-gnu"
        linkers = [self.root / folder / "ld-linux-x86-64.so.2" for folder in ("usr/lib64", "lib64")]
        linker = next(path for path in linkers if path.exists())
        folders = [library, self.root / "lib/x86_64-linux-gnu", library / "lua/5.1"]
        path = ":".join(str(folder) for folder in folders)
        return [str(linker), "--library-path", path, str(self.root / PROGRAMS[self.name])]

    @property
    def runtime(self) -> dict[str, str]:
        """The variables that name the folders of its own files."""
        return {
            "VIMRUNTIME": str(self.root / "usr/share/nvim/runtime"),
            "HELIX_RUNTIME": str(self.root / "usr/lib/hx/runtime"),
            "EMACSLOADPATH": ":".join(map(str, sorted(self.root.glob("usr/share/emacs/*/lisp/**/")))),
            "EMACSDATA": ":".join(map(str, self.root.glob("usr/share/emacs/*/etc"))),
        }

    def run(self, arguments: Sequence[str], folder: Path, environment: dict[str, str]) -> str:
        """Run it to its end and return its output."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, **self.runtime, "PATH": path, "TERM": "xterm", **environment}
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
        )
        return done.stdout + done.stderr


@pytest.fixture
def real_editor(request: pytest.FixtureRequest, outside: dict[str, str]) -> RealEditor:
    """The editor that the test names."""
    given = outside.get("WORKHORSE_EDITORS")
    cache = Path(given) if given else Path(outside["HOME"]) / ".cache" / "workhorse-tests" / "editors"
    place = cache / request.param
    assert (place / "complete").exists(), f"{request.param} is not in {cache}: make test-editors fetches it"
    return RealEditor(request.param, place / "root")


def shown(heading: str, language: str) -> str:
    """Return the first block of a language below a heading of docs/editors.md, byte for byte."""
    page = (ROOT / "docs" / "editors.md").read_text()
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def home(tmp_path: Path) -> Repository:
    """A project with one function for the rules and one for a model."""
    return make_repository(tmp_path / "project", {"numbers.py": CODE})


@pytest.fixture(scope="session")
def model_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real llama.cpp server, which describes ``frobnicate``."""
    model = tmp_path_factory.mktemp("models") / "frobnicate.gguf"
    write_scripted_model(model, {"": ANSWER})
    with serve(LlamaServer(model)) as root:
        yield f"{root}/v1"


@pytest.fixture(scope="session")
def endless_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real llama.cpp server, which does not stop by itself."""
    model = tmp_path_factory.mktemp("models") / "endless.gguf"
    write_random_model(model, stops=False)
    with serve(LlamaServer(model, context=32_768)) as root:
        yield f"{root}/v1"
