"""Sentences taken from the question: its instructions or its examples."""

from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Text, word_key

_RUN = 6
"""So many words in a row that stand in the question are no accident."""


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find texts with six words in a row of the prompt's constant texts that the code has not."""
    asked = {run for part in subject.prompt for run in _runs(part)}
    own = _runs(subject.code)
    for text in texts:
        for sentence in text.sentences:
            if (asked & _runs(sentence)) - own:
                yield Fault(text, f"{text.label} repeats the instructions; describe this code.", sentence)


def _runs(words: str) -> set[tuple[str, ...]]:
    key = word_key(words)
    return {key[start : start + _RUN] for start in range(len(key) - _RUN + 1)}
