"""Every shell command of the README and the guide, run block by block on a copy of the sample project."""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.running import PROGRAM
from documents.pages import ROOT, blocks, commands
from support.llama_cpp import LlamaServer, serve
from support.repository import commit_all, make_repository
from support.tiny_gguf import write_scripted_model

NOT_RUN = {
    "make try": "tests/cli/test_documents.py runs it",
    "make test": "it is what runs this",
    "make test-offline": "it runs this, too",
    "make test-slow": "it takes minutes, and CI runs it",
    "make test-hooks": "it takes minutes, and CI runs it",
    "make test-real": "it takes minutes, and CI runs it",
    "make test-model": "it takes minutes, and CI runs it",
    "make test-vscode": "it takes minutes and fetches VS Code, and CI runs it",
    "make vsix": "`make test-vscode` does it",
    "make lint-vscode": "`make test-vscode` does it",
    "make results": "it takes minutes and fetches packages",
    "make lint": "CI runs it",
    "make format": "it would change this repository",
    "pip install .": "it would change the environment of these tests; `make try` installs the same way",
    "cd your-project": "these tests are there already",
}
JOB = "k3f9"
LONELY = '''\
"""A parser."""


def frobnicate(number):
    while number > 9:
        number = knead(number)
    return number
'''
ANSWER = "summary: Give back the number that was given."
A_PY = '''\
"""Parsing."""


class Parser:
    """Reads words."""

    def parse(self, text: str) -> list[str]:
        if not text:
            raise ValueError("the text must not be empty")
        return text.split()

    def is_done(self) -> bool:
        return True
'''


def asks_a_model(block: str) -> bool:
    return "retry" in block or "workhorse up" in block


SHOWN = [(page, block) for page in ("README.md", "docs/guide.md", "CONTRIBUTING.md") for block in blocks(page, "sh")]


@pytest.fixture(scope="session")
def model_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real llama.cpp server, which describes ``frobnicate`` whatever it is asked."""
    model = tmp_path_factory.mktemp("models") / "frobnicate.gguf"
    write_scripted_model(model, {"": ANSWER})
    with serve(LlamaServer(model)) as root:
        yield f"{root}/v1"


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample project as ``main`` has it, and a branch with a module more."""
    root = tmp_path / "inventory"
    shutil.copytree(ROOT / "examples" / "inventory", root, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    repository = make_repository(root)
    repository.write("checkout", "--quiet", "-b", "feature")
    (root / "src" / "a.py").write_text(A_PY)
    commit_all(repository, "Parse")
    return root


@pytest.fixture
def lonely(tmp_path: Path) -> Path:
    """One function that only a model can describe."""
    return make_repository(tmp_path / "lonely", {"src/lonely.py": LONELY}).root


def test_there_are_some() -> None:
    lines = [line for _, block in SHOWN for line in commands(block)]
    assert len(lines) > 15
    assert set(NOT_RUN) <= set(lines), "a reason for a command that is not there"


def chosen(with_a_model: bool) -> list[object]:
    """Return the blocks that ask a model, or the others; those below the README are as long again, and slow."""
    blocks = [(page, block) for page, block in SHOWN if asks_a_model(block) is with_a_model]
    return [pytest.param(*each, marks=() if each[0] == "README.md" else pytest.mark.slow) for each in blocks]


@pytest.mark.parametrize(("page", "block"), chosen(with_a_model=False))
def test_commands_of_a_page_work_on_the_sample(page: str, block: str, sample: Path) -> None:
    Session(sample, dict(os.environ), "rules").play(block)


@pytest.mark.parametrize(("page", "block"), chosen(with_a_model=True))
def test_commands_that_ask_a_model_work_with_the_real_server(
    page: str, block: str, lonely: Path, model_server: str
) -> None:
    session = Session(lonely, {**os.environ, "WORKHORSE_URL": model_server}, "local")
    session.play(block)
    newest = json.loads(session.workhorse("show", "@", "--json"))
    assert [region["model"] for region in newest["regions"] if region["status"] == "drafted"] == ["tiny"]


class Session:
    """A user in one folder who types what the page shows; where it names a job, there is one."""

    def __init__(self, root: Path, environment: dict[str, str], engine: str) -> None:
        self.root = root
        self.environment = environment
        self.engine = engine

    def play(self, block: str) -> None:
        lines = commands(block)
        if not all(line in NOT_RUN for line in lines):
            job = self.new_job() if JOB in block else ""
            for line in lines:
                self.type(line.replace(JOB, job))

    def new_job(self) -> str:
        done = self.workhorse("docstrings", "src", "--engine", self.engine, "--json")
        return str(json.loads(done)["job"])

    def type(self, line: str) -> None:
        words = shlex.split(line)
        if line in NOT_RUN:
            return
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            self.environment.setdefault(name, value)
        else:
            assert words[0] == "workhorse", f"say in NOT_RUN why this is not run: {line}"
            self.workhorse(*words[1:])

    def workhorse(self, *arguments: str) -> str:
        done = subprocess.run(
            [*PROGRAM, *arguments], cwd=self.root, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"workhorse {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout
