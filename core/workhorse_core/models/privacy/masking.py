"""Secrets masked on their way to a model server, and restored on the way back.

Everything textual in a conversation is masked: messages, tool calls and their results, descriptions of tools, schemas.
Images are sent as they are.
"""

import json
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, cast

from workhorse_core.errors import AnswerMalformed
from workhorse_core.models.asking import Asking
from workhorse_core.models.conversation import Conversation, Message, Schema, Tool, ToolCall
from workhorse_core.models.endpoint import Endpoint, Price
from workhorse_core.models.events import Event, ReasoningDelta, TextDelta, ToolCallEvent
from workhorse_core.models.privacy.secrets import STEM, find_secrets, is_scattered

_DIGITS = 6
"""The most digits of a placeholder's number."""


@dataclass(slots=True)
class Mask:
    """The secrets of one conversation and their placeholders; the same secret always has the same placeholder."""

    stem: str = STEM
    _names: dict[str, str] = field(default_factory=dict[str, str])

    def hide(self, text: str) -> str:
        """Replace secrets by placeholders, also the other places of one that was found by its name or form.

        Raises:
            EndpointError: A private key begins and does not end, so that its extent is unknown.
        """
        hidden: list[str] = []
        place = 0
        spans = _merged(find_secrets(text))
        known = {*self._names, *(text[first:last] for first, last in spans)}
        for first, last in _merged(chain(spans, *(_places(text, each) for each in known if _is_no_plain_word(each)))):
            hidden += text[place:first], self._name(text[first:last])
            place = last
        return "".join((*hidden, text[place:]))

    def restore(self, text: str, *, as_json: bool, strict: bool = True) -> str:
        """Put the secrets back; what is not ``strict`` keeps a placeholder that the model has changed.

        Raises:
            AnswerMalformed: A placeholder was changed, so that its secret cannot be put back.
        """
        if self.stem not in text:
            return text
        secrets = {name: json.dumps(secret)[1:-1] if as_json else secret for secret, name in self._names.items()}
        pieces = re.split(f"({re.escape(self.stem)}[0-9]*)", text)
        if strict and (unknown := next((piece for piece in pieces[1::2] if piece not in secrets), None)):
            raise AnswerMalformed(f"The model changed the placeholder of a secret: {unknown}.")
        return "".join(secrets.get(piece, piece) for piece in pieces)

    def _name(self, secret: str) -> str:
        return self._names.setdefault(secret, f"{self.stem}{len(self._names) + 1}")


class MaskingEndpoint:
    """An endpoint that hides secrets from the one inside."""

    def __init__(self, inner: Endpoint) -> None:
        self.inner = inner

    @property
    def model(self) -> str:
        """The model's name as its server gives it."""
        return self.inner.model

    @property
    def lanes(self) -> int:
        """The number of conversations that it serves at the same time."""
        return self.inner.lanes

    @property
    def context_tokens(self) -> int | None:
        """The tokens that a conversation and its answer may have together."""
        return self.inner.context_tokens

    @property
    def price(self) -> Price | None:
        """The prices that the user has set for this model."""
        return self.inner.price

    @property
    def asking(self) -> Asking:
        """The way of asking that it is best at."""
        return self.inner.asking

    async def stream(self, conversation: Conversation) -> AsyncGenerator[Event, None]:
        """Ask without the secrets, and yield events with them.

        Raises:
            EndpointError: There is no usable answer, or the conversation cannot be sent safely.
        """
        masked, mask = mask_conversation(conversation)
        as_json = conversation.schema is not None
        text = _Restorer(mask, lambda piece: mask.restore(piece, as_json=as_json))
        reasoning = _Restorer(mask, lambda piece: mask.restore(piece, as_json=False, strict=False))
        async with aclosing(self.inner.stream(masked)) as events:
            async for event in events:
                match event:
                    case TextDelta():
                        if ready := text.feed(event.text):
                            yield TextDelta(ready)
                    case ReasoningDelta():
                        if ready := reasoning.feed(event.text):
                            yield ReasoningDelta(ready)
                    case _:
                        if held := reasoning.end():
                            yield ReasoningDelta(held)
                        if held := text.end():
                            yield TextDelta(held)
                        yield _restored(event, mask) if isinstance(event, ToolCallEvent) else event

    async def close(self) -> None:
        """Close the connections."""
        await self.inner.close()


@dataclass(slots=True)
class _Restorer:
    """Restores secrets in a text that comes in pieces: what may be the start of a placeholder is held back."""

    mask: Mask
    restore: Callable[[str], str]
    held: str = ""

    def feed(self, piece: str) -> str:
        text = self.held + piece
        cut = self._cut(text)
        self.held = text[cut:]
        return self.restore(text[:cut])

    def end(self) -> str:
        held, self.held = self.held, ""
        return self.restore(held)

    def _cut(self, text: str) -> int:
        stem = self.mask.stem
        last = text.rfind(stem)
        if last >= 0 and re.fullmatch(rf"[0-9]{{0,{_DIGITS}}}", text[last + len(stem) :]):
            return last
        for size in range(min(len(stem) - 1, len(text)), 0, -1):
            if text.endswith(stem[:size]):
                return len(text) - size
        return len(text)


def mask_conversation(conversation: Conversation) -> tuple[Conversation, Mask]:
    """Hide the secrets of a conversation; the placeholders of the parts that come first do not depend on what follows.

    Raises:
        EndpointError: It cannot be done safely.
    """
    offered = json.dumps([(tool.description, dict(tool.parameters)) for tool in conversation.tools])
    mask = Mask(_free_stem("\n".join((conversation.text, offered, json.dumps(dict(conversation.schema or {}))))))
    tools = tuple(
        Tool(tool.name, mask.hide(tool.description), _masked_schema(tool.parameters, mask))
        for tool in conversation.tools
    )
    messages = tuple(_masked_message(message, mask) for message in conversation.messages)
    schema = None if conversation.schema is None else _masked_schema(conversation.schema, mask)
    return conversation._replace(messages=messages, tools=tools, schema=schema), mask


def _masked_message(message: Message, mask: Mask) -> Message:
    return message._replace(
        text=mask.hide(message.text),
        calls=tuple(_masked_call(call, mask) for call in message.calls),
        answers=message.answers and _masked_call(message.answers, mask),
    )


def _masked_call(call: ToolCall, mask: Mask) -> ToolCall:
    arguments = call.arguments
    text = mask.hide(call.text) if arguments is None else json.dumps(_masked_value(arguments, mask))
    return call._replace(text=text)


def _masked_schema(schema: Schema, mask: Mask) -> Schema:
    return cast("Schema", _masked_value(schema, mask))


def _masked_value(value: object, mask: Mask) -> object:
    """Mask every text in a JSON value. A value is masked beside its key, which may mark it as a secret."""
    if isinstance(value, str):
        return mask.hide(value)
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, Any]", value)
        return {name: _masked_field(name, item, mask) for name, item in fields.items()}
    if isinstance(value, list | tuple):
        return [_masked_value(item, mask) for item in cast("list[object]", value)]
    return value


def _masked_field(name: str, value: object, mask: Mask) -> object:
    if not isinstance(value, str):
        return _masked_value(value, mask)
    before, after = f'{name}="', '"'
    shown = mask.hide(before + value + after)
    whole = shown.startswith(before) and shown.endswith(after)
    return shown[len(before) : -len(after)] if whole else mask.hide(value)


def _restored(event: ToolCallEvent, mask: Mask) -> ToolCallEvent:
    return ToolCallEvent(event.call._replace(text=mask.restore(event.call.text, as_json=True)))


def _is_no_plain_word(secret: str) -> bool:
    return not secret.isalpha() or is_scattered(secret)


def _places(text: str, secret: str) -> Iterator[tuple[int, int]]:
    """Yield where a text holds a secret that is no part of a longer word."""
    first = text.find(secret)
    while first >= 0:
        last = first + len(secret)
        if not any(_is_of_word(letter) for letter in (text[max(first - 1, 0) : first], text[last : last + 1])):
            yield first, last
        first = text.find(secret, last)


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first < merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


def _free_stem(text: str) -> str:
    """Return a stem that the text does not hold, so that no placeholder is taken for another."""
    stem = STEM
    while stem in text:
        stem = f"{stem}_"
    return stem
