"""The question to a model about types, and its answer: one type expression for each slot, or "unknown"."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.errors import AnswerMalformed
from workhorse_core.languages.python.type_reader import MAX_LENGTH
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Retry
from workhorse_core.pipeline.context import context_of
from workhorse_core.pipeline.region import Region

SYSTEM = """\
You find the types of Python code. You are shown one definition and answer with one JSON object that follows the given \
schema: for each name one Python type expression, such as int, list[str], dict[str, int] | None, Callable[[int], str].

- Say only what the code shows. Where it does not show the type, answer "unknown": that is always a good answer.
- Say the type that callers may pass, not the one value that is passed somewhere. No Any, no object.
- Use the names that the module has. No calls, no comments, no quotes around names, nothing but the type."""

UNKNOWN = "unknown"
LONGEST_ANSWER = 20_000
"""Characters."""
_LONGEST_CODE = 8_000
_CONTEXT_TOKENS = 1_300


def labels(slots: Sequence[Slot]) -> dict[str, Slot]:
    """Name slots for a model: "text", "return", and "self.depth" for attributes."""
    return {f"self.{slot.name}" if slot.kind is SlotKind.ATTRIBUTE else slot.name: slot for slot in slots}


def make_question(region: Region, slots: Sequence[Slot], facts: Sequence[str], retry: Retry | None) -> Question:
    """Ask for the types of the slots that are left.

    Args:
        region: The definition.
        slots: Those of its slots that are left.
        facts: What is known of it, in sentences.
        retry: What was wrong with an earlier answer.
    """
    wanted = labels(slots)
    context = context_of(region, _CONTEXT_TOKENS)
    around = [part for part in (context.outline, context.callees) if part]
    parts = ["Around it:\n" + "\n\n".join(around)] if around else []
    parts.append(f"The code:\n{_code(region, slots)}")
    if facts:
        parts.append("Known:\n" + "\n".join(f"- {fact}" for fact in facts))
    parts.append(f"Give the types of: {', '.join(wanted)}.")
    if retry is not None:
        parts.append(f"An earlier answer was not accepted: {retry.words}\nAnswer anew, without that fault.")
    properties = {name: {"type": "string", "maxLength": MAX_LENGTH} for name in wanted}
    schema = {"type": "object", "properties": properties, "required": list(wanted), "additionalProperties": False}
    file = f"The file {region.path}\n{context.imports}"
    return Question(SYSTEM, file, "\n\n".join(parts), schema, min(100 + 40 * len(wanted), 1024))


def _code(region: Region, slots: Sequence[Slot]) -> str:
    """Show the code: of a module, which is long, only the lines of the slots."""
    encoding = region.source.encoding.removesuffix("-sig")
    if not region.name:
        lines = {slot.line: region.source.lines[slot.line - 1] for slot in slots}
        return b"".join(lines.values()).decode(encoding, "replace")
    code = region.text.decode(encoding, "replace")
    return code if len(code) <= _LONGEST_CODE else code[:_LONGEST_CODE].rpartition("\n")[0] + "\n# and so on"


def read_answer(text: str, slots: Sequence[Slot]) -> Mapping[str, str]:
    """Read the answer: the type as text by the slot's ``key``; "unknown" ones are left out.

    Raises:
        AnswerMalformed: It is not what was asked for.
    """
    if len(text) > LONGEST_ANSWER:
        raise AnswerMalformed(f"The answer has {len(text)} characters; types are short.")
    try:
        value = json.loads(text, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        raise AnswerMalformed("The answer is not one JSON object and nothing else.") from None
    wanted = labels(slots)
    if not isinstance(value, dict):
        raise AnswerMalformed("The answer is JSON, but not an object with the asked properties.")
    given = cast("Mapping[str, Any]", value)
    if set(given) != set(wanted):
        raise AnswerMalformed(f"The answer must have exactly these properties: {', '.join(wanted)}.")
    for name, said in given.items():
        if not isinstance(said, str) or not said.strip():
            raise AnswerMalformed(f'{name} is not a type; write a type expression, or "unknown".')
    return {wanted[name].key: said.strip() for name, said in given.items() if said.strip().lower() != UNKNOWN}


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a property is given twice")
    return found
