"""The seam to a model server: a conversation in, events out."""

from collections.abc import AsyncGenerator
from typing import Protocol

from workhorse_core.models.asking import Asking
from workhorse_core.models.conversation import Conversation
from workhorse_core.models.events import Event
from workhorse_core.system.named_tuple import NamedTuple


class Price(NamedTuple):
    """Prices for a million tokens read and a million written, in whatever currency the user counts."""

    prompt: float
    completion: float

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return the price of so many tokens."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1_000_000


class Endpoint(Protocol):
    """A model that can be talked to. It keeps nothing of a conversation: each call sends the whole."""

    @property
    def model(self) -> str:
        """The model's name as its server gives it."""
        ...

    @property
    def lanes(self) -> int:
        """The number of conversations that it serves at the same time."""
        ...

    @property
    def context_tokens(self) -> int | None:
        """The tokens that a conversation and its answer may have together, None where that is unknown."""
        ...

    @property
    def price(self) -> Price | None:
        """The prices that the user has set for this model."""
        ...

    @property
    def asking(self) -> Asking:
        """The way of asking that it is best at, as far as that is known."""
        ...

    def stream(self, conversation: Conversation) -> AsyncGenerator[Event, None]:
        """Yield the events of the model's next turn; ``Finished`` is the last.

        Closing the generator, or cancelling the task that awaits it, stops the server's work. What was yielded before
        an error is not an answer.

        Raises:
            EndpointError: There is no usable answer: see its kinds.
        """
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
