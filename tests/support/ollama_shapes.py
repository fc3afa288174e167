"""The shapes in which Ollama's double writes its JSON, as https://github.com/ollama/ollama/blob/main/api/types.go."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from support.ollama_answer import Piece, Refusal

if TYPE_CHECKING:
    from support.ollama import OllamaModel

Json = dict[str, Any]
Shape = Callable[[Piece], Json]


def as_response(piece: Piece) -> Json:
    """Write a piece as ``/api/generate`` does."""
    return {"response": piece.content} | ({"thinking": piece.thinking} if piece.thinking else {})


def as_message(piece: Piece) -> Json:
    """Write a piece as ``/api/chat`` does."""
    thinking = {"thinking": piece.thinking} if piece.thinking else {}
    return {"message": {"role": "assistant", "content": piece.content} | thinking}


def native_lines(pieces: Iterator[Piece], chunk: Shape) -> Iterator[bytes]:
    """Write each piece as a line; what goes wrong on the way is a line, too."""
    begun = False
    try:
        for piece in pieces:
            yield line_of(chunk(piece))
            begun = True
    except Refusal as refusal:
        if not begun:
            raise
        yield line_of({"error": refusal.text})


def error_body(path: str, refusal: Refusal) -> Json:
    """Write an error as its interface does."""
    if not path.startswith("/v1"):
        return {"error": refusal.text}
    kind = {404: "not_found_error", 400: "invalid_request_error"}.get(refusal.status, "api_error")
    return {"error": {"message": refusal.text, "type": kind, "param": None, "code": None}}


def tag(model: "OllamaModel") -> Json:
    """Write a model as ``/api/tags`` lists it."""
    entry = {"name": model.name, "model": model.name, "modified_at": date_of(0), "size": model.size}
    remote = {"remote_model": model.name.removesuffix("-cloud"), "remote_host": model.remote_host}
    return entry | {"digest": model.digest, "details": details(model)} | (remote if model.remote_host else {})


def details(model: "OllamaModel") -> Json:
    """Write what a model is."""
    kind = {"parent_model": "", "format": "gguf", "family": model.family, "families": [model.family]}
    return kind | {"parameter_size": model.parameters, "quantization_level": model.quantization}


def metrics(piece: Piece) -> Json:
    """Write what an answer cost; whatever is zero is left out."""
    counts = {
        "done_reason": piece.reason,
        "total_duration": 1_000_000_000,
        "load_duration": 1_000_000,
        "prompt_eval_count": piece.prompt_tokens,
        "prompt_eval_duration": 1_000_000 * piece.prompt_tokens,
        "eval_count": piece.tokens,
        "eval_duration": 10_000_000 * piece.tokens,
    }
    return {name: value for name, value in counts.items() if value}


def line_of(value: Json) -> bytes:
    """Write one line."""
    return json.dumps(value).encode() + b"\n"


def date_of(seconds: float | None = None) -> str:
    """Write a moment, now if none is given."""
    moment = time.time() if seconds is None else seconds
    return datetime.fromtimestamp(min(moment, 2**32), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
