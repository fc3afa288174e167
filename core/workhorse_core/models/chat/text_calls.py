"""Tool calls that a model writes as text, since its chat template or its server has no form for them.

Qwen2.5-Coder by llama.cpp answers with bare JSON; others use a fence, or the tag of another model's template.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import cast

from workhorse_core.models.conversation import Tool, ToolCall
from workhorse_core.system.untrusted_json import list_in, object_in, text_in

_FRAMES = re.compile(
    r"<tool_call>\s*(?P<tag>.*?)\s*(?:</tool_call>|\Z)|```(?:json|tool_call|tool_code)?\s*\n(?P<fence>.*?)\n\s*```"
    r"|\[TOOL_CALLS\]\s*(?P<mark>.*)\Z",
    re.DOTALL,
)


def read_text_calls(text: str, tools: Sequence[Tool]) -> tuple[ToolCall, ...]:
    """Return the calls of which a text consists; empty if it holds anything else, or names an unknown tool."""
    names = {tool.name for tool in tools}
    if not names:
        return ()
    frames = [match["tag"] or match["fence"] or match["mark"] or "" for match in _FRAMES.finditer(text)]
    if frames and _FRAMES.sub("", text).strip():
        return ()
    found: list[ToolCall] = []
    for frame in frames or [text.strip()]:
        for value in _values(frame):
            fields = object_in(value)
            function = object_in(fields.get("function")) or fields
            name = text_in(function.get("name"))
            arguments = function.get("arguments", function.get("parameters"))
            if name not in names or not isinstance(arguments, dict):
                return ()
            found.append(ToolCall(f"call_{len(found)}", name, json.dumps(cast("dict[str, object]", arguments))))
    return tuple(found)


def _values(text: str) -> Iterator[object]:
    """Yield the JSON values of which a text consists, those of a list one by one; None for anything else."""
    decoder = json.JSONDecoder()
    place = 0
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            yield None
            return
        if isinstance(value, list):
            yield from list_in(cast("object", value))
        else:
            yield value
        place += len(text[place:]) - len(text[place:].lstrip())
