"""A JSON schema as a grammar, for servers that obey only those.

https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md describes the notation.
"""

import json
from collections.abc import Mapping
from typing import Any

_LETTER = r'([^"\\\x00-\x1f\x7f] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}))'
_SIMPLE = {"integer": '"-"? ("0" | [1-9] [0-9]{0,15})', "boolean": '("true" | "false")', "null": '"null"'}
_NUMBER = '"-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]{1,15})?'


def to_grammar(schema: Mapping[str, Any]) -> str | None:
    """Write the grammar of a schema's values, every property in its order; None for what a schema of ours never has."""
    value = _value(schema)
    return f"root ::= {value}\n" if value else None


def _value(schema: Mapping[str, Any]) -> str | None:
    if "enum" in schema:
        return f"({' | '.join(_literal(json.dumps(choice)) for choice in schema['enum'])})"
    match schema.get("type"):
        case "object":
            return _object(schema)
        case "array":
            return _array(schema)
        case "string":
            return f'"\\"" {_LETTER}{{{schema.get("minLength", 0)},{schema.get("maxLength", "")}}} "\\""'
        case "number":
            return _NUMBER
        case str() as kind:
            return _SIMPLE.get(kind)
        case _:
            return None


def _object(schema: Mapping[str, Any]) -> str | None:
    parts: list[str] = []
    for name, inner in schema.get("properties", {}).items():
        value = _value(inner)
        if value is None:
            return None
        parts.append(f"{_literal(json.dumps(name) + ': ')} {value}")
    between = f" {_literal(', ')} "
    return f'("{{" {between.join(parts)} "}}")'


def _array(schema: Mapping[str, Any]) -> str | None:
    value = _value(schema.get("items", {}))
    if value is None:
        return None
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if most == 0:
        return '"[]"'
    more = f'(", " {value}){{{max(least - 1, 0)},{"" if most is None else most - 1}}}'
    return f'("[" {value} {more} "]")' if least else f'("[" ({value} {more})? "]")'


def _literal(text: str) -> str:
    return json.dumps(text)
