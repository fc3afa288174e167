"""Things in a text that the code has no trace of."""

import re
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.code.vocabulary import CONCEPTS, general_stems
from workhorse_core.checks.words.stems import PART, stem
from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Text
from workhorse_core.system.lazy_regex import late_pattern

_CODE = late_pattern(r"(`+)[^`]*\1|'[^'\s]*'|\"[^\"]*\"")
_WORD = late_pattern(r"(?<![\w._/:-])(?:[A-Za-z][a-z]{2,}|[A-Z]{3,})(?![\w(/]|\.\w)")
_SHORT = 3
"""Letters: shorter words are no evidence."""


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find words for a thing ("CSV", "decorator") of which neither the code nor its name has a trace."""
    shown = f"{subject.place}\n{subject.code}"
    keys = {stem(word) for word in PART.findall(shown) if len(word) >= _SHORT}
    shown = shown.lower()
    for text in texts:
        for sentence in text.sentences:
            words = _WORD.findall(_CODE.sub(" ", sentence))
            if foreign := next((word for word in words if _is_foreign(word.lower(), shown, keys, subject)), ""):
                yield Fault(text, f"{text.label} speaks of {foreign!r}, which the code does not show.", sentence)


def _is_foreign(word: str, shown: str, keys: set[str], subject: Subject) -> bool:
    forms = (word, word.removesuffix("s"), word.removesuffix("es"), re.sub("ies$", "y", word))
    if stem(word) in keys or any(len(form) > _SHORT and form in shown for form in forms):
        return False
    cue = next((CONCEPTS[form] for form in forms if form in CONCEPTS), None)
    if cue is not None:
        return not re.search(cue, shown, re.IGNORECASE)
    return len(word) > _SHORT and not {stem(word)} & (general_stems() | subject.file.stems)
