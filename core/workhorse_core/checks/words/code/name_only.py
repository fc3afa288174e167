"""Texts that only repeat the name."""

from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.stems import PART, stem, word_set
from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text

_EMPTY = word_set(
    """
    a an the this that these those of for to in on by with from and or its it is are be as at into given
    specified provided passed current object instance value values function method class parameter argument
    arguments input variable used use using do does perform process handle
    """
)


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find entries that only repeat their name, and docstrings of nothing but such texts."""
    for text in texts:
        if text.place is Place.PARAMETER and says_nothing(text.words, text.name):
            yield Fault(text, f"{text.label} is only its name; say what it means.")
        parameter = subject.parameters.get(text.name) if text.place is Place.PARAMETER else None
        if parameter is not None and parameter.annotation and text.words.rstrip(".") == parameter.annotation:
            yield Fault(text, f"{text.label} is only its type; say what it means.")
    if texts and all(_is_idle(text, subject) for text in texts):
        yield Fault(texts[0], "The summary says no more than the name; say what the code does.")


def _is_idle(text: Text, subject: Subject) -> bool:
    if text.place is Place.PARAMETER:
        return says_nothing(text.words, text.name)
    outer = subject.parents[-1].name if subject.parents else ""
    return says_nothing(text.words, f"{subject.name} {outer} {' '.join(subject.parameters)}")


def says_nothing(words: str, name: str) -> bool:
    """Return whether every word is one of the name, or a word without content."""
    known = {stem(word) for word in PART.findall(name)}
    return all(stem(word) in known or word.lower() in _EMPTY for word in PART.findall(words))
