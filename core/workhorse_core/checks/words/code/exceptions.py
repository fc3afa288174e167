"""Exceptions that a text names and the file does not."""

import re
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text
from workhorse_core.system.lazy_regex import late_pattern

_RAISES = late_pattern(r"\b(?:rais(?:e[sd]?|ing)|throw(?:s|n|ing)?)\b", re.IGNORECASE)
_NAME = late_pattern(r"(?<![\w.])(?:\w+\.)*([A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit)|StopIteration)\b")


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find claims that an exception is raised which neither the definition nor the file mentions."""
    for text in texts:
        if text.place is Place.RAISES:
            continue
        for sentence in text.sentences:
            if not _RAISES.search(sentence):
                continue
            foreign = [name for name in _NAME.findall(sentence) if name not in subject.file.words]
            if foreign:
                yield Fault(text, f"{text.label} names {foreign[0]}, which the code does not raise.", sentence)
