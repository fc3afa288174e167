"""Every kind of fault by its name, each loaded only where a text could have it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import cast

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text

Find = Callable[[Sequence[Text], Subject], Iterator[Fault]]
Trigger = Callable[[str, Collection[Place], Subject], bool]


_RESULTS = ("return", "get", "retrieve", "calculate", "compute")
_CASES = ("if ", "when ", "unless ")
_STATES = ("true", "false", "none", "set", "given", "provided", "omitted", "specified")
_FRAMES = (
    *("todo", "fixme", "tbd", "lorem", "docstring", "description", "summary", "[text]", " here", "here's", "here is"),
    *("<", "&", "inst]", ":", "```", "{", "}", "[", "]", "#", "code", "snippet"),
    *("the function", "the method", "the class", "as an ai", "sure", "certainly", "okay", "of course", "below"),
    *("i have", "i will", "i can", "i am", "i don"),
)


def find_faults(texts: Sequence[Text], subject: Subject, kinds: Iterable[str] | None = None) -> list[Fault]:
    """Find the faults of one docstring's texts, by all kinds or by these."""
    words = "\n".join(text.words for text in texts).lower()
    places = {text.place for text in texts}
    return [
        fault._replace(kind=kind)
        for kind in kinds or KINDS
        if kind not in TRIGGERS or TRIGGERS[kind](words, places, subject)
        for fault in _finder(kind)(texts, subject)
    ]


@cache
def _finder(kind: str) -> Find:
    return cast("Find", import_module(f"workhorse_core.checks.words.{KINDS[kind]}").find)


def _has(words: str, signs: Iterable[str]) -> bool:
    return any(sign in words for sign in signs)


KINDS = {
    "cut": "prose.cut",
    "unbalanced": "prose.balance",
    "repetition": "prose.loops",
    "script": "prose.script",
    "frame": "prose.frame",
    "echo": "prose.echo",
    "copied": "code.copied",
    "unknown-name": "code.names",
    "ungrounded": "code.ungrounded",
    "unrelated": "code.coverage",
    "parameter": "code.usage",
    "default": "code.defaults",
    "result": "code.results",
    "exception": "code.exceptions",
    "flag": "code.flags",
    "guard": "code.guards",
    "todo": "code.todo",
    "value": "code.constants",
    "name-only": "code.name_only",
}
"""The module of each kind; its ``find(texts, subject)`` yields faults."""
TRIGGERS: dict[str, Trigger] = {
    "unbalanced": lambda words, _places, _subject: any(mark in words for mark in '()[]{}`"'),
    "frame": lambda words, _places, _subject: _has(words, _FRAMES),
    "script": lambda words, _places, _subject: not words.isascii(),
    "echo": lambda _words, _places, subject: bool(subject.prompt),
    "unknown-name": lambda words, _places, _subject: "`" in words or "_" in words,
    "parameter": lambda _words, places, _subject: Place.PARAMETER in places,
    "default": lambda words, _places, _subject: "default" in words,
    "result": lambda words, places, _subject: Place.RETURNS in places or _has(words, _RESULTS),
    "exception": lambda words, _places, _subject: "rais" in words or "throw" in words,
    "flag": lambda words, _places, subject: _has(words, _CASES) and _has(words, _STATES) and bool(subject.parameters),
    "guard": lambda _words, places, _subject: Place.RAISES in places,
    "todo": lambda _words, _places, subject: "#" in subject.code,
    "value": lambda words, _places, _subject: any(digit in words for digit in "0123456789"),
}
"""What words, in lower case, of which places, could have a kind at all; the others are looked for always."""
FROM_CODE_ALONE = frozenset({"copied", "ungrounded", "unrelated"})
"""Kinds for what a model writes: rules may quote the project's words from elsewhere."""
