"""A simulated bad model: a question with a schema answered in every bad way that models are known for.

None of these may become a wrong edit. Some are only odd and may be accepted; most must be refused.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from support.bad_texts import BAD_TEXTS
from workhorse_core.models.question import Question

INVENTED = "invented_parameter"
"""The name of what the simulated model makes up; it may stand in no draft."""


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """One answer; ``name`` describes its fault. One that is only ``odd`` may be accepted."""

    name: str
    text: str
    odd: bool = False


def bad_answers(question: Question) -> Iterator[BadAnswer]:
    """Answer a question in every bad way but that of being cut off, for which there is :func:`cut_answers`."""
    good = good_value(question.schema or {})
    text = json.dumps(good, ensure_ascii=False)
    for name, wrap in _WRAPPED.items():
        yield BadAnswer(name, wrap(text))
    for name, write in _ODD.items():
        yield BadAnswer(name, write(text), odd=True)
    yield BadAnswer("the code again", question.region)
    yield BadAnswer("the code again in a string", json.dumps(question.region))
    yield BadAnswer("the schema again", json.dumps(dict(question.schema or {})))
    for place in _places(good):
        yield from _bad_keys(good, place)
        if (place and place[-1] == next(iter(_at(good, place[:-1])), None)) or len(place) == 1:
            yield from _bad_values(good, place, question)  # of several alike, the first stands for all


def cut_answers(question: Question) -> Iterator[BadAnswer]:
    """Cut a good answer off before every byte; all of these must be refused."""
    whole = json.dumps(good_value(question.schema or {}), ensure_ascii=False, indent=1).encode()
    for length in range(len(whole)):
        yield BadAnswer(f"cut off after {length} bytes", whole[:length].decode(errors="replace"))


def good_answer(question: Question) -> str:
    """Answer as a model should."""
    return json.dumps(good_value(question.schema or {}), ensure_ascii=False)


def good_value(schema: Mapping[str, Any], name: str = "") -> Any:
    """Return a value that obeys the schema: objects, lists, numbers, booleans, choices, and sentences as texts."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return {key: good_value(inner, key) for key, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [good_value(schema.get("items", {}), name)] * schema.get("minItems", 1)
    if kind == "integer":
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    sentence = _SENTENCES.get(name, f"What the caller wants to happen with {len(name)} of them, schön geordnet.")
    return sentence[: schema.get("maxLength", 1000)]


_SENTENCES = {
    "summary": "Arrange the given things in their order.",
    "returns": "The things in their order.",
    "yields": "One thing after the other.",
}

# -- the whole answer


def _listed(text: str) -> str:
    return "\n".join(f"- **{key}**: {value}" for key, value in json.loads(text).items())


_PAGE = "<!doctype html><html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>"
_WRAPPED: Mapping[str, Callable[[str], str]] = {
    "nothing": lambda _: "",
    "blanks": lambda _: " \n\t \n",
    "fenced JSON": lambda text: f"```json\n{text}\n```",
    "fenced": lambda text: f"```\n{text}\n```\n",
    "fenced by tildes": lambda text: f"~~~json\n{text}\n~~~",
    "fence not closed": lambda text: f"```json\n{text}",
    "chat before": lambda text: f"Sure! Here is the JSON you asked for:\n\n{text}",
    "chat after": lambda text: f"{text}\n\nLet me know if you need anything else!",
    "chat around": lambda text: f"Here you go:\n```json\n{text}\n```\nI hope this helps.",
    "thinking leaked": lambda text: f"<think>The user wants a docstring.</think>\n{text}",
    "thinking not ended": lambda text: f"<think>The user wants {text}",
    "thinking without a start": lambda text: f"The user wants a docstring.\n</think>\n{text}",
    "thinking after": lambda text: f"{text}<think>Was that right?</think>",
    "an end token": lambda text: f"{text}<|im_end|>",
    "a chat template": lambda text: f"<|im_start|>assistant\n{text}<|im_end|>",
    "twice": lambda text: f"{text}\n{text}",
    "in a list": lambda text: f"[{text}]",
    "in an object": lambda text: f'{{"answer": {text}}}',
    "in a string": json.dumps,
    "as a tool call": lambda text: f'{{"name": "write_docstring", "arguments": {text}}}',
    "as Python": lambda text: repr(json.loads(text)),
    "a comma too many": lambda text: f"{text[:-1]},}}",
    "a comment": lambda text: f"{text[:-1]} // done\n}}",
    "a brace too few": lambda text: text[:-1],
    "a brace too many": lambda text: f"{text}}}",
    "a line end in a string": lambda text: text.replace(". ", ".\n").replace(".", ".\n", 1),
    "a byte order mark": lambda text: f"\ufeff{text}",
    "a NUL before": lambda text: f"\0{text}",
    "a NUL after": lambda text: f"{text}\0",
    "null": lambda _: "null",
    "true": lambda _: "true",
    "a number": lambda _: "42",
    "not a number": lambda _: "NaN",
    "a number of 5,000 digits": lambda _: "7" * 5000,
    "a bare text": lambda _: '"Arrange the things."',
    "an empty object": lambda _: "{}",
    "an empty list": lambda _: "[]",
    "a deep list": lambda _: "[" * 100_000,
    "a deep object": lambda _: '{"summary":' * 50_000,
    "a web page": lambda _: _PAGE,
    "an error": lambda _: '{"error": {"message": "model overloaded", "type": "server_error"}}',
    "a refusal": lambda _: "I'm sorry, but I can't help with that.",
    "plain words": lambda _: "Arrange the given things in their order.",
    "a docstring": lambda _: '"""Arrange the given things.\n\nArgs:\n    things: What to arrange.\n"""',
    "code": lambda _: "def arrange(things):\n    return []\n",
    "fenced code": lambda _: "```python\ndef arrange(things):\n    return []\n```",
    "a diff": lambda _: "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n",
    "a command": lambda _: "rm -rf / --no-preserve-root",
    "100 kB of words": lambda _: "words " * 17_000,
    "one word for ever": lambda _: "a" * 100_000,
}
_ODD: Mapping[str, Callable[[str], str]] = {
    "pretty": lambda text: json.dumps(json.loads(text), indent=8),
    "escaped": lambda text: json.dumps(json.loads(text), ensure_ascii=True),
    "as YAML": lambda text: "\n".join(f"{key}: {value}" for key, value in json.loads(text).items()),
    "as a list": _listed,
    "another order": lambda text: json.dumps(dict(reversed(json.loads(text).items()))),
    "blanks around": lambda text: f"\n\n   {text}\r\n\t ",
}

# -- the keys


Place = tuple[str, ...]


def _places(value: object, place: Place = ()) -> Iterator[Place]:
    """Return the place of every value, outer ones first; that of the whole is empty."""
    yield place
    for key, inner in _object(value).items():
        yield from _places(inner, (*place, key))


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _at(value: Any, place: Place) -> Any:
    for key in place:
        value = value[key]
    return value


def _with(value: Any, place: Place, new: Any) -> Any:
    """Return a copy that has another value at a place."""
    if not place:
        return new
    return {key: _with(inner, place[1:], new) if key == place[0] else inner for key, inner in value.items()}


def _bad_keys(good: Any, place: Place) -> Iterator[BadAnswer]:
    if not (value := _object(_at(good, place))):
        return
    path = ".".join(place) or "the answer"
    for key in value:
        rest = {name: inner for name, inner in value.items() if name != key}
        yield _answer(f"{path} without {key}", _with(good, place, rest))
        for other in (key.upper(), f" {key}", f"{key}s", f"{key}\0", ""):
            yield _answer(f"{path} with {other!r} for {key}", _with(good, place, {**rest, other: value[key]}))
        twice = json.dumps(value)[:-1] + f", {json.dumps(key)}: {json.dumps(value[key])}}}"
        yield BadAnswer(f"{path} with {key} twice", json.dumps(_with(good, place, "TWICE")).replace('"TWICE"', twice))
    for extra in (INVENTED, "self", "*args", "__class__", 'x"""', "x: int = os.system('x')"):
        more = {**value, extra: f"What {INVENTED} is for."}
        yield _answer(f"{path} with {extra!r} too", _with(good, place, more))
        if place:
            yield _answer(f"{path} with {extra!r} first", _with(good, place, {extra: "Made up.", **value}))


def _answer(name: str, value: Any) -> BadAnswer:
    return BadAnswer(name, json.dumps(value))


# -- the values


def _bad_values(good: Any, place: Place, question: Question) -> Iterator[BadAnswer]:
    path = ".".join(place)
    for name, wrong in _WRONG_TYPES.items():
        yield _answer(f"{path} is {name}", _with(good, place, wrong))
    for name, literal in _WRONG_LITERALS.items():
        text = json.dumps(_with(good, place, "LITERAL")).replace('"LITERAL"', literal)
        yield BadAnswer(f"{path} is {name}", text)
    value = _at(good, place)
    if isinstance(value, str):
        for text in (*BAD_TEXTS, question.region):
            for verb, new in (("is", text), ("ends with", f"{value} {text}")):
                yield BadAnswer(f"{path} {verb} {text[:40]!r}", json.dumps(_with(good, place, new)), odd=True)


_WRONG_TYPES: Mapping[str, object] = {
    "null": None,
    "true": True,
    "a number": 7,
    "a fraction": 0.5,
    "a list": [],
    "a list of texts": ["one", "two"],
    "an object": {},
    "an object with a text": {"text": "What it is for.", "type": "str"},
    "a nested list": [[[["deep"]]]],
}
_WRONG_LITERALS = {
    "NaN": "NaN",
    "minus infinity": "-Infinity",
    "too large a number": "1e999",
    "a number of 5,000 digits": "7" * 5000,
    "a Python literal": "None",
    "a text in single quotes": "'text'",
    "a raw string": '"""text"""',
    "half a surrogate pair": '"half \\ud83d a horse"',
    "the other half": '"the other half \\udc0e of a horse"',
    "an escaped NUL": '"a\\u0000b"',
    "an unknown escape": '"a\\qb"',
    "an unfinished escape": '"a\\u12"',
    "a raw tab": '"a\tb"',
    "a raw line end": '"a\nb"',
}
