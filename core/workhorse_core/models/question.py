"""The one-question form of a conversation, and whole turns in place of events."""

from collections.abc import Mapping
from contextlib import aclosing
from time import monotonic
from types import MappingProxyType

from workhorse_core.errors import AnswerMalformed, AnswerTruncated, EndpointError
from workhorse_core.models.asking import Asking
from workhorse_core.models.conversation import Conversation, Message, Role, Schema, ToolCall, system, user
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.models.events import Finished, FinishReason, ReasoningDelta, TextDelta, ToolCallEvent, Usage
from workhorse_core.system.named_tuple import NamedTuple


class Question(NamedTuple):
    """One question, in the order that keeps the server's prefix cache warm.

    ``system`` is the same for every region of an action, ``context`` for every region of a file, ``region`` comes
    last. With a ``schema`` the answer is JSON; without one it is plain text. ``max_tokens`` bounds the answer
    itself, without any reasoning before it. ``examples`` are questions with their answers, which come after the
    system's words. ``kept`` is the part of an earlier answer that stands, to be read in front of this one. ``others``
    is the same question for models that do better when they are asked in another way.
    """

    system: str
    context: str
    region: str
    schema: Schema | None = None
    max_tokens: int = 1024
    examples: tuple[tuple[str, str], ...] = ()
    kept: str = ""
    others: "Mapping[Asking, Question]" = MappingProxyType({})


class Answer(NamedTuple):
    """The answer to one question, free of reasoning, with its cost by the server's own count."""

    text: str
    model: str
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    price: float | None = None


class Turn(NamedTuple):
    """A model's whole turn."""

    text: str
    calls: tuple[ToolCall, ...]
    reasoning: str
    usage: Usage
    reason: FinishReason

    def as_message(self) -> Message:
        """Return the turn as a message of the conversation that goes on; the reasoning is left out."""
        return Message(Role.ASSISTANT, self.text, calls=self.calls)


def conversation_of(question: Question) -> Conversation:
    """Return the conversation that asks a question."""
    region = f"{question.context}\n\n{question.region}" if question.context else question.region
    turns = [turn for asked, told in question.examples for turn in (user(asked), Message(Role.ASSISTANT, told))]
    messages = (system(question.system), *turns, user(region))
    return Conversation(messages, schema=question.schema, max_tokens=question.max_tokens)


async def read_turn(endpoint: Endpoint, conversation: Conversation) -> Turn:
    """Read the events of one turn to their end.

    Raises:
        EndpointError: There is no usable answer: see its kinds.
    """
    text: list[str] = []
    reasoning: list[str] = []
    calls: list[ToolCall] = []
    usage = Usage(endpoint.model)
    reason: FinishReason | None = None
    async with aclosing(endpoint.stream(conversation)) as events:
        async for event in events:
            match event:
                case TextDelta():
                    text.append(event.text)
                case ReasoningDelta():
                    reasoning.append(event.text)
                case ToolCallEvent():
                    calls.append(event.call)
                case Usage():
                    usage = event
                case Finished():
                    reason = event.reason
    if reason is None:
        raise AnswerTruncated("The stream ended before the answer did.", "Look into the model server's log.")
    return Turn("".join(text), tuple(calls), "".join(reasoning), usage, reason)


async def ask(endpoint: Endpoint, question: Question) -> Answer:
    """Ask one question in a conversation of its own, in the way that this model is best at.

    Raises:
        EndpointError: There is no usable answer: see its kinds.
    """
    started = monotonic()
    if question.others and endpoint.asking is Asking.NONE:
        message = f"The probe found that {endpoint.model} cannot describe code."
        raise EndpointError(message, "Choose another one with --model")
    question = question.others.get(endpoint.asking, question)
    turn = await read_turn(endpoint, conversation_of(question))
    if not turn.text.strip():
        raise AnswerMalformed(
            "The model only thought and gave no answer." if turn.reasoning.strip() else "The answer is empty."
        )
    usage = turn.usage
    return Answer(
        turn.text,
        usage.model,
        usage.prompt_tokens,
        usage.cached_tokens,
        usage.completion_tokens,
        monotonic() - started,
        usage.price,
    )
