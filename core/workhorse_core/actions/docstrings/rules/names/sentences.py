"""Sentences from a function's name and signature: "parse_header" is "Parse the header."."""

from workhorse_core.actions.docstrings.rules.english.vocabulary import (
    ACRONYMS,
    ADJECTIVES,
    EMPTY_NAMES,
    HARD_WORDS,
    PARTICLES,
    PHRASAL,
    SMALL_WORDS,
    SPELLED,
    TWO_FACED,
    VERBS,
    word_set,
)
from workhorse_core.actions.docstrings.rules.english.words import (
    is_adjective,
    plural,
    sentence,
    spell_all,
    split_words,
)
from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.names.questions import BOOLEAN_TYPES, predicate_sentence, whether_clause
from workhorse_core.actions.docstrings.rules.names.values import (
    COUNTED,
    attribute_sentence,
    conversion_sentence,
    getter_sentence,
    noun_sentence,
)
from workhorse_core.actions.docstrings.rules.names.verbs import command_sentence
from workhorse_core.actions.docstrings.rules.subject import Subject

_SOURCE = "name"


def name_summary(subject: Subject) -> Phrase | None:
    """Turn the name into a sentence, None where it is empty or cannot be understood."""
    words = split_words(subject.name)
    if subject.function is None or not words or subject.name in EMPTY_NAMES or words[0] in {"test", "pytest"}:
        return None
    if subject.name.startswith("__") and subject.name.endswith("__"):
        return None  # Python's own; the well-known ones have a convention
    if (
        subject.signature.is_setter
        or subject.signature.is_deleter
        or any(_is_unknown(word) for word in words[1:] or words)
    ):
        return None
    text = _property(subject, words) if subject.signature.is_property else _function(subject, words)
    return Phrase(sentence(text), _SOURCE, formula=True) if text else None


def _is_unknown(word: str) -> bool:
    """Return whether a word is a letter, or an uncommon abbreviation ("dl", "dst")."""
    known = (SPELLED.keys(), ACRONYMS, ADJECTIVES, SMALL_WORDS, HARD_WORDS, PARTICLES, VERBS, PHRASAL.keys())
    if len(word) == 1 or any(word in words for words in known):
        return len(word) == 1
    return word.isalpha() and (len(word) == 2 or (len(word) == 3 and not set(word) & set("aeiouy")))


def _function(subject: Subject, words: list[str]) -> str | None:
    for rule in (
        predicate_sentence,
        conversion_sentence,
        getter_sentence,
        attribute_sentence,
        command_sentence,
        noun_sentence,
    ):
        text = rule(subject, words)
        if text is not None:
            return text or None
    return None


def _property(subject: Subject, words: list[str]) -> str | None:
    noun = subject.owner_noun
    returns = subject.signature.returns
    if words[0] in {"is", "has", "can", "should", "was", "needs", "supports"}:
        clause = whether_clause(subject, words)
        return clause[0].upper() + clause[1:] if clause and (not returns or BOOLEAN_TYPES.match(returns)) else None
    if noun is None:
        return None
    if returns == "bool":
        return f"Whether the {noun} is {spell_all(words)}" if is_adjective(words[-1]) and len(words) <= 2 else None
    if (
        set(words) & (HARD_WORDS | SMALL_WORDS)
        or is_adjective(words[-1])
        or (words[0] in VERBS and words[0] not in TWO_FACED)
    ):
        return None
    if spell_all(words) == noun or (len(words) == 1 and words[0] in EMPTY_NAMES):
        return None
    return f"{_value_noun(words)} of the {noun}"


def _value_noun(words: list[str]) -> str:
    if words[0] in COUNTED and len(words) > 1:
        return f"The number of {spell_all([*words[1:-1], plural(words[-1])])}"
    return "The " + spell_all(words)


_PLAIN_VERBS = word_set(
    """
    add append apply assert authenticate build calculate cancel check clean clear close collect compare compute connect
    convert copy create decode delete disable disconnect download enable encode ensure execute extract fetch filter find
    format generate get initialize insert install load merge open parse prepare read rebuild register reload remove
    rename render replace request reset resolve restore retrieve save search send serialize set setup split start stop
    store unregister update upload validate verify write is has can make
    """
)


def is_plain_name(subject: Subject) -> bool:
    """Return whether a name is a plain verb and whole words: then its sentence may stand above evidence."""
    words = split_words(subject.name)
    if any(not word.isalpha() or not set(word) & set("aeiouy") for word in words):
        return False
    if set(words) & SMALL_WORDS or any(SPELLED.get(word, word).lower() != word for word in words):
        return False  # "the configuration from the file name", "the position integer"
    return subject.signature.is_property or words[0] in _PLAIN_VERBS
