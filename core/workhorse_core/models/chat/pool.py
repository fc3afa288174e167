"""A pool of servers for one role: each conversation goes to the least busy healthy one."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic

from workhorse_core.errors import (
    AnswerMalformed,
    AnswerTruncated,
    EndpointError,
    EndpointRefused,
    PromptTooLong,
)
from workhorse_core.models.asking import Asking
from workhorse_core.models.chat.pause import be_silent
from workhorse_core.models.conversation import Conversation
from workhorse_core.models.endpoint import Endpoint, Price
from workhorse_core.models.events import Event, Finished

FAILURES = 3
"""Failures in a row after which a server rests."""

REST = 60.0
"""Seconds for which it rests."""

_NOT_ITS_FAULT = (AnswerMalformed, AnswerTruncated, PromptTooLong, EndpointRefused)


@dataclass(slots=True)
class Member:
    """One server of a pool; ``resting`` is the time until which it rests."""

    endpoint: Endpoint
    name: str
    busy: int = 0
    failures: int = 0
    resting: float = 0.0

    @property
    def load(self) -> float:
        """Conversations under way for each lane."""
        return self.busy / max(self.endpoint.lanes, 1)


class Pool:
    """An endpoint made of others. From one event loop only.

    Args:
        endpoints: The servers, each with its name for the user; the first is preferred where all are equal.
        clock: Returns the time in seconds.
        notify: Shows the user that a server is left alone, and that it is back.
    """

    def __init__(
        self,
        endpoints: Sequence[tuple[str, Endpoint]],
        clock: Callable[[], float] = monotonic,
        notify: Callable[[str], None] = be_silent,
    ) -> None:
        if not endpoints:
            raise EndpointError("A pool of model servers needs one at least.")
        self._members = [Member(endpoint, name) for name, endpoint in endpoints]
        self._clock = clock
        self._notify = notify

    @property
    def model(self) -> str:
        """The first server's model; each answer names its own."""
        return self._members[0].endpoint.model

    @property
    def lanes(self) -> int:
        """All servers' lanes together."""
        return sum(member.endpoint.lanes for member in self._members)

    @property
    def context_tokens(self) -> int | None:
        """The smallest of the contexts that are known: any of the servers may get any question."""
        known = [member.endpoint.context_tokens for member in self._members]
        return min((size for size in known if size is not None), default=None)

    @property
    def price(self) -> Price | None:
        """The prices, where they are the same for all; the usage of each answer holds its own."""
        prices = {member.endpoint.price for member in self._members}
        return prices.pop() if len(prices) == 1 else None

    @property
    def asking(self) -> Asking:
        """The way that all are best at; the default where they differ."""
        return ways.pop() if len(ways := {member.endpoint.asking for member in self._members}) == 1 else Asking.LINES

    async def stream(self, conversation: Conversation) -> AsyncGenerator[Event, None]:
        """Ask the least busy healthy server; when it fails before its first event, each of the others once.

        Raises:
            EndpointError: None of them gave a usable answer.
        """
        tried: list[Member] = []
        while True:
            member = self._choose(tried)
            tried.append(member)
            begun = False
            member.busy += 1
            try:
                async with aclosing(member.endpoint.stream(conversation)) as events:
                    async for event in events:
                        begun = True
                        if isinstance(event, Finished):
                            self._note_success(member)
                        yield event
            except _NOT_ITS_FAULT:
                member.failures = 0
                raise
            except EndpointError as error:
                self._note_failure(member, error)
                if begun or not self._left(tried):
                    raise
            else:
                return
            finally:
                member.busy -= 1

    async def close(self) -> None:
        """Close all connections."""
        for member in self._members:
            await member.endpoint.close()

    def _left(self, tried: Sequence[Member]) -> list[Member]:
        """Return the members that may still be asked; resting ones are asked only when all rest."""
        now = self._clock()
        left = [member for member in self._members if member not in tried]
        return [member for member in left if member.resting <= now]

    def _choose(self, tried: Sequence[Member]) -> Member:
        if well := self._left(tried):
            return min(well, key=lambda member: member.load)
        return min(self._members, key=lambda member: member.resting)

    def _note_failure(self, member: Member, error: EndpointError) -> None:
        member.failures += 1
        if member.failures >= FAILURES:
            if member.resting <= self._clock():
                failed = f"{member.name} failed {member.failures} times in a row"
                self._notify(f"{failed} and is not asked for {REST:g} seconds: {error.message}")
            member.resting = self._clock() + REST

    def _note_success(self, member: Member) -> None:
        if member.failures >= FAILURES:
            self._notify(f"{member.name} is back.")
        member.failures, member.resting = 0, 0.0
