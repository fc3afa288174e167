"""Reading a streamed chat completion: pieces in, one whole answer out, or the reason why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import cast

from workhorse_core.errors import AnswerMalformed, AnswerTruncated, EndpointError
from workhorse_core.models.chat.reasoning import without_thinking
from workhorse_core.models.endpoint import Answer, Question
from workhorse_core.system.untrusted_json import count_in, list_in, object_in, text_in

LETTERS_PER_TOKEN = 4


@dataclass(slots=True)
class Reply:
    """What has come of an answer so far; ``prompt_tokens`` stays 0 where the server does not count.

    ``begun`` and ``ended`` are when its first and its last chunk came. ``prompt_seconds`` is what the server says
    that reading the prompt took, 0 where it does not.
    """

    model: str
    pieces: list[str] = field(default_factory=list[str])
    length: int = 0
    thought: bool = False
    finish: str | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    prompt_seconds: float = 0.0
    begun: float | None = None
    ended: float = 0.0

    @property
    def has_spoken(self) -> bool:
        """Whether its first token has come, thought or said."""
        return bool(self.pieces) or self.thought

    def add(self, chunk: object) -> None:
        """Take one chunk of the stream; reasoning (two names are in use) is noticed and thrown away."""
        if not isinstance(chunk, dict):
            raise EndpointError("The model server streams something that is not a chat completion.")
        fields = object_in(cast("object", chunk))
        self.ended = monotonic()
        self.begun = self.begun or self.ended
        self.model = text_in(fields.get("model")) or self.model
        if usage := object_in(fields.get("usage")):
            self._count(usage)
        if timings := object_in(fields.get("timings")):
            self.prompt_seconds = _milliseconds_in(timings.get("prompt_ms"))
        choice = object_in(next(iter(list_in(fields.get("choices"))), None))
        if choice.get("index", 0) != 0:
            return
        self.finish = text_in(choice.get("finish_reason")) or self.finish
        delta = object_in(choice.get("delta"))
        if text := text_in(delta.get("content")):
            self.pieces.append(text)
            self.length += len(text)
        self.thought = self.thought or bool(delta.get("reasoning_content") or delta.get("reasoning"))

    def check_length(self, question: Question) -> None:
        """Stop an answer that has gone past its bound; thinking does not count.

        Raises:
            AnswerTruncated: A model that repeats itself would go on until its context is full.
        """
        limit = question.max_tokens
        if len(self.pieces) > limit and self.length > limit * LETTERS_PER_TOKEN:
            raise AnswerTruncated(f"The answer did not end within {limit} tokens.", _SMALLER)

    def finished(self, seconds: float) -> Answer:
        """Give the whole answer.

        Raises:
            AnswerTruncated: It was cut off.
            AnswerMalformed: There is nothing in it, or it is no text.
        """
        if self.finish is None:
            raise AnswerTruncated("The stream ended before the answer did.", "Look into the model server's log.")
        if self.finish == "length":
            raise AnswerTruncated("The answer was cut off at the limit of its tokens.", _SMALLER)
        if self.finish != "stop":
            raise AnswerMalformed(f"The model stopped for another reason than being done: {self.finish[:40]}.")
        text = without_thinking(_mended("".join(self.pieces)))
        if not text.strip():
            raise AnswerMalformed(
                "The model only thought and gave no answer." if self._has_thought() else "The answer is empty."
            )
        return Answer(text, self.model, self.prompt_tokens, self.cached_tokens, self.completion_tokens, seconds)

    def _has_thought(self) -> bool:
        return self.thought or bool("".join(self.pieces).strip())

    def _count(self, usage: Mapping[str, object]) -> None:
        self.prompt_tokens = count_in(usage.get("prompt_tokens"))
        self.completion_tokens = count_in(usage.get("completion_tokens"))
        self.cached_tokens = count_in(object_in(usage.get("prompt_tokens_details")).get("cached_tokens"))


_SMALLER = "Name a smaller region, or choose a model that thinks less with --model."


def _milliseconds_in(value: object) -> float:
    return value / 1000 if isinstance(value, int | float) and value > 0 else 0.0


def _mended(text: str) -> str:
    """Join characters whose two halves came in two chunks.

    Raises:
        AnswerMalformed: A half is alone: no file can hold it.
    """
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise AnswerMalformed("The answer holds half a character.") from None
