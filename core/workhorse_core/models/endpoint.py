"""The seam to a model server: one question in, one answer out."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

Schema = Mapping[str, Any]
"""A JSON schema: an object, every property required, no other allowed."""


class Question(NamedTuple):
    """What the model is asked, in the order that keeps the server's prefix cache warm.

    ``system`` is the same for every region of an action, ``context`` for every region of a file, ``region`` comes
    last. With a ``schema`` the answer is JSON; without one it is plain text. ``max_tokens`` bounds the answer
    itself, without any thinking before it.
    """

    system: str
    context: str
    region: str
    schema: Schema | None = None
    max_tokens: int = 1024


class Answer(NamedTuple):
    """What the model wrote, free of thinking, and what it cost by the server's own count."""

    text: str
    model: str
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0


class Endpoint(Protocol):
    """A model that answers. Each question is a conversation of its own."""

    @property
    def model(self) -> str:
        """The model's name as its server gives it."""
        ...

    @property
    def lanes(self) -> int:
        """How many questions it answers at the same time."""
        ...

    @property
    def context_tokens(self) -> int | None:
        """How many tokens a question and its answer may have together, None where the server does not say."""
        ...

    async def answer(self, question: Question) -> Answer:
        """Ask. Cancelling the awaiting task stops the server's work on it.

        Raises:
            EndpointError: There is no usable answer: see its kinds.
        """
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...
