"""An endpoint for one draft, which counts the cost of its turns and bounds their number."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from workhorse_core.errors import AnswerMalformed
from workhorse_core.models.asking import Asking
from workhorse_core.models.conversation import Conversation
from workhorse_core.models.endpoint import Endpoint, Price
from workhorse_core.models.events import Event, Usage

MOST_TURNS = 50
"""Bound on the turns of a draft in all its rounds: a model could call tools for ever."""


class MeteredEndpoint:
    """An endpoint that keeps the ``usages`` of its turns, in order."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._turns_left = MOST_TURNS
        self.usages: list[Usage] = []

    @property
    def model(self) -> str:
        """The model's name, as the server gave it last."""
        return self.usages[-1].model if self.usages else self._endpoint.model

    @property
    def lanes(self) -> int:
        """See `Endpoint.lanes`."""
        return self._endpoint.lanes

    @property
    def context_tokens(self) -> int | None:
        """See `Endpoint.context_tokens`."""
        return self._endpoint.context_tokens

    @property
    def price(self) -> Price | None:
        """See `Endpoint.price`."""
        return self._endpoint.price

    @property
    def asking(self) -> Asking:
        """See `Endpoint.asking`."""
        return self._endpoint.asking

    async def stream(self, conversation: Conversation) -> AsyncGenerator[Event, None]:
        """Yield the events of the model's next turn; see `Endpoint.stream`.

        Raises:
            AnswerMalformed: The draft has had too many turns.
        """
        if not self._turns_left:
            raise AnswerMalformed(f"The model did not finish within {MOST_TURNS} turns.")
        self._turns_left -= 1
        async with aclosing(self._endpoint.stream(conversation)) as events:
            async for event in events:
                if isinstance(event, Usage):
                    self.usages.append(event)
                yield event

    async def close(self) -> None:
        """Do nothing: the endpoint belongs to the run."""
