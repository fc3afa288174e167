"""Every kind of fault by its name, each loaded only where a text could have it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

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
        for fault in KINDS[kind](texts, subject)
    ]


def _has(words: str, signs: Iterable[str]) -> bool:
    return any(sign in words for sign in signs)


def _cut(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.prose.cut import find

    return find(texts)


def _balance(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.prose.balance import find

    return find(texts)


def _loops(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.prose.loops import find

    return find(texts)


def _script(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.prose.script import find

    return find(texts, subject.file.base)


def _frame(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.prose.frame import find

    return find(texts, subject.code)


def _names(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.code.names import find

    return find(texts, subject)


def _defaults(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.code.defaults import find

    return find(texts, subject)


def _results(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.code.results import find

    return find(texts, subject)


def _exceptions(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.code.exceptions import find

    return find(texts, subject)


def _flags(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.code.flags import find

    return find(texts, subject)


def _guards(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.code.guards import find

    return find(texts, subject)


def _todo(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.code.todo import find

    return find(texts, subject)


def _constants(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.code.constants import find

    return find(texts, subject)


def _name_only(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.code.name_only import find

    return find(texts, subject)


def _ungrounded(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.code.ungrounded import find

    return find(texts, subject)


def _usage(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.code.usage import find

    return find(texts, subject)


def _echo(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.prose.echo import find_prompt

    return find_prompt(texts, subject.prompt, subject.code)


def _coverage(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    from workhorse_core.checks.words.code.coverage import find

    return find(texts, subject)


KINDS: dict[str, Find] = {
    "cut": _cut,
    "unbalanced": _balance,
    "repetition": _loops,
    "script": _script,
    "frame": _frame,
    "echo": _echo,
    "unknown-name": _names,
    "ungrounded": _ungrounded,
    "unrelated": _coverage,
    "parameter": _usage,
    "default": _defaults,
    "result": _results,
    "exception": _exceptions,
    "flag": _flags,
    "guard": _guards,
    "todo": _todo,
    "value": _constants,
    "name-only": _name_only,
}
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
FROM_CODE_ALONE = frozenset({"ungrounded", "unrelated"})
"""Kinds for what a model writes: rules may quote the project's words from elsewhere."""
