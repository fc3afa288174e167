"""Brackets and quotes that are opened and not closed."""

from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Text
from workhorse_core.system.lazy_regex import late_pattern

_CODE = late_pattern(r"(`+)[^`]+\1|'[^'\s]{1,3}'|\"[^\"\s]{1,3}\"")
_ASIDE = late_pattern(r"\[[^\[\]()]*,[^\[\]()]*\)|\([^\[\]()]*,[^\[\]()]*\]|[:;]-?[()](?!\w)")
"""Half-open intervals, and smileys."""
_NUMBERED = late_pattern(r"(?:^|\W)\w{1,2}$")
_SIGNS = frozenset("()[]{}'\"")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def find(texts: Sequence[Text], _: Subject) -> Iterator[Fault]:
    """Find texts with a bracket without its other half, or an odd number of quotation marks."""
    for text in texts:
        if _SIGNS.isdisjoint(text.words) and text.words.count("`") % 2 == 0:
            continue
        prose = _ASIDE.sub(" ", _CODE.sub(" ", text.words))
        if sign := _odd(prose):
            yield Fault(text, f"{text.label} has {sign} without its other half; finish the sentence.")


def _odd(prose: str) -> str:
    opened: list[str] = []
    for place, character in enumerate(prose):
        if character in "([{":
            opened.append(character)
        elif character in _PAIRS:
            if character == ")" and not opened and _NUMBERED.search(prose[:place]):
                continue  # "1) first"
            if not opened or opened.pop() != _PAIRS[character]:
                return character
    if opened:
        return opened[-1]
    return next((mark for mark in '`"' if prose.count(mark) % 2), "")
