"""An endpoint for a server that cannot be asked as it is: each question gets the reason."""

from collections.abc import AsyncGenerator

from workhorse_core.errors import EndpointError
from workhorse_core.models.asking import Asking
from workhorse_core.models.conversation import Conversation
from workhorse_core.models.endpoint import Price
from workhorse_core.models.events import Event


class UnusableEndpoint:
    """An endpoint without a model; for callers that must go on without one.

    Args:
        error: The reason.
    """

    lanes = 1
    context_tokens: int | None = None
    price: Price | None = None
    asking = Asking.LINES
    model = ""

    def __init__(self, error: EndpointError) -> None:
        self._error = error

    async def stream(self, conversation: Conversation) -> AsyncGenerator[Event, None]:
        """Raise the reason.

        Raises:
            EndpointError: Always.
        """
        del conversation
        for event in list[Event]():
            yield event
        raise self._error

    async def close(self) -> None:
        """Do nothing: there is no connection."""
