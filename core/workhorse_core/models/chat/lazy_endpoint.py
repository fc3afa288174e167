"""An endpoint for a server that did not answer yet: its kind is read before the first question."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from workhorse_core.models.asking import Asking
from workhorse_core.models.chat.openai_compatible import SECONDS, OpenAICompatible
from workhorse_core.models.chat.pause import Pause
from workhorse_core.models.conversation import Conversation
from workhorse_core.models.discovery.server import Server, read_server
from workhorse_core.models.endpoint import Endpoint, Price
from workhorse_core.models.events import Event
from workhorse_core.models.privacy.access import Access


class LazyEndpoint:
    """An endpoint whose kind is not known yet; an Ollama that starts later is still called natively.

    Args:
        access: Where and how.
        make: Makes the endpoint once the server's kind is known.
        pause: The means of waiting for a busy server.

    Raises:
        EndpointRefused: Code may not be sent there.
    """

    def __init__(self, access: Access, make: Callable[[Access, Server], Endpoint], pause: Pause | None = None) -> None:
        self._access = access
        self._make = make
        self._inner: Endpoint = OpenAICompatible(access, pause=pause)
        self._known = False
        self._learning = asyncio.Lock()

    @property
    def model(self) -> str:
        """The model's name as the user or the server gives it."""
        return self._inner.model

    @property
    def lanes(self) -> int:
        """The number of conversations that it serves at the same time."""
        return self._inner.lanes

    @property
    def context_tokens(self) -> int | None:
        """The tokens that a conversation and its answer may have together, None where that is unknown."""
        return self._inner.context_tokens

    @property
    def price(self) -> Price | None:
        """The prices that the user has set for this model."""
        return self._inner.price

    @property
    def asking(self) -> Asking:
        """The way of asking that it is best at, as far as that is known."""
        return self._inner.asking

    async def stream(self, conversation: Conversation) -> AsyncGenerator[Event, None]:
        """Ask what the server is, then for the model's next turn.

        Raises:
            EndpointError: There is no usable answer: see its kinds.
        """
        async with self._learning:
            if not self._known:
                await self._learn()
        async with aclosing(self._inner.stream(conversation)) as events:
            async for event in events:
                yield event

    async def close(self) -> None:
        """Close the connections."""
        await self._inner.close()

    async def _learn(self) -> None:
        access = self._access
        server = await asyncio.to_thread(read_server, access, SECONDS)
        if server:
            await self._inner.close()
            self._inner, self._known = self._make(access, server), True
