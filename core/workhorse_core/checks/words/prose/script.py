"""Characters of another script than the file's."""

import unicodedata
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Text

_OURS = ("LATIN", "MICRO", "DEGREE", "FEMININE", "MASCULINE", "GREEK", "SUPERSCRIPT", "SUBSCRIPT", "MODIFIER")


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find letters of a script in which nothing in the file is written; Greek ones are symbols."""
    for text in texts:
        if text.words.isascii():
            continue
        scripts = _scripts(text.words)
        if scripts and (foreign := scripts - _scripts(subject.file.base)):
            name = ", ".join(sorted(foreign)).lower()
            sentence = next((each for each in text.sentences if _scripts(each) & foreign), "")
            yield Fault(text, f"{text.label} changes to another script ({name}); write English only.", sentence)


def _scripts(words: str) -> set[str]:
    names = {
        unicodedata.name(character, "UNKNOWN").split()[0].split("-")[0]
        for character in set(words)
        if not character.isascii() and character.isalpha()
    }
    return {name for name in names if name not in _OURS}
