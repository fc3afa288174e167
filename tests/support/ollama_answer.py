"""Reading a prompt and writing an answer as Ollama does: its tokens, and its silent cuts."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from support.bad_answers import good_value
from support.ollama_memory import Loaded, QueueFull

if TYPE_CHECKING:
    from support.ollama import Heard, Ollama, OllamaModel, Said

LEVELS = ("high", "medium", "low", "max")
KEPT = 4
"""``num_keep``: how many tokens of a prompt's start survive where its middle is cut out."""

LITTLE = 4
"""How many tokens a model thinks at the level ``low``."""

_TOKEN = re.compile(r"\s*(?:[A-Za-z]+|[0-9]|[^\sA-Za-z0-9])|\s+\Z")
_TOO_LONG = (
    "the prompt is longer than the context length currently available to the model;"
    " shorten the prompt or start a new conversation"
)


class Refusal(Exception):
    """An error answer of Ollama: a status and a text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True, slots=True)
class Piece:
    """One token of an answer, or its end: then there is a ``reason`` and the counts."""

    content: str = ""
    thinking: str = ""
    reason: str = ""
    prompt_tokens: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question that is about to be answered."""

    model: "OllamaModel"
    heard: "Heard"
    loaded: Loaded
    shift: bool
    most: int


def tokens(text: str) -> list[str]:
    """Cut a text into tokens; joined they are the text again."""
    return _TOKEN.findall(text)


def part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object in a request; an empty one where there is none."""
    value: object = body.get(name)
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def chosen(ollama: "Ollama", body: Mapping[str, Any]) -> "OllamaModel":
    """Find the model that a request names.

    Raises:
        Refusal: It names none, or one that is not there.
    """
    name = body.get("model") or body.get("name")
    if not name:
        raise Refusal(400, "model is required")
    found = ollama.find(str(name))
    if found is None:
        raise Refusal(404, f"model '{name}' not found")
    return found


def load(ollama: "Ollama", model: "OllamaModel", body: Mapping[str, Any]) -> Loaded:
    """Load the model as the request demands, again if it is loaded in another way.

    Raises:
        Refusal: Too many wait, or it cannot be loaded.
    """
    options = part(body, "options")
    context = min(options.get("num_ctx") or model.num_ctx or ollama.default_context, model.context)
    if ollama.broken_load:
        raise Refusal(500, ollama.broken_load)
    try:
        return ollama.memory.load(model.name, context, ollama.load, ollama.parallel, ollama.max_queue)
    except QueueFull:
        raise Refusal(503, "server busy, please try again.  maximum pending requests exceeded") from None


def prepare(ollama: "Ollama", body: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> Prepared:
    """Check a question, load its model, and give the model what fits.

    Raises:
        Refusal: It cannot be answered.
    """
    from support.ollama import Heard

    model = chosen(ollama, body)
    if "completion" not in model.capabilities:
        raise Refusal(400, f'"{model.name}" does not support chat')
    if body.get("tools") and "tools" not in model.capabilities:
        raise Refusal(400, f"{model.name} does not support tools")
    think = _think(model, body)
    loaded = load(ollama, model, body)
    truncate = body.get("truncate", True) or not ollama.obeys_truncate
    whole = [_words(message) for message in messages]
    kept = _fit(messages, whole, loaded.context, truncate)
    if len(kept) > loaded.context:
        raise Refusal(400, _TOO_LONG)
    schema: object = body.get("format")
    heard = Heard(
        model.name,
        "".join(kept),
        len(kept),
        loaded.context,
        think,
        part(body, "format") if isinstance(schema, dict) else {} if schema == "json" else None,
        len(kept) < sum(map(len, whole)),
    )
    ollama.heard.append(heard)
    shift = bool(body.get("shift", True)) or not ollama.obeys_truncate
    most = int(part(body, "options").get("num_predict") or -1)
    return Prepared(model, heard, loaded, shift, most if most > 0 else 10**9)


def write(ollama: "Ollama", prepared: Prepared, said: "Said") -> Iterator[Piece]:
    """Write the answer token by token; the last piece has the reason why it ended.

    Raises:
        Refusal: The script has it break off with an error.
    """
    heard, counted, shifted = prepared.heard, 0, False
    said = replace(said, content=_formed(prepared, said.content))
    thought = tokens(said.thinking) if heard.think else []
    if heard.think == "low":
        thought = thought[:LITTLE]
    for number, token in enumerate([*thought, *tokens(said.content)]):
        if said.error and counted >= said.tokens_before:
            raise Refusal(500, said.error)
        if counted >= prepared.most:
            break
        if heard.prompt_tokens + counted >= heard.num_ctx:
            if not prepared.shift:
                break
            shifted = True
        counted += 1
        yield Piece(thinking=token) if number < len(thought) else Piece(token)
    else:
        ollama.shifts += shifted
        yield Piece(reason="stop", prompt_tokens=heard.prompt_tokens, tokens=counted)
        return
    yield Piece(reason="length", prompt_tokens=heard.prompt_tokens, tokens=counted)


def _think(model: "OllamaModel", body: Mapping[str, Any]) -> object:
    think = body.get("think")
    able = "thinking" in model.capabilities
    if think is not None and not isinstance(think, bool) and think not in LEVELS:
        raise Refusal(400, f'invalid think value: "{think}" (must be "high", "medium", "low", "max", true, or false)')
    if think and not able:
        raise Refusal(400, f'"{model.name}" does not support thinking')
    if model.ignores_think:
        return think if think in LEVELS else True
    return able if think is None else think


def _words(message: Mapping[str, Any]) -> list[str]:
    return ["<|im_start|>", str(message.get("role", "")), *tokens(str(message.get("content") or "")), "<|im_end|>"]


def _fit(messages: Sequence[Mapping[str, Any]], whole: Sequence[list[str]], context: int, truncate: bool) -> list[str]:
    """Drop the oldest messages but those of the system; then cut the middle out of what is left."""
    kept = list(range(len(whole)))
    if truncate:
        droppable = [number for number in kept[:-1] if messages[number].get("role") != "system"]
        while droppable and sum(len(whole[number]) for number in kept) > context:
            kept.remove(droppable.pop(0))
    words = [word for number in kept for word in whole[number]]
    if truncate and len(words) > context:
        words = words[:KEPT] + words[len(words) - (context - KEPT) :]
    return words


def _formed(prepared: Prepared, content: str) -> str:
    """Force the answer into its format, as the grammar does."""
    schema = prepared.heard.schema
    if schema is None or prepared.model.ignores_format:
        return content
    try:
        value = json.loads(content)
    except ValueError:
        value = None
    wanted = schema.get("properties")
    fits = isinstance(value, dict) and (wanted is None or value.keys() == wanted.keys())
    return content if fits else json.dumps(good_value(schema) if wanted else {})
