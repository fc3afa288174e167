"""The real llama.cpp server on tiny models, and doubles for what it cannot be made to do."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.models.double import Listener, http
from core.models.speeches import SPEECHES
from support.llama_cpp import LlamaServer, serve
from support.tiny_gguf import write_random_model, write_scripted_model


@pytest.fixture(scope="session")
def scripted_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "scripted.gguf"
    write_scripted_model(path, SPEECHES)
    return path


@pytest.fixture(scope="session")
def endless_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "endless.gguf"
    write_random_model(path, stops=False)
    return path


@pytest.fixture(scope="session")
def llama(scripted_model: Path) -> Iterator[str]:
    """Server of the scripted model; two slots of 4,096 tokens."""
    with serve(LlamaServer(scripted_model, context=4096, slots=2)) as root:
        yield root


@pytest.fixture(scope="session")
def endless(endless_model: Path) -> Iterator[str]:
    """Server of random text without end; one slot of 32,768 tokens."""
    with serve(LlamaServer(endless_model, context=32_768)) as root:
        yield root


@pytest.fixture
def trap(listen: Callable[..., Listener]) -> Listener:
    """Listener that must never receive anything."""
    return listen(lambda _: http(400, b"caught", "text/plain"))
