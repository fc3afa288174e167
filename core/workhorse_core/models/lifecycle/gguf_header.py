"""Reader of a GGUF file's header, without loading the model.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. The package gguf builds arrays of every token:
3.7 s of CPU for a vocabulary of 152,000, where this takes 0.04.
"""

import struct
from pathlib import Path
from typing import BinaryIO

from workhorse_core.errors import TargetError
from workhorse_core.models.discovery.model_shape import ModelShape, shape_of

_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
_LONGEST = 64_000_000
"""Bytes of one text or list; a vocabulary of 300,000 words takes 10 million."""


def read_shape(path: Path) -> ModelShape:
    """Read the shape of the model in a GGUF file.

    Raises:
        TargetError: There is no such file, or it is none.
    """
    try:
        with path.open("rb") as file:
            values = _read_values(file)
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise TargetError(f"There is no file {path}", "Name a model file: workhorse up --gguf model.gguf") from error
    except OSError as error:
        raise TargetError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (struct.error, ValueError, RecursionError) as error:
        raise TargetError(
            f"{path} is not a whole GGUF file.", "Fetch it again, or name another: workhorse up --gguf model.gguf"
        ) from error
    return shape_of(values, size, can_chat="tokenizer.chat_template" in values)


def _read_values(file: BinaryIO) -> dict[str, object]:
    magic, version, _, count = struct.unpack("<4sIQQ", file.read(24))
    if magic != b"GGUF" or version not in (2, 3) or count > 100_000:
        raise ValueError("not GGUF")
    return dict(_read_pair(file) for _ in range(count))


def _read_pair(file: BinaryIO) -> tuple[str, object]:
    key = _read_text(file)
    (kind,) = struct.unpack("<I", file.read(4))
    return key, _read_value(file, kind)


def _read_value(file: BinaryIO, kind: int) -> object:
    if kind == _TEXT:
        return _read_text(file)
    if kind == _LIST:
        return _read_list(file)
    form = "<" + _NUMBERS.get(kind, "?")
    if kind not in _NUMBERS:
        raise ValueError("unknown kind")
    return struct.unpack(form, file.read(struct.calcsize(form)))[0]


def _read_list(file: BinaryIO) -> list[object]:
    kind, count = struct.unpack("<IQ", file.read(12))
    if count > _LONGEST:
        raise ValueError("too long")
    if kind in _NUMBERS and count > 1000:  # scores of a vocabulary: not wanted
        file.seek(count * struct.calcsize("<" + _NUMBERS[kind]), 1)
        return []
    return [_read_value(file, kind) for _ in range(count)]


def _read_text(file: BinaryIO) -> str:
    (length,) = struct.unpack("<Q", file.read(8))
    if length > _LONGEST:
        raise ValueError("too long")
    data = file.read(length)
    if len(data) != length:
        raise ValueError("cut off")
    return data.decode("utf-8", "replace")
