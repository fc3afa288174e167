"""The question for a docstring: two examples, the code, and the lines wanted."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from workhorse_core.actions.docstrings.prompt.examples import Example
from workhorse_core.actions.docstrings.prompt.labels import GROUPS, Label, Texts, labels_of, write_lines
from workhorse_core.actions.docstrings.prompt.shown_code import shown_code
from workhorse_core.actions.docstrings.shape import Shape
from workhorse_core.languages.language import RegionKind
from workhorse_core.models.asking import Asking
from workhorse_core.models.conversation import Schema
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Retry
from workhorse_core.pipeline.context import context_of
from workhorse_core.pipeline.region import Region

SYSTEM = "You document Python code for the people who call it, in short lines of plain words."
NO_LINES = "The answer has none of the lines that were asked for."
"""The fault of an answer that cannot be read at all."""

_LONGEST_OUTLINE = 1_300
"""Tokens of a module's outline."""
_TOKENS = 70
"""Tokens for one line: three times what a good one has."""


def make_question(
    region: Region,
    shape: Shape,
    written: Texts,
    examples: Sequence[Example],
    retry: Retry | None,
    kept: Texts = MappingProxyType({}),
) -> Question:
    """Make the question for one docstring.

    Args:
        region: The definition.
        shape: The entries to write.
        written: The entries that are known already.
        examples: The examples, the same for every region of a job, so that the server's prefix cache serves.
        retry: The fault of an earlier answer.
        kept: The texts of that answer that stand.
    """
    labels = labels_of(shape)
    tokens = 60 + _TOKENS * len(labels)
    words = f"An earlier answer was not accepted: {retry.words}" if retry and retry.words != NO_LINES else ""
    body = [_shown(region), f"Written already:\n{write_lines(written)}" if written else "", words]
    start = "\n\n".join(part for part in body if part)
    shown = tuple((_request(each.code, list(each.texts)), write_lines(each.texts)) for each in examples)
    lines = Question(SYSTEM, "", _request(start, labels), None, tokens, shown, write_lines(kept))
    schema = make_schema(shape)
    shown = tuple((_wish(each.code, list(each.texts)), write_json(each.texts)) for each in examples)
    as_json = Question(SYSTEM, "", _wish(start, labels), schema, tokens + 20 * len(labels), shown, write_lines(kept))
    if retry and retry.attempt > 1 and not retry.kept:
        return as_json  # nothing of the answer could be read
    return lines._replace(others={Asking.JSON: as_json, Asking.NONE: as_json})


def make_schema(shape: Shape) -> Schema:
    """Build the JSON schema: one property for each entry, and no others; no limit that could cut a sentence."""
    properties: dict[str, Any] = {}
    for label in labels_of(shape):
        if group := GROUPS.get(label.kind):
            properties.setdefault(group, {})[label.name] = {"type": "string"}
        else:
            properties[label.kind.value] = {"type": "string"}
    return _object({name: _object(each) if name in GROUPS.values() else each for name, each in properties.items()})


def write_json(texts: Texts) -> str:
    """Write texts as the JSON object of `make_schema`."""
    values: dict[str, Any] = {}
    for label, text in texts.items():
        if group := GROUPS.get(label.kind):
            values.setdefault(group, {})[label.name] = text
        else:
            values[label.kind.value] = text
    return json.dumps(values, ensure_ascii=False)


def _request(code: str, labels: Sequence[Label]) -> str:
    return f"{code}\n\nWrite these lines: {', '.join(map(str, labels))}"


def _wish(code: str, labels: Sequence[Label]) -> str:
    return f"{code}\n\nWrite a JSON object with: {', '.join(map(str, labels))}"


def _object(properties: Mapping[str, Any]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _shown(region: Region) -> str:
    """Return the code of a definition, of a module its outline; what is around them misleads small models."""
    if region.kind is RegionKind.MODULE:
        return f"# {region.path}\n{context_of(region, _LONGEST_OUTLINE).outline}"
    return shown_code(region)
