"""Memory that models need, and the shape in a model file."""

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from workhorse_core.errors import EndpointError, TargetError
from workhorse_core.models.lifecycle.gguf_header import ModelShape, read_shape, shape_of
from workhorse_core.models.lifecycle.memory import Fit, Memory, check_fits_memory, judge, needed, read_memory

GB = 10**9


@pytest.mark.parametrize(
    ("need", "memory", "fit"),
    [
        (5 * GB, Memory(16 * GB, 8 * GB), Fit.VRAM),
        (9 * GB, Memory(4 * GB, 8 * GB), Fit.MIXED),
        (9 * GB, Memory(16 * GB), Fit.RAM),
        (9 * GB, Memory(9 * GB), Fit.NOT),  # a reserve for other programs
        (20 * GB, Memory(8 * GB, 8 * GB), Fit.NOT),
        (9 * GB, Memory(None), Fit.UNKNOWN),
    ],
)
def test_a_model_fits_where_there_is_room(need: int, memory: Memory, fit: Fit) -> None:
    assert judge(need, memory) is fit


def test_a_model_that_would_swap_is_refused_with_the_figures() -> None:
    shape = ModelShape(5 * GB, 57_344, 32_768)
    with pytest.raises(
        EndpointError,
        match=r"needs 6\.2 GB .*16384 tokens .*5\.0 GB of weights, 0\.9 GB of cache.*and 2\.0 GB of memory",
    ):
        check_fits_memory("qwen", shape, 16_384, Memory(2 * GB))


def test_a_7b_model_needs_what_is_known_of_it() -> None:
    """Qwen2.5-Coder-7B, from its model card: 28 layers, 28 heads, 4 of keys and values, 3584 wide."""
    about = {"general.architecture": "qwen2", "qwen2.block_count": 28, "qwen2.attention.head_count": 28}
    about |= {"qwen2.attention.head_count_kv": 4, "qwen2.embedding_length": 3584, "qwen2.context_length": 32_768}
    shape = shape_of(about, 4_683_087_332)
    assert shape.cache == 57_344
    assert needed(shape, 16_384) == 4_683_087_332 + 57_344 * 16_384 + 300_000_000


def test_the_shape_is_read_from_a_model_file(scripted_model: Path) -> None:
    shape = read_shape(scripted_model)
    assert shape.weights == scripted_model.stat().st_size
    assert shape.cache > 0
    assert shape.context > 0
    assert shape.can_chat


def test_every_cut_of_a_model_file_is_no_model(scripted_model: Path, tmp_path: Path) -> None:
    data = scripted_model.read_bytes()
    for length in (0, 3, 10, 24, 100, 1000, 5000):
        path = tmp_path / "cut.gguf"
        path.write_bytes(data[:length])
        with pytest.raises(TargetError, match="not a whole GGUF file"):
            read_shape(path)
    (tmp_path / "text.gguf").write_text("hello, this is no model at all")
    with pytest.raises(TargetError):
        read_shape(tmp_path / "text.gguf")
    with pytest.raises(TargetError, match="There is no file"):
        read_shape(tmp_path / "absent.gguf")


def test_memory_of_loaded_models_is_subtracted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_free_memory(monkeypatch, 8 * GB)
    assert read_memory(0, tmp_path).ram == 8 * GB
    assert read_memory(3 * GB, tmp_path).ram == 5 * GB


def test_a_limit_of_the_control_group_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_free_memory(monkeypatch, 8 * GB)
    (tmp_path / "memory.max").write_text("2000000000\n")
    (tmp_path / "memory.current").write_text("500000000\n")
    assert read_memory(0, tmp_path).ram == 1_500_000_000
    (tmp_path / "memory.max").write_text("max\n")
    assert read_memory(0, tmp_path).ram == 8 * GB


def with_free_memory(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=size))


def test_the_graphics_cards_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 8000\necho 4000\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_memory().vram == 12_000 * 1024 * 1024
    program.write_text("#!/bin/sh\necho no devices were found >&2; exit 9\n")
    assert read_memory().vram is None
