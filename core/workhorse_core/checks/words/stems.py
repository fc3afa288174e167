"""Words and their stems, in names and in prose alike."""

from functools import cache

from workhorse_core.system.lazy_regex import late_pattern

PART = late_pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
"""One word of a name in snake_case or CamelCase."""
_ENDINGS = ("ing", "ion", "ed", "es", "er", "or", "ly", "al", "e", "s")


def word_set(text: str) -> frozenset[str]:
    """Split a text into a set of words."""
    return frozenset(text.split())


@cache
def stem(word: str) -> str:
    """Return the beginning of a word, which its other forms have as well."""
    word = word.lower()
    if word.endswith(("ies", "ied")):
        word = f"{word[:-3]}y"
    ending = next((each for each in _ENDINGS if word.endswith(each)), "") if len(word) > 4 else ""
    return word.removesuffix(ending)[:5]
