"""A conversation with a model: messages with text, images and tool calls, and the tools that the model may call."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, cast

from workhorse_core.system.named_tuple import NamedTuple

Schema = Mapping[str, Any]
"""A JSON schema: an object, every property required, no other allowed."""


class Role(StrEnum):
    """The author of a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class Image(NamedTuple):
    """An image, as the bytes of its file."""

    data: bytes
    media_type: str = "image/png"


class Tool(NamedTuple):
    """A function that the model may call; ``parameters`` is the schema of its arguments."""

    name: str
    description: str
    parameters: Schema


class ToolCall(NamedTuple):
    """A call of a tool; ``text`` holds the arguments as the model wrote them, which need not be JSON."""

    id: str
    name: str
    text: str

    @property
    def arguments(self) -> Mapping[str, object] | None:
        """The arguments; None if the text is not a JSON object."""
        try:
            value: object = json.loads(self.text or "{}")
        except (ValueError, RecursionError):
            return None
        return cast("dict[str, object]", value) if isinstance(value, dict) else None


class Message(NamedTuple):
    """One message. ``calls`` are those of an assistant's turn; ``answers`` is the call whose result a tool's is."""

    role: Role
    text: str = ""
    images: tuple[Image, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    answers: ToolCall | None = None


class Conversation(NamedTuple):
    """All that the model reads, in an order that keeps the server's prompt cache warm: constant parts first.

    With a ``schema`` the answer is JSON; without one it is plain text. ``max_tokens`` bounds the answer itself,
    without any reasoning before it.
    """

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    schema: Schema | None = None
    max_tokens: int = 1024

    @property
    def text(self) -> str:
        """All text of its messages and tool calls, joined by line ends."""
        return "\n".join(
            text for message in self.messages for text in (message.text, *(call.text for call in message.calls))
        )

    def plus(self, *messages: Message) -> "Conversation":
        """Return the conversation with these messages after its last one."""
        return self._replace(messages=(*self.messages, *messages))


def system(text: str) -> Message:
    """Return a system message."""
    return Message(Role.SYSTEM, text)


def user(text: str, *images: Image) -> Message:
    """Return a user's message."""
    return Message(Role.USER, text, images)


def tool_result(call: ToolCall, text: str) -> Message:
    """Return the message that answers a tool call; an error of the tool is a result, too."""
    return Message(Role.TOOL, text, answers=call)
