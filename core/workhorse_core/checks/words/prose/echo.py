"""Sentences taken from the question: its instructions, its examples, or another docstring that it showed."""

from collections.abc import Iterable, Iterator, Sequence

from workhorse_core.checks.words.text import Fault, Place, Text
from workhorse_core.system.lazy_regex import late_pattern

_WORD = late_pattern(r"\w+")
_RUN = 6
"""So many words in a row that stand in the question are no accident."""


def find_prompt(texts: Sequence[Text], prompt: Iterable[str], code: str) -> Iterator[Fault]:
    """Find texts with six words in a row of the prompt that the code has not; ``prompt`` are its constant texts."""
    asked = {run for part in prompt for run in _runs(part)}
    own = _runs(code)
    for text in texts:
        for sentence in text.sentences:
            if (asked & _runs(sentence)) - own:
                yield Fault(text, f"{text.label} repeats the instructions; describe this code.", sentence)


def find_other(texts: Sequence[Text], others: Iterable[str]) -> Iterator[Fault]:
    """Find sentences that are those of another docstring, whole; short ones may agree by chance."""
    known = {key for other in others if len(key := _key(other)) >= _RUN}
    for text in texts:
        for sentence in text.sentences if text.place in (Place.SUMMARY, Place.DESCRIPTION) else ():
            if _key(sentence) in known:
                yield Fault(text, f"{text.label} is that of another definition; describe this one.", sentence)


def _key(sentence: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(sentence))


def _runs(words: str) -> set[tuple[str, ...]]:
    key = _key(words)
    return {key[start : start + _RUN] for start in range(len(key) - _RUN + 1)}
