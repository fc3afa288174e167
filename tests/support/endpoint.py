"""An endpoint whose answers a test chooses; it records what it was asked."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from workhorse_core.errors import EndpointError
from workhorse_core.models.endpoint import Answer, Question


@dataclass(frozen=True, slots=True)
class Stall:
    """No answer until the question is cancelled, or until ``until`` is set: then ``text``."""

    until: asyncio.Event | None = None
    text: str = ""


Reply = str | Answer | EndpointError | Stall
"""A text, a whole answer with its counts, an error to raise, or no answer."""

Script = Callable[[Question], Reply] | Mapping[str, Reply] | Reply
"""A function of the question; or replies by a marker in the question ("" is for all others); or one reply."""


@dataclass(slots=True)
class ScriptedEndpoint:
    """Answers by ``script`` at once.

    ``questions`` holds what was asked, ``busiest`` the most that were under way at once, ``cancelled``
    how many got no answer because they were cancelled.
    """

    script: Script
    model: str = "scripted"
    lanes: int = 1
    context_tokens: int | None = None
    questions: list[Question] = field(default_factory=list[Question])
    busiest: int = 0
    cancelled: int = 0
    closed: bool = False
    _running: int = 0

    async def answer(self, question: Question) -> Answer:
        """Give the reply that the script has for this question.

        Raises:
            EndpointError: The script says so, or has nothing for this question.
        """
        self.questions.append(question)
        self._running += 1
        self.busiest = max(self.busiest, self._running)
        try:
            await asyncio.sleep(0)  # a real server gives way to the other lanes too
            return await self._given(_choose(self.script, question), question)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self._running -= 1

    async def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    async def _given(self, reply: Reply, question: Question) -> Answer:
        if isinstance(reply, Stall):
            await (reply.until or asyncio.Event()).wait()
            reply = reply.text
        if isinstance(reply, EndpointError):
            raise reply
        if isinstance(reply, Answer):
            return reply
        asked = len(question.system) + len(question.context) + len(question.region)
        return Answer(reply, self.model, prompt_tokens=asked // 4 + 1, completion_tokens=len(reply) // 4 + 1)


def in_turn(replies: Sequence[Reply]) -> Callable[[Question], Reply]:
    """Make a script that gives the replies one after the other, whatever is asked; the last one stays."""
    waiting = list(replies)

    def script(question: Question) -> Reply:
        del question
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return script


def _choose(script: Script, question: Question) -> Reply:
    if callable(script):
        return script(question)
    if isinstance(script, str | Answer | EndpointError | Stall):
        return script
    asked = "\n".join((question.system, question.context, question.region))
    for marker in script:
        if marker and marker in asked:
            return script[marker]
    if "" not in script:
        raise EndpointError("The scripted endpoint has no answer to this question.")
    return script[""]
