"""An endpoint whose answers a test chooses; it records the conversations that it was given."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from workhorse_core.errors import EndpointError
from workhorse_core.models.asking import Asking
from workhorse_core.models.conversation import Conversation, ToolCall
from workhorse_core.models.endpoint import Price
from workhorse_core.models.events import Event, Finished, FinishReason, TextDelta, ToolCallEvent, Usage


@dataclass(frozen=True, slots=True)
class Stall:
    """No answer until the conversation is cancelled, or until ``until`` is set: then ``text``."""

    until: asyncio.Event | None = None
    text: str = ""


Reply = str | ToolCall | tuple[Event, ...] | EndpointError | Stall
"""A text, one tool call, the events of a whole turn, an error to raise, or no answer."""

Script = Callable[[Conversation], Reply] | Mapping[str, Reply] | Reply
"""A function of the conversation; or replies by a marker in its text ("" is for all others); or one reply."""


@dataclass(slots=True)
class ScriptedEndpoint:
    """Answers by ``script`` at once.

    ``conversations`` holds those it was given, ``busiest`` the most that were under way at once, ``cancelled``
    the number that got no answer because they were cancelled.
    """

    script: Script
    model: str = "scripted"
    lanes: int = 1
    context_tokens: int | None = None
    price: Price | None = None
    asking: Asking = Asking.LINES
    conversations: list[Conversation] = field(default_factory=list[Conversation])
    busiest: int = 0
    cancelled: int = 0
    closed: bool = False
    _running: int = 0

    async def stream(self, conversation: Conversation) -> AsyncGenerator[Event, None]:
        """Yield the events that the script has for this conversation.

        Raises:
            EndpointError: The script holds it, or has no reply to this conversation.
        """
        self.conversations.append(conversation)
        self._running += 1
        self.busiest = max(self.busiest, self._running)
        done = False
        try:
            await asyncio.sleep(0)  # a real server gives way to the other lanes too
            for event in await self._events(_choose(self.script, conversation), conversation):
                done = isinstance(event, Finished)
                yield event
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled += not done
            raise
        finally:
            self._running -= 1

    async def close(self) -> None:
        """Record that it was closed."""
        self.closed = True

    async def _events(self, reply: Reply, conversation: Conversation) -> Sequence[Event]:
        if isinstance(reply, Stall):
            await (reply.until or asyncio.Event()).wait()
            reply = reply.text
        if isinstance(reply, EndpointError):
            raise reply
        asked = len(conversation.text) // 4 + 1
        if isinstance(reply, str):
            usage = self._usage(asked, len(reply) // 4 + 1)
            return TextDelta(reply), usage, Finished(FinishReason.STOP)
        if isinstance(reply, ToolCall):
            usage = self._usage(asked, len(reply.text) // 4 + 1)
            return ToolCallEvent(reply), usage, Finished(FinishReason.TOOL_CALLS)
        return reply

    def _usage(self, prompt: int, completion: int) -> Usage:
        price = self.price.of(prompt, completion) if self.price else None
        return Usage(self.model, prompt, 0, completion, price)


def in_turn(replies: Sequence[Reply]) -> Callable[[Conversation], Reply]:
    """Return a script that gives the replies one after the other, whatever is asked; the last one stays."""
    waiting = list(replies)

    def script(conversation: Conversation) -> Reply:
        del conversation
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return script


def _choose(script: Script, conversation: Conversation) -> Reply:
    if isinstance(script, str | tuple | EndpointError | Stall):  # a tool call is a tuple, too
        return script
    if callable(script):
        return script(conversation)
    asked = conversation.text
    for marker in script:
        if marker and marker in asked:
            return script[marker]
    if "" not in script:
        raise EndpointError("The scripted endpoint has no answer to this conversation.")
    return script[""]
