"""The question for a docstring: the prompt, and the schema made from the real signature."""

from collections.abc import Iterable, Mapping
from typing import Any

from workhorse_core.actions.docstrings.shape import Shape
from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.python.definitions import source_of
from workhorse_core.languages.python.docstring.content import DocstringContent
from workhorse_core.languages.python.docstring.paragraph import split_lines
from workhorse_core.languages.python.outline import summary_of
from workhorse_core.models.conversation import Schema
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Retry
from workhorse_core.pipeline.context import context_of
from workhorse_core.pipeline.region import Region

SYSTEM = """\
You describe Python code for the people who call it. You are shown one definition and answer with one JSON object that \
follows the given schema; another program turns it into the docstring.

- summary: one sentence on one line, beginning with a verb in the imperative ("Return", "Open") for functions and \
with a noun for classes, modules and properties; it ends with a full stop.
- description: only what a caller needs beyond the summary: units, side effects, special cases. "" for nothing.
- parameters, returns, yields, raises: what the value means, or when the exception is raised, in one or two sentences. \
Say more than the name does. No types.
- Say only what the code shows. What is listed as known is true: use it, and do not contradict it.
- Plain text: no Markdown headings, no code fences, no HTML, no sections such as "Args:", no repetition of the code."""

PARAMETER_LENGTH = 240
DESCRIPTION_LENGTH = 800
_LONGEST_CODE = 12_000
"""Characters of code shown: about 4,000 tokens."""
_CONTEXT_TOKENS = 1_300

_HINTS = {
    "summary": "One sentence that ends with a full stop",
    "description": "More for the caller, or an empty string",
    "returns": "What the returned value means",
    "yields": "What each yielded value means",
}


def make_schema(shape: Shape, summary_length: int) -> Schema:
    """Build the JSON schema: one property for each entry, and no others."""
    properties: dict[str, Any] = {}
    if shape.summary:
        properties["summary"] = _text(max(summary_length - 1, 1), _HINTS["summary"])
        properties["description"] = _text(DESCRIPTION_LENGTH, _HINTS["description"])
    if shape.parameters:
        properties["parameters"] = _object({label: _text(PARAMETER_LENGTH) for label in shape.parameters})
    for name, wanted in (("returns", shape.returns), ("yields", shape.yields)):
        if wanted:
            properties[name] = _text(PARAMETER_LENGTH, _HINTS[name])
    if shape.raises:
        properties["raises"] = _object({name: _text(PARAMETER_LENGTH) for name in shape.raises})
    return _object(properties)


def schema_words() -> frozenset[str]:
    """Return the descriptions in the schema, which are no valid answers."""
    return frozenset(words.lower() for words in _HINTS.values())


def make_question(
    region: Region,
    shape: Shape,
    summary_length: int,
    known: DocstringContent | None,
    facts: Iterable[str],
    retry: Retry | None,
) -> Question:
    """Make the question for one docstring.

    Args:
        region: The definition.
        shape: The entries to write.
        summary_length: The most columns of the summary.
        known: The content that the rules are sure of.
        facts: Other true sentences.
        retry: The fault of an earlier answer.
    """
    told = [*_known_facts(known), *facts]
    context = context_of(region, _CONTEXT_TOKENS)
    around = [part for part in (context.outline, context.callees) if part]
    parts = ["Around it:\n" + "\n\n".join(around)] if around else []
    parts.append(f"The {_kind(region)} {region.name or region.path}:\n{_code(region)}".rstrip(":\n"))
    if told:
        parts.append("Known:\n" + "\n".join(f"- {fact}" for fact in told))
    parts.append(
        f"The summary may have {summary_length} characters."
        if shape.summary
        else "Describe only what the schema names."
    )
    if retry is not None:
        parts.append(f"An earlier answer was not accepted: {retry.words}\nAnswer anew, without that fault.")
    length = 300 * shape.summary + 80 * (len(shape.parameters) + len(shape.raises) + shape.returns + shape.yields)
    return Question(
        SYSTEM,
        _file(region, context.imports),
        "\n\n".join(parts),
        make_schema(shape, summary_length),
        min(200 + length, 2048),
    )


def _object(properties: Mapping[str, Any]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _text(length: int, hint: str = "") -> Schema:
    schema: dict[str, Any] = {"type": "string", "maxLength": length}
    return {**schema, "description": hint} if hint else schema


def _known_facts(known: DocstringContent | None) -> list[str]:
    if known is None:
        return []
    facts = [f"{entry.name}: {entry.description}" for entry in known.parameters]
    facts += [f"raises {entry.exception}: {entry.description}" for entry in known.raises]
    facts += [f"{name}: {text}" for name, text in (("returns", known.returns), ("yields", known.yields)) if text]
    return [f"summary: {known.summary}", *facts] if known.summary else facts


def _kind(region: Region) -> str:
    return "function" if region.kind is RegionKind.FUNCTION else region.kind.value


def _file(region: Region, imports: str) -> str:
    """Describe the file of the region, the same for every region of it."""
    summary = summary_of(source_of(region).tree)
    return "\n".join([f"The file {region.path}{f': {summary}' if summary else ''}", imports])


def _code(region: Region) -> str:
    """Return the code where it is short enough; a class or module is in the outline as well."""
    if region.kind is RegionKind.MODULE:
        return ""
    code = region.text.decode(region.source.encoding.removesuffix("-sig"), "replace")
    code = "\n".join(split_lines(code))
    if len(code) <= _LONGEST_CODE:
        return code
    if region.kind is RegionKind.CLASS:
        return ""
    return code[:_LONGEST_CODE].rpartition("\n")[0] + "\n# and so on"
