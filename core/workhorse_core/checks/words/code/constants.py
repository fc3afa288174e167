"""Values in a text that the code does not have."""

import re
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text
from workhorse_core.system.lazy_regex import late_pattern

_NUMBER = late_pattern(r"(?<![\w.'\"`#/%+-])(\d{2,}|[3-9])(?:\.0)?(?![\w.,'\"`:/%-]*[\w%])")
_DIGITS = late_pattern(r"\d+")
_EXAMPLE = late_pattern(r"\be\.g\.|\bexample|\bsuch as\b|\blike\b|\[\d+\]_|\bpage\b", re.IGNORECASE)
_STANDARD = late_pattern(
    r"\b(?:RFC|ISO|PEP|UTF|HTTP|Python|version|section|issue|IEEE|SHA|MD|base|IPv|Latin)[- ]?[\d.-]+", re.IGNORECASE
)


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find numbers that stand nowhere in the file, nor their neighbours; a description may give examples."""
    for text in texts:
        for sentence in text.sentences if text.place is not Place.DESCRIPTION else ():
            if value := _foreign(sentence, subject):
                yield Fault(text, f"{text.label} names the value {value}, which the code does not have.", sentence)


def _foreign(sentence: str, subject: Subject) -> str:
    known = frozenset(_DIGITS.findall(f"{subject.file.base} {subject.code}"))
    foreign = [number for number in _DIGITS.findall(sentence) if not _is_near(number, known)]
    if not foreign or _EXAMPLE.search(sentence):
        return ""
    return next((number for number in _NUMBER.findall(_STANDARD.sub(" ", sentence)) if number in foreign), "")


def _is_near(number: str, known: frozenset[str]) -> bool:
    value = int(number)
    return any(str(near) in known for near in (value - 1, value, value + 1))
