"""Summaries that have nothing in common with the code."""

import re
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.stems import PART, stem, word_set
from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text

_SMALL = word_set(
    """
    the and for with from that this into its given value values object function method class return returns get
    set string list data code when not all are has have using used use which other one two
    """
)


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find a summary of which no word of content stands in the code, its name included."""
    names = " ".join(parent.name for parent in subject.parents)
    keys = {stem(word) for word in PART.findall(f"{subject.code} {names}") if len(word) > 2}
    for text in texts:
        if text.place is Place.SUMMARY and subject.name:
            words = [w for w in re.findall(r"[A-Za-z]{3,}", text.words) if w.lower() not in _SMALL]
            if len(words) > 1 and not any(stem(part) in keys for word in words for part in PART.findall(word)):
                yield Fault(text, "The summary has no word in common with the code; say what this code does.")
