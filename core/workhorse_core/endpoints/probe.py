"""The conformance probe: about eight short calls that measure what a model on a server really does."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Protocol

from workhorse_core.endpoint import Question
from workhorse_core.endpoints.address import Address, admit, refuse_relayed
from workhorse_core.endpoints.caller import Caller
from workhorse_core.endpoints.conformance import Conformance, Strategy, Switch
from workhorse_core.endpoints.fault import Called
from workhorse_core.endpoints.ollama import make_native_body, read_card, refuse_remote
from workhorse_core.endpoints.ollama_caller import OllamaCaller
from workhorse_core.endpoints.openai_compatible import THINKING_TOKENS, Access, make_body
from workhorse_core.endpoints.reasoning import without_thinking
from workhorse_core.endpoints.reply import Reply
from workhorse_core.endpoints.server import Server, ServerKind
from workhorse_core.endpoints.stranger import object_in
from workhorse_core.endpoints.strategy import Format, choose_format
from workhorse_core.errors import EndpointError

SHORT = 96
"""Tokens; a model that thinks on and on is stopped soon, and that it thinks is known by then."""

CONTEXT = 4096
FREED_SECONDS = 3.0
"""A slot that is not free by then has not noticed."""

LANES = 4
REPEATS = 120

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

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """One short call: whether the model thought, what it said, and what that cost.

    ``begun`` are the seconds to its first token, ``seconds`` those to its last, which came at ``ended``.
    """

    text: str
    thought: bool
    whole: bool
    prompt_tokens: int
    cached_tokens: int
    tokens: int
    begun: float
    ended: float
    seconds: float

    @property
    def writing(self) -> float:
        """Seconds from the first token to the last."""
        return self.seconds - self.begun


class _Line(Protocol):
    """How one kind of server is asked; without a switch it thinks as it likes."""

    def body(self, question: Question, switch: Switch | None, form: Format) -> Body: ...

    async def ask(self, body: Body, question: Question, called: Called) -> Reply: ...

    async def close(self) -> None: ...


@dataclass(slots=True)
class _OpenAILine:
    """By chat completions; a new caller each time, since one that was refused a switch leaves it out ever after."""

    address: Address
    access: Access
    model: str

    def body(self, question: Question, switch: Switch | None, form: Format) -> Body:
        body = make_body(question, self.model, form)
        if switch is not Switch.TEMPLATE:
            del body["chat_template_kwargs"]
        if switch is not Switch.EFFORT:
            del body["reasoning_effort"]
        body["max_tokens"] = question.max_tokens
        return body

    async def ask(self, body: Body, question: Question, called: Called) -> Reply:
        caller = Caller(self.address, self.access.key, self.access.timeout)
        try:
            return await caller.ask(body, question, called)
        finally:
            await caller.close()

    async def close(self) -> None:
        """Nothing is kept."""


@dataclass(slots=True)
class _OllamaLine:
    """By Ollama's own interface; all calls with one context, so that nothing is loaded twice."""

    caller: OllamaCaller
    model: str

    def body(self, question: Question, switch: Switch | None, form: Format) -> Body:
        body = make_native_body(question, self.model, "low" if switch is Switch.LOW else False, form)
        if switch not in (Switch.THINK, Switch.LOW):
            del body["think"]
        body["options"] |= {"num_ctx": CONTEXT, "num_predict": question.max_tokens}
        return body

    async def ask(self, body: Body, question: Question, called: Called) -> Reply:
        return await self.caller.ask(body, question, called)

    async def close(self) -> None:
        await self.caller.close()


async def probe(access: Access, server: Server, say: Callable[[str], None] = lambda _: None) -> Conformance:
    """Measure what the model does.

    Args:
        access: Where and how.
        server: What it has told about itself.
        say: Takes what is being measured.

    Raises:
        EndpointError: It does not answer at all, or code may not be sent there.
    """
    model = access.model or server.choose_model()
    address = admit(access.url, access.hosts)
    refuse_relayed(model, access.hosts)
    called = Called(address, model, SHORT, None, access.key_name, server.models)
    line: _Line = _OpenAILine(address, access, model)
    if server.kind is ServerKind.OLLAMA:
        caller = OllamaCaller(address, access.key, access.timeout)
        line = _OllamaLine(caller, model)
        shown = await caller.learn("/api/show", {"model": model}, called)
        refuse_remote(model, shown, access.hosts)
        read_card(model, shown)
    try:
        return await _Probe(line, server, called, say).run()
    finally:
        await line.close()


@dataclass(slots=True)
class _Probe:
    """One probe and what it has found so far."""

    line: _Line
    server: Server
    called: Called
    say: Callable[[str], None]
    calls: int = 0
    found: Conformance = field(init=False)

    async def run(self) -> Conformance:
        """Make the calls."""
        started = monotonic()
        self.found = Conformance(str(self.server.kind), self.called.model, self.server.digest)
        self.say("thinking")
        free = await self._ask(_ASK, None)
        await self._find_switch(free)
        self.say("JSON")
        await self._find_strategy(free.thought)
        self.say("prompt cache")
        await self._try_cache()
        self.say("slots")
        slots = self.server.lanes if self.server.kind is ServerKind.LLAMA_CPP else await self._count_slots()
        self.say("cancelling")
        await self._try_cancel(slots)
        return replace(self.found, slots=slots, calls=self.calls, seconds=round(monotonic() - started, 3))

    async def _find_switch(self, free: Seen) -> None:
        """Try the switches until one is seen to work; what a server says of them is not asked."""
        self.found = replace(self.found, counts=free.prompt_tokens > 0)
        if not free.thought:
            self.found = replace(self.found, switch=Switch.NOT_NEEDED)
            return
        switches = _OLLAMA_SWITCHES if self.server.kind is ServerKind.OLLAMA else _OTHER_SWITCHES
        best, least = Switch.NONE, free
        for switch in switches:
            with contextlib.suppress(EndpointError):
                seen = await self._ask(_ASK, switch)
                if not seen.thought or (switch is Switch.LOW and seen.tokens < least.tokens):
                    best, least = switch, seen
                if not seen.thought:
                    break
        tokens, seconds = free.tokens - least.tokens, free.writing - least.writing  # the first call may load the model
        self.found = replace(self.found, switch=best, saved_tokens=tokens, saved_seconds=round(seconds, 3))

    async def _find_strategy(self, thinks: bool) -> None:
        """Take the surest that works, with thinking off; then see what the schema does with thinking on."""
        order = [Strategy.SCHEMA, Strategy.GRAMMAR, Strategy.JSON]
        if self.server.kind is ServerKind.OLLAMA:
            order.remove(Strategy.GRAMMAR)  # it knows no such field
        strategy = Strategy.TEXT
        for tried in order:
            if await self._obeys(tried, self._switch()):
                strategy = tried
                break
        schema = strategy is Strategy.SCHEMA
        thinking = await self._obeys(Strategy.SCHEMA, None) if thinks else None
        self.found = replace(self.found, strategy=strategy, schema=schema, schema_thinking=thinking)

    async def _obeys(self, strategy: Strategy, switch: Switch | None) -> bool:
        try:
            seen = await self._ask(_ASK_JSON, switch, strategy)
        except EndpointError:
            return False
        return seen.whole and _fits(seen.text)

    async def _try_cache(self) -> None:
        """Ask the same long question twice: by the server's count where there is one, else by the time it takes."""
        mark = f"{monotonic():.6f}"  # so that nobody has asked this before
        question = replace(_ASK, system=f"{mark} {_SYSTEM} {'The sky is often blue. ' * REPEATS}")
        first = await self._ask(question, self._switch())
        again = await self._ask(question, self._switch())
        waited, waited_again = first.begun, again.begun
        reused: bool | None = again.cached_tokens > again.prompt_tokens // 2
        if not reused and self.server.kind is not ServerKind.LLAMA_CPP:
            reused = waited_again < waited / 2 if waited > 0.2 else None
        counts = again.prompt_tokens > first.prompt_tokens // 2
        self.found = replace(self.found, cache_reused=reused, counts_cached=counts or not self.found.counts)

    async def _try_cancel(self, slots: int) -> None:
        """Leave a long answer and see whether the next question has to wait for its end.

        With several slots another one would take the question: as many answers are left as there are slots.
        """
        usual = await self._ask(_ASK, self._switch())
        left = [asyncio.create_task(self._ask(_ASK_LONG, self._switch())) for _ in range(slots)]
        await asyncio.sleep(max(0.1, 2 * usual.begun))
        under_way = [task for task in left if not task.done()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if len(under_way) < slots:
            return  # they were over too soon to tell
        started = monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FREED_SECONDS + usual.seconds):
                await self._ask(_ASK, self._switch())
                waited = max(0.0, monotonic() - started - usual.seconds)
                self.found = replace(self.found, cancel_frees=True, cancel_seconds=round(waited, 3))
                return
        self.found = replace(self.found, cancel_frees=False, cancel_seconds=FREED_SECONDS)

    async def _count_slots(self) -> int:
        """Ask several at once: those whose answers overlap in time were in a slot of their own."""
        asked = [self._ask(replace(_ASK_LONG, max_tokens=64), self._switch()) for _ in range(LANES)]
        seen = [one for one in await asyncio.gather(*asked, return_exceptions=True) if isinstance(one, Seen)]
        spans = [(one.ended - one.seconds + one.begun, one.ended) for one in seen]
        middles = [(first + last) / 2 for first, last in spans]
        return max((sum(1 for first, last in spans if first <= middle <= last) for middle in middles), default=1)

    def _switch(self) -> Switch | None:
        found = self.found.switch
        return None if found in (Switch.NONE, Switch.NOT_NEEDED) else found

    async def _ask(self, question: Question, switch: Switch | None, strategy: Strategy | None = None) -> Seen:
        """Ask once; an answer that is cut off at the short limit tells enough."""
        self.calls += 1
        known = replace(self.found, switch=switch or Switch.NONE, strategy=strategy or Strategy.SCHEMA)
        form = choose_format(question, known)
        body = self.line.body(form.question, switch, form)
        started = monotonic()
        loose = replace(form.question, max_tokens=question.max_tokens + THINKING_TOKENS)
        reply = await self.line.ask(body, loose, self.called)
        text = "".join(reply.pieces)
        answer = without_thinking(text)
        return Seen(
            answer,
            reply.thought or answer != text,
            reply.finish == "stop",
            reply.prompt_tokens,
            reply.cached_tokens,
            reply.completion_tokens or len(reply.pieces),
            (reply.begun or started) - started,
            reply.ended,
            reply.ended - started,
        )


def _fits(text: str) -> bool:
    try:
        value = object_in(json.loads(text))
    except (ValueError, RecursionError):
        return False
    return value.keys() == _SCHEMA["properties"].keys() and value["colour"] in ("red", "green", "blue")
