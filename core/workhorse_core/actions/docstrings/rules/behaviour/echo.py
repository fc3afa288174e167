"""Sentences that repeat a name."""

import re

from workhorse_core.actions.docstrings.rules.english.vocabulary import word_set
from workhorse_core.actions.docstrings.rules.english.words import spell, split_words

_SMALL = word_set(
    """
    a an and as at by for from if in into is it its itself nor not of on or that the this to with return returns set
    get self cls whether call yield be are was do does perform provide none given
    """
)


def says_only(text: str, *names: str) -> bool:
    """Return whether a text has no content word beyond those of names."""
    known = {part.lower() for name in names for word in split_words(name) for part in (word, *spell(word).split())}
    stems = {_stem(word) for word in known}
    words = [part for word in re.findall(r"[A-Za-z_]+", text) for part in split_words(word)]
    said = {_stem(part.lower()) for word in words for part in (word, *spell(word).split()) if part not in _SMALL}
    return said <= stems


def _stem(word: str) -> str:
    return re.sub(r"(?:ations?|ions?|ates?|ies|ing|es|ed|s|e)$", "", word)
