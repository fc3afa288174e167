"""Texts that end in the middle of a sentence."""

from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.stems import word_set
from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text
from workhorse_core.system.lazy_regex import late_pattern

_OPEN = (",", ";", ":", "\u2013", "\u2014", "(", "[", "{", "&", " /", " +", " =", " -")
_DANGLING = word_set(
    """
    a an the and or nor but than if because whether its their your our whose every e.g i.e such very
    """
)
"""Words that end no sentence."""
_STRANDED = frozenset(["to", "by", "of", "for", "with", "from", "on", "at", "as"])
"""Prepositions that end an entry ("the file to read from"), but no summary; "log in" may end one."""
_INSIDE = late_pattern(r"[a-z]+ |[,;)]")


def find(texts: Sequence[Text], _: Subject) -> Iterator[Fault]:
    """Find texts whose last word cannot be the last, with or without a full stop after it."""
    for text in texts:
        words = text.words.rstrip()
        bare = words.rstrip(".")
        last = bare.rpartition(" ")[2]
        if words.endswith(("...", "\u2026")) or bare.endswith(_OPEN):
            yield Fault(text, f"{text.label} ends with {words[-1]!r}; finish the sentence.")
        elif text.place is Place.DESCRIPTION and _INSIDE.match(words):
            yield Fault(text, f"{text.label} begins in the middle of a sentence; leave it empty.")
        elif (last in _DANGLING or (text.place is Place.SUMMARY and last in _STRANDED)) and " " in bare:
            yield Fault(text, f"{text.label} ends with the word {last!r}; finish the sentence, shorter.")
