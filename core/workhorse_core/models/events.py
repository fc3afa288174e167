"""The events of one answer, in the order in which a model's turn produces them."""

from enum import StrEnum

from workhorse_core.models.conversation import ToolCall
from workhorse_core.system.named_tuple import NamedTuple


class TextDelta(NamedTuple):
    """A piece of the answer's text."""

    text: str


class ReasoningDelta(NamedTuple):
    """A piece of the reasoning before the answer; never part of the answer."""

    text: str


class ToolCallEvent(NamedTuple):
    """A whole tool call, assembled from its pieces."""

    call: ToolCall


class Usage(NamedTuple):
    """The cost of the answer by the server's own count; ``price`` in the user's currency, None where none is set."""

    model: str
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    price: float | None = None


class FinishReason(StrEnum):
    """The reason why a whole turn ended. A turn that was cut off raises ``AnswerTruncated`` instead."""

    STOP = "stop"
    TOOL_CALLS = "tool_calls"


class Finished(NamedTuple):
    """The last event of a whole turn."""

    reason: FinishReason


Event = TextDelta | ReasoningDelta | ToolCallEvent | Usage | Finished
