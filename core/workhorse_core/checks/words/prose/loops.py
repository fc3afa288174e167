"""Texts that repeat themselves, or each other."""

from collections import Counter
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text
from workhorse_core.system.lazy_regex import late_pattern

_WORD = late_pattern(r"[\w'.-]*\w")
_TWICE = late_pattern(r"(?<![\w`'\"/.-])([A-Za-z]+) \1(?![\w`'\"/.(-])")
_MAY_REPEAT = frozenset({"that", "had", "is", "bla", "ab", "no"})
_RUN = 3
_NEAR = 12
"""Words between the same words said again, in a loop."""
_SHORT = 4
"""Words: shorter texts may be the same for two parameters."""


def find(texts: Sequence[Text], _: Subject) -> Iterator[Fault]:
    """Find a word twice in a row, the same words three times, a sentence twice, and two entries that are alike."""
    sentences: dict[tuple[str, ...], Text] = {}
    entries: dict[tuple[str, ...], Text] = {}
    counts = Counter(_key(text.words) for text in texts)
    for text in texts:
        if (match := _TWICE.search(text.words)) and match[1].lower() not in _MAY_REPEAT:
            yield Fault(text, f"{text.label} has the word {match[1]!r} twice in a row.", _sentence_with(text, match[0]))
        if run := _thrice(text.words):
            yield Fault(text, f"{text.label} goes round in circles ({run!r}); write one short sentence.")
        if counts[_key(text.words)] > 2 and not (text.name and text.name[:4].lower() in text.words.lower()):
            yield Fault(text, f"{text.label} is that of others too; say what this one is.")
        elif text.place is Place.PARAMETER:
            earlier = entries.setdefault(_key(text.words), text)
            if earlier is not text and len(_key(text.words)) >= _SHORT and not _are_alike(earlier.name, text.name):
                yield Fault(text, f"{text.label} is that about {earlier.name}; say what {text.name} is.")
        else:
            for sentence in text.sentences:
                key = _key(sentence)
                if key in sentences and len(key) >= _SHORT and text.place is not Place.RAISES:
                    yield Fault(text, f"{text.label} says the same twice; say it once.", sentence)
                sentences[key] = text


def _key(words: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(words))


def _are_alike(one: str, other: str) -> bool:
    """Whether two names are of one family ("node1" and "node2", "x" and "y"), so that one text may serve both."""
    shorter, longer = sorted((one.strip("_0123456789"), other.strip("_0123456789")), key=len)
    return len(shorter) < 3 or shorter[:3] == longer[:3] or shorter[-3:] == longer[-3:]


def _sentence_with(text: Text, words: str) -> str:
    return next((sentence for sentence in text.sentences if words in sentence), "")


def _thrice(words: str) -> str:
    """Return words that come three times, each soon after the other; "" where there are none."""
    tokens = _key(words)
    seen: dict[tuple[str, ...], list[int]] = {}
    for start in range(len(tokens) - _RUN + 1):
        places = seen.setdefault(tokens[start : start + _RUN], [])
        places.append(start)
        if len(places) >= 3 and places[-1] - places[-3] <= 2 * _NEAR:
            return " ".join(tokens[start : start + _RUN])
    return ""
