"""Sentences of another definition in the file."""

from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text, word_key

_LEAST = 6
"""Words: shorter sentences may agree by chance."""


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find sentences that are, whole, those of a definition with another name; twins of one name may share them."""
    for text in texts:
        for sentence in text.sentences if text.place in (Place.SUMMARY, Place.DESCRIPTION) else ():
            key = word_key(sentence)
            if len(key) >= _LEAST and subject.file.names_by_sentence.get(key, {subject.name}) != {subject.name}:
                yield Fault(text, f"{text.label} is that of another definition; describe this one.", sentence)
