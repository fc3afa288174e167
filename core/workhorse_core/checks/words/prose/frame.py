"""Words about the answer, marks of the chat, and what stands for a text still to be written."""

import re
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Text
from workhorse_core.languages.python.docstring.marks import find_marks
from workhorse_core.system.lazy_regex import late_pattern

_ABOUT = late_pattern(
    r"^(?:(?:The|This) (?:code|snippet)|The (?:function|method|class) `?[A-Za-z_.]+`?(?: is|:| \w+s\b))"
)
_FIELD = late_pattern(r"^(?:summary|description|args|returns?|raises|yields|docstring|name):", re.IGNORECASE)
_BEGINNINGS = (
    (_ABOUT, "talks about the code as a text; begin with what it does"),
    (_FIELD, "begins with the name of a field"),
)


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find texts that are not about the code; words of the code itself are allowed."""
    for text in texts:
        mark, fault = next(_marks(text.words, subject.code), ("", ""))
        if mark:
            sentence = next((each for each in text.sentences if mark in each), "")
            yield Fault(text, f"{text.label} {fault}.", sentence)


def _marks(words: str, code: str) -> Iterator[tuple[str, str]]:
    for pattern, fault in _BEGINNINGS:
        match = pattern.match(words)
        if match and match[0].lower().rstrip("s") not in code.lower():
            yield match[0], fault
    yield from find_marks(words, code)
