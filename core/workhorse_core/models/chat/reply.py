"""Assembling a streamed chat completion: chunks in, deltas and one whole reply out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import cast

from workhorse_core.errors import AnswerMalformed, AnswerTruncated, EndpointError
from workhorse_core.models.chat.repetition import TAIL, ends_in_loop
from workhorse_core.models.conversation import ToolCall
from workhorse_core.models.events import ReasoningDelta, TextDelta
from workhorse_core.system.untrusted_json import count_in, list_in, object_in, text_in

LETTERS_PER_TOKEN = 4
LONGEST_TOKEN = 64
"""Letters; an answer of more than this for each token that it may have is cut, however few chunks it came in."""

LONGEST_THOUGHT = 200_000
"""Letters of reasoning; the server's own limit ends it long before."""

MOST_CALLS = 64
_LOOK_EVERY = 256

SMALLER = "Name a smaller region, or choose a model that thinks less with --model."


@dataclass(slots=True)
class PartialCall:
    """A tool call, of which the pieces are still coming."""

    id: str = ""
    name: str = ""
    pieces: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Reply:
    """The part of an answer that has come so far; ``prompt_tokens`` stays 0 where the server does not count.

    ``begun``, ``last_token`` and ``ended`` are the times of its first chunk, of its last token and of its last chunk.
    ``prompt_seconds`` is the server's own figure for reading the prompt, 0 where there is none. ``is_closed`` is
    whether the stream was ended in the way of its protocol, whatever the reason.
    """

    model: str
    pieces: list[str] = field(default_factory=list[str])
    reasoning: list[str] = field(default_factory=list[str])
    calls: list[PartialCall] = field(default_factory=list[PartialCall])
    length: int = 0
    thought_length: int = 0
    finish: str | None = None
    is_closed: bool = False
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    prompt_seconds: float = 0.0
    begun: float | None = None
    last_token: float | None = None
    ended: float = 0.0
    _places: dict[int, int] = field(default_factory=dict[int, int])
    _looked: int = 0
    _tail: str = ""

    @property
    def thought(self) -> bool:
        """Whether the server has sent any reasoning apart from the text."""
        return bool(self.reasoning)

    @property
    def has_begun_to_write(self) -> bool:
        """Whether its first token has come: of the reasoning, the text or a call."""
        return self.last_token is not None

    def add(self, chunk: object) -> Iterator[TextDelta | ReasoningDelta]:
        """Take one chunk of the stream and yield what it brings; three names of the reasoning are in use."""
        if not isinstance(chunk, dict):
            raise EndpointError("The model server streams something that is not a chat completion.")
        fields = object_in(cast("object", chunk))
        self.ended = monotonic()
        self.begun = self.begun or self.ended
        self.model = text_in(fields.get("model")) or self.model
        if usage := object_in(fields.get("usage")):
            self._count(usage)
        if timings := object_in(fields.get("timings")):
            self.prompt_seconds = _seconds_in(timings.get("prompt_ms"))
        choice = object_in(next(iter(list_in(fields.get("choices"))), None))
        if choice.get("index", 0) != 0:
            return
        self.finish = text_in(choice.get("finish_reason")) or self.finish
        yield from self._add_delta(object_in(choice.get("delta")) or object_in(choice.get("message")))

    def check_bounds(self, max_tokens: int) -> None:
        """Stop an answer that has passed its bound, or goes round in a loop; reasoning has a bound of its own.

        Raises:
            AnswerTruncated: The answer would go on until the model's context is full.
            AnswerMalformed: The model repeats itself.
        """
        written = len(self.pieces) + sum(len(call.pieces) for call in self.calls)
        is_long = written > max_tokens and self.length > max_tokens * LETTERS_PER_TOKEN
        longest = max_tokens * LONGEST_TOKEN
        if is_long or self.length > longest or self.thought_length > longest + LONGEST_THOUGHT:
            raise AnswerTruncated(f"The answer did not end within {max_tokens} tokens.", SMALLER)
        if len(self._tail) - self._looked >= _LOOK_EVERY:
            self._tail = self._tail[-TAIL:]
            self._looked = len(self._tail)
            if ends_in_loop(self._tail):
                raise AnswerMalformed("The model repeats itself without end.", "Choose another model with --model.")

    def whole_text(self) -> str:
        """Return the text, each character joined whose two halves came in two chunks.

        Raises:
            AnswerMalformed: A half is alone: no file can hold it.
        """
        try:
            return "".join(self.pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            raise AnswerMalformed("The answer holds half a character.") from None

    def whole_calls(self) -> tuple[ToolCall, ...]:
        """Return the tool calls; an id is made up where the server gives none."""
        return tuple(
            ToolCall(call.id or f"call_{place}", call.name, "".join(call.pieces))
            for place, call in enumerate(self.calls)
        )

    def _add_delta(self, delta: Mapping[str, object]) -> Iterator[TextDelta | ReasoningDelta]:
        for name in ("reasoning_content", "reasoning", "thinking"):
            if words := text_in(delta.get(name)):
                self.reasoning.append(words)
                self.thought_length += len(words)
                self._note(words)
                yield ReasoningDelta(words)
                break
        if text := _content_in(delta.get("content")):
            self.pieces.append(text)
            self.length += len(text)
            self._note(text)
            yield TextDelta(text)
        for piece in map(object_in, list_in(delta.get("tool_calls"))):
            self._add_call(piece)

    def _add_call(self, piece: Mapping[str, object]) -> None:
        """Add a piece of a call. Its index names the call it belongs to; some servers send none, or 0 for each."""
        function = object_in(piece.get("function"))
        name, given = text_in(function.get("name")), text_in(piece.get("id"))
        index = piece.get("index")
        place = self._places.get(index, -1) if isinstance(index, int) else len(self.calls) - 1
        known = self.calls[place] if place >= 0 else None
        arguments = function.get("arguments")
        is_whole = isinstance(arguments, dict)  # Ollama's are objects, and have neither index nor id
        is_new = known is None or is_whole or (name and (known.pieces or known.name) and given != known.id)
        if known is None or is_new:
            if len(self.calls) >= MOST_CALLS:
                raise AnswerMalformed(f"The model calls more than {MOST_CALLS} tools at once.")
            known = PartialCall()
            self.calls.append(known)
            if isinstance(index, int):
                self._places[index] = len(self.calls) - 1
        known.id, known.name = known.id or given, known.name or name
        text = arguments if isinstance(arguments, str) else "" if arguments is None else json.dumps(arguments)
        if text:
            known.pieces.append(text)
            self.length += len(text)
        self._note(text)

    def _note(self, words: str) -> None:
        self.last_token = self.ended
        self._tail += words

    def _count(self, usage: Mapping[str, object]) -> None:
        self.prompt_tokens = count_in(usage.get("prompt_tokens"))
        self.completion_tokens = count_in(usage.get("completion_tokens"))
        self.cached_tokens = count_in(object_in(usage.get("prompt_tokens_details")).get("cached_tokens"))


def _content_in(value: object) -> str:
    """Read the content of a delta: a text, or parts of which those of text count."""
    if isinstance(value, str):
        return value
    parts = map(object_in, list_in(value))
    return "".join(text_in(part.get("text")) for part in parts if part.get("type") in ("text", "output_text"))


def _seconds_in(value: object) -> float:
    return value / 1000 if isinstance(value, int | float) and value > 0 else 0.0
