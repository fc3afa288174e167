"""Words and their stems, in names and in prose alike."""

import re
from functools import cache

from workhorse_core.system.lazy_regex import late_pattern

PART = late_pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
"""One word of a name in snake_case or CamelCase."""


def word_set(text: str) -> frozenset[str]:
    """Split a text into a set of words."""
    return frozenset(text.split())


@cache
def stem(word: str) -> str:
    """Return the beginning of a word, which its other forms have as well."""
    word = re.sub(r"i(?:es|ed)$", "y", word.lower())
    return (re.sub(r"(?:ing|ed|es|e|s|er|or|ion|ly|al)$", "", word) if len(word) > 4 else word)[:5]
