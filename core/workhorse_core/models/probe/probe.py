"""The conformance probe: short calls that measure what a model on a server really does, and graded questions."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

from workhorse_core.errors import EndpointError
from workhorse_core.models.discovery.conformance import Conformance, Strategy, Switch
from workhorse_core.models.discovery.server import Server, ServerKind
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.probe.exam import Graded, take_exam
from workhorse_core.models.probe.probe_call import Line, Seen, open_line
from workhorse_core.models.question import Question, conversation_of
from workhorse_core.system.tasks import stop_all
from workhorse_core.system.untrusted_json import object_in

SHORT = 96
"""Tokens; a model that thinks on and on is stopped soon, and that it thinks is known by then."""

THOUGHT = 512
"""Tokens; by then most have thought, and what they then write is seen."""

FREED_SECONDS = 3.0
"""A slot that is not free by then has not noticed."""

LANES = 4
"""The number of simultaneous questions for a server that does not declare its slots."""

REPEATS = 120
"""Sentences; together some 700 tokens, so that reading them again takes a time that shows."""

_SYSTEM = "You are asked a few short things about a colour."
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "colour": {"type": "string", "enum": ["red", "green", "blue"]},
        "reason": {"type": "string", "maxLength": 40},
    },
    "required": ["colour", "reason"],
    "additionalProperties": False,
}
_ASK = Question(_SYSTEM, "", "PROBE Name one colour in one word.", max_tokens=SHORT)
_ASK_JSON = Question(_SYSTEM, "", "PROBE-JSON Name one colour, and why.", _SCHEMA, SHORT)
_ASK_LONG = Question(_SYSTEM, "", "PROBE-LONG Count from 1 to 400, one number a line.", max_tokens=1600)

_OLLAMA_SWITCHES = (Switch.THINK, Switch.LOW, Switch.WORD)
_OTHER_SWITCHES = (Switch.TEMPLATE, Switch.EFFORT, Switch.WORD)


async def probe(
    access: Access, server: Server, notify: Callable[[str], None] = lambda _: None, exam: Sequence[Graded] = ()
) -> Conformance:
    """Measure the behaviour of the model.

    Args:
        access: The server, the model and the key.
        server: The server's description of itself.
        notify: Shows the step that is being measured.
        exam: The questions that show in which way it is asked best.

    Raises:
        EndpointError: It does not answer at all, or code may not be sent there.
    """
    line = await open_line(access, server)
    try:
        return await _Probe(line, server, notify, exam).run()
    finally:
        await line.close()


@dataclass(slots=True)
class _Probe:
    """One probe and its results so far; the first two calls yield most of them.

    ``system`` is long and new: whether a second question that begins with it is read faster, shows the prompt cache.
    """

    line: Line
    server: Server
    notify: Callable[[str], None]
    exam: Sequence[Graded]
    calls: int = 0
    running: int = 0
    most_running: int = 0
    system: str = field(init=False)
    found: Conformance = field(init=False)

    async def run(self) -> Conformance:
        """Make the calls."""
        started = monotonic()
        self.system = _long_system()
        self.found = Conformance(str(self.server.kind), self.line.model, self.server.digest)
        self.notify("thinking and JSON")
        free, obeyed = await self._leave_alone()
        quiet, obeyed = await self._find_switch(free, obeyed)
        await self._find_strategy(obeyed)
        self.notify("prompt cache")
        await self._judge_cache(free, quiet)
        self.notify("slots and cancelling")
        await self._try_slots(quiet)
        if self.exam:
            self.notify(f"{len(self.exam)} graded questions")
            grades = await take_exam(self.exam, self._answer)
            self.found = replace(self.found, asking=grades.best, right=grades.right, asked=len(self.exam))
        return replace(self.found, calls=self.calls, seconds=round(monotonic() - started, 3))

    async def _leave_alone(self) -> tuple[Seen, bool | None]:
        """Ask for JSON without any switch; give what came, and whether it obeyed its schema (None: not known yet)."""
        try:
            free = await self._ask(self._long(_ASK_JSON)._replace(max_tokens=THOUGHT), None)
        except EndpointError:  # some refuse a schema while the model thinks, or altogether
            return await self._ask(self._long(_ASK), None), None
        obeyed = free.whole and _fits(free.text)
        if free.thought:
            self.found = replace(self.found, schema_thinking=obeyed if free.whole else None)
        return free, obeyed

    async def _find_switch(self, free: Seen, obeyed: bool | None) -> tuple[Seen, bool | None]:
        """Try the switches until one is seen to work; a server's own claims are ignored.

        Returns:
            The quietest answer, and whether the schema was obeyed in it.
        """
        self.found = replace(self.found, counts=free.prompt_tokens > 0)
        question = _ASK_JSON
        if obeyed is None or not free.thought:
            # A schema alone may have kept it from thinking: a plain question shows.
            question, plain = _ASK, free if obeyed is None else await self._ask(self._long(_ASK), None)
            if not plain.thought:
                self.found = replace(self.found, switch=Switch.NOT_NEEDED)
                return plain, obeyed
            free = plain
        best, least = Switch.NONE, free
        for switch in _OLLAMA_SWITCHES if self.server.kind is ServerKind.OLLAMA else _OTHER_SWITCHES:
            with contextlib.suppress(EndpointError):
                seen = await self._ask(self._long(question), switch)
                if not seen.thought or (switch is Switch.LOW and seen.tokens < least.tokens):
                    best, least = switch, seen
                if not seen.thought:
                    break
        tokens, seconds = free.tokens - least.tokens, free.writing - least.writing  # the first call may load the model
        self.found = replace(self.found, switch=best, saved_tokens=tokens, saved_seconds=round(seconds, 3))
        if question is _ASK_JSON and best is not Switch.NONE:
            obeyed = least.whole and _fits(least.text)
        return least, obeyed

    async def _find_strategy(self, obeyed: bool | None) -> None:
        """Take the surest way to JSON that works, with thinking off; for the schema it may be known already."""
        order = [Strategy.SCHEMA, Strategy.GRAMMAR, Strategy.JSON]
        if self.server.kind is ServerKind.OLLAMA:
            order.remove(Strategy.GRAMMAR)  # it knows no such field
        if obeyed is not None:
            order.remove(Strategy.SCHEMA)
        strategy = Strategy.SCHEMA if obeyed else Strategy.TEXT
        for tried in [] if obeyed else order:
            if await self._obeys(tried):
                strategy = tried
                break
        self.found = replace(self.found, strategy=strategy, schema=strategy is Strategy.SCHEMA)

    async def _obeys(self, strategy: Strategy) -> bool:
        try:
            seen = await self._ask(self._long(_ASK_JSON), self.found.switch, strategy)
        except EndpointError:
            return False
        return seen.whole and _fits(seen.text)

    async def _judge_cache(self, first: Seen, again: Seen) -> None:
        """Compare the times of two questions with the same beginning.

        By the server's count where there is one, by its own figure for reading, else by the time to the first
        token, and then against a question that begins anew: the first of all may have waited for the model.
        """
        counts = again.prompt_tokens > first.prompt_tokens // 2
        reused: bool | None = again.cached_tokens > again.prompt_tokens // 2
        if not reused and self.server.kind is not ServerKind.LLAMA_CPP:
            fresh, cached = first.reading, again.reading
            if not fresh:
                new = await self._ask(_ASK._replace(system=_long_system()), self.found.switch)
                fresh, cached = new.begun, again.begun
            reused = cached < fresh / 2 if fresh > 0.05 else None
        self.found = replace(self.found, cache_reused=reused, counts_cached=counts or not self.found.counts)

    async def _try_slots(self, usual: Seen) -> None:
        """Ask for several long answers at once: those that are written at the same time have a slot each.

        Then leave them all, and see whether the next question has to wait for their end.
        """
        told = self.server.lanes if self.server.kind is ServerKind.LLAMA_CPP else 0
        left = [asyncio.create_task(self._ask_long()) for _ in range(told or LANES)]
        await self._wait_for_most(left, max(0.2, 3 * usual.begun))
        slots, under_way = told or max(self.most_running, 1), self.running
        await stop_all(left)
        self.found = replace(self.found, slots=slots)
        if under_way < slots:
            return  # they ended too soon to be counted
        try:
            async with asyncio.timeout(FREED_SECONDS + usual.seconds):
                seen = await self._ask(_ASK, self.found.switch)
        except TimeoutError:
            self.found = replace(self.found, cancel_frees=False, cancel_seconds=FREED_SECONDS)
        else:
            waited = round(max(0.0, seen.begun - usual.begun), 3)
            self.found = replace(self.found, cancel_frees=True, cancel_seconds=waited)

    async def _wait_for_most(self, asked: list[asyncio.Task[None]], seconds: float) -> None:
        """Wait until all are being written, or for some time after the first one began."""
        until = None
        while self.running < len(asked) and not all(task.done() for task in asked):
            if self.running and until is None:
                until = monotonic() + seconds
            if until is not None and monotonic() > until:
                return
            await asyncio.sleep(0.01)

    async def _ask_long(self) -> None:
        begun = False

        def begin() -> None:
            nonlocal begun
            begun = True
            self.running += 1
            self.most_running = max(self.most_running, self.running)

        try:
            await self._ask(_ASK_LONG, self.found.switch, begin=begin)
        finally:
            self.running -= begun

    async def _answer(self, question: Question) -> str:
        thinking = THOUGHT if self.found.switch in (Switch.NONE, Switch.LOW) else 0
        question = question._replace(max_tokens=question.max_tokens + thinking)
        return (await self._ask(question, self.found.switch, self.found.strategy)).text

    def _long(self, question: Question) -> Question:
        return question._replace(system=self.system)

    async def _ask(
        self,
        question: Question,
        switch: Switch | None,
        strategy: Strategy = Strategy.SCHEMA,
        begin: Callable[[], None] = lambda: None,
    ) -> Seen:
        self.calls += 1
        known = replace(self.found, switch=switch or Switch.NONE, strategy=strategy)
        return await self.line.ask(conversation_of(question), switch, known, begin)


def _long_system() -> str:
    """Return a system prompt that was never sent before."""
    return f"{monotonic():.6f} {_SYSTEM} {'The sky is often blue. ' * REPEATS}"


def _fits(text: str) -> bool:
    try:
        value = object_in(json.loads(text))
    except (ValueError, RecursionError):
        return False
    return value.keys() == _SCHEMA["properties"].keys() and value["colour"] in ("red", "green", "blue")
