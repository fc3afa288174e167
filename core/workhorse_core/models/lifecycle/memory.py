"""Free memory for a model, and whether one fits: a model that would swap is refused, with the figures."""

import subprocess
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from workhorse_core.errors import EndpointError
from workhorse_core.models.discovery.model_shape import ModelShape
from workhorse_core.system.find_program import find_program

OVERHEAD = 300_000_000
"""Bytes that a server takes beside weights and cache: its own buffers and the vocabulary."""

RESERVE = 500_000_000
"""Bytes that are left to other programs."""

_GROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Memory:
    """Free bytes: of the machine, and of its NVIDIA cards; None if unknown."""

    ram: int | None
    vram: int | None = None


class Fit(StrEnum):
    """Placement of a model."""

    VRAM = "fits in VRAM"
    MIXED = "fits, in part in VRAM"
    RAM = "fits in memory"
    NOT = "does not fit"
    UNKNOWN = "unknown"


def needed(shape: ModelShape, context: int) -> int:
    """Return the bytes that a model takes with a context of so many tokens."""
    return shape.weights + shape.cache * context + OVERHEAD


def judge(need: int, memory: Memory) -> Fit:
    """Return the placement of a model that needs so many bytes."""
    if memory.vram is not None and need <= memory.vram:
        return Fit.VRAM
    if memory.ram is None:
        return Fit.UNKNOWN
    room = max(memory.ram - RESERVE, 0)
    if need <= room:
        return Fit.MIXED if memory.vram else Fit.RAM
    return Fit.MIXED if memory.vram and need <= room + memory.vram else Fit.NOT


def check_fits_memory(name: str, shape: ModelShape, context: int, memory: Memory) -> Fit:
    """Check that a model can be loaded without swapping.

    Raises:
        EndpointError: It cannot; the message has the figures.
    """
    need = needed(shape, context)
    fit = judge(need, memory)
    if fit is Fit.NOT:
        cards = f" and {gigabytes(memory.vram)} of VRAM" if memory.vram is not None else ""
        raise EndpointError(
            f"{name} would not fit: it needs {gigabytes(need)} with a context of {context} tokens"
            f" ({gigabytes(shape.weights)} of weights, {gigabytes(shape.cache * context)} of cache),"
            f" and {gigabytes(memory.ram or 0)} of memory{cards} are free.",
            "Free some, choose a smaller model or --context, or insist with --force; see docs/models.md",
        )
    return fit


def read_memory(loaded: int = 0, group: Path = _GROUP) -> Memory:
    """Read the memory that is free now.

    Args:
        loaded: Bytes of models in memory: their mapped files count as free to the system, and are not.
        group: The folder of this process's control group on Linux, which may have a lower limit than the machine.
    """
    from psutil import virtual_memory  # deferred: 8 ms

    return Memory(max(min([virtual_memory().available, *_left_in_group(group)]) - loaded, 0), _read_vram())


def gigabytes(count: int) -> str:
    """Format bytes for the user."""
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"


def _left_in_group(group: Path) -> list[int]:
    with suppress(OSError, ValueError):
        most = int((group / "memory.max").read_text())  # "max" where there is no limit
        return [max(most - int((group / "memory.current").read_text()), 0)]
    return []


def _read_vram() -> int | None:
    if not (program := find_program("nvidia-smi")):
        return None
    with suppress(OSError, subprocess.SubprocessError, ValueError):
        asked = [program, "--query-gpu=memory.free", "--format=csv,noheader,nounits"]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True)
        return sum(int(line) for line in done.stdout.split()) * 1024 * 1024
    return None
