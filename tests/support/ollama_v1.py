"""OpenAI's interface as Ollama's double has it: few fields are known, and the rest is ignored.

https://github.com/ollama/ollama/blob/main/openai/openai.go
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from support.ollama_answer import LEVELS, Piece, Refusal, part

Json = dict[str, Any]
_EFFORTS: dict[str, bool | str] = {"none": False, "minimal": "low", "xhigh": "max", "ultra": "max"}


def v1_lines(pieces: Iterator[Piece], model: str, usage: bool) -> Iterator[bytes]:
    """An error in the middle arrives as an empty chunk, and there is no ``[DONE]``."""
    role: Json = {"role": "assistant"}
    last = Piece()
    try:
        for last in pieces:
            if last.reason:
                break
            delta = role | {"content": last.content} | ({"reasoning": last.thinking} if last.thinking else {})
            role = {}
            yield _event(_v1(model, "chat.completion.chunk", [_choice(delta, None)]))
    except Refusal:
        yield _event(_v1(model, "chat.completion.chunk", [_choice({"content": ""}, None)]))
        return
    yield _event(_v1(model, "chat.completion.chunk", [_choice({}, last.reason)]))
    if usage:
        yield _event(_v1(model, "chat.completion.chunk", []) | {"usage": _usage(last)})
    yield b"data: [DONE]\n\n"


def completion(every: Sequence[Piece], model: str) -> Json:
    """Write the answer that is not streamed."""
    message = {"role": "assistant", "content": "".join(piece.content for piece in every)}
    if reasoning := "".join(piece.thinking for piece in every):
        message["reasoning"] = reasoning
    choice = {"index": 0, "message": message, "finish_reason": every[-1].reason}
    return _v1(model, "chat.completion", [choice]) | {"usage": _usage(every[-1])}


def _choice(delta: Json, finish: str | None) -> Json:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _v1(model: str, kind: str, choices: list[Json]) -> Json:
    head = {"id": "chatcmpl-7", "object": kind, "created": 1_795_000_000, "model": model}
    return head | {"system_fingerprint": "fp_ollama", "choices": choices}


def _usage(piece: Piece) -> Json:
    counts = {"prompt_tokens": piece.prompt_tokens, "completion_tokens": piece.tokens}
    return counts | {"total_tokens": piece.prompt_tokens + piece.tokens}


def read_request(body: Json) -> Json:
    """Translate the few fields that ``/v1`` knows; everything else it ignores without a word."""
    options = {"num_predict": body["max_tokens"]} if body.get("max_tokens") else {}
    made: Json = {"model": body.get("model"), "options": options, "tools": body.get("tools")}
    effort: object = body.get("reasoning_effort") or part(body, "reasoning").get("effort")
    if effort is not None:
        if effort not in _EFFORTS and effort not in LEVELS:
            raise Refusal(400, f"invalid reasoning value: '{effort}' (must be 'high', 'medium', 'low', or 'none')")
        made["think"] = _EFFORTS.get(str(effort), effort)
    wanted = part(body, "response_format")
    if wanted.get("type") == "json_object":
        made["format"] = "json"
    elif wanted.get("type") == "json_schema":
        made["format"] = wanted["json_schema"]["schema"]
    return made


def _event(value: Json) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"
