"""A project to edit, and the real llama.cpp server with a scripted model."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.llama_cpp import LlamaServer, serve
from support.repository import make_repository
from support.tiny_gguf import write_random_model, write_scripted_model
from workhorse_core.git.repository import Repository

BOX = '''\
"""Boxes."""


class Box:
    """A box."""

    def __init__(self, width: int = 3) -> None:
        """Initialize the box."""
        self.width = width

    # Return whether nothing is inside.
    def is_empty(self) -> bool:
        return self.width == 0

    # Return whether it takes two people to carry.
    def is_wide(self) -> bool:
        return self.width > 10


def frobnicate(number: int) -> int:
    while number > 9:
        number = knead(number)
    return number
'''
EMPTY = '"""Return whether nothing is inside."""'
WIDE = '"""Return whether it takes two people to carry."""'
ANSWER = "summary: Give back the number that was given."
AGAIN = "summary: Return the number unchanged."


@pytest.fixture
def home(tmp_path: Path) -> Repository:
    """A project with one file that lacks three docstrings: two by rule, one for a model."""
    return make_repository(tmp_path / "project", {"box.py": BOX, "src/other.py": BOX, "latin.txt": b"\xe9\n"})


@pytest.fixture(scope="session")
def model_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real model server with a scripted description of ``frobnicate``, and another for the note "Shorter"."""
    model = tmp_path_factory.mktemp("models") / "frobnicate.gguf"
    write_scripted_model(model, {"Shorter": AGAIN, "": ANSWER})
    with serve(LlamaServer(model, slots=4)) as root:
        yield f"{root}/v1"


@pytest.fixture(scope="session")
def endless_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real server, which does not stop by itself."""
    model = tmp_path_factory.mktemp("models") / "endless.gguf"
    write_random_model(model, stops=False)
    with serve(LlamaServer(model, context=32_768, slots=4)) as root:
        yield f"{root}/v1"
