"""Predicate names: ``is_valid``, ``has_children``, ``can_read``."""

from workhorse_core.actions.docstrings.rules.english.vocabulary import (
    HARD_WORDS,
    VERBS,
    word_set,
)
from workhorse_core.actions.docstrings.rules.english.words import (
    definite,
    indefinite,
    is_adjective,
    is_plural,
    parts_text,
    spell_all,
    split_parts,
)
from workhorse_core.actions.docstrings.rules.names.verbs import ADVERBS
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.system.lazy_regex import late_pattern

BOOLEAN_TYPES = late_pattern(r"^(?:bool|(?:typing\.|t\.|te\.|typing_extensions\.)?Type(?:Guard|Is)\[.*)$")


_STATES = word_set(
    """
    active alive allowed available closed connected disabled empty enabled expired installed invalid loaded locked
    missing open present ready required running set usable valid visible
    """
)
"""Adjectives that may follow their noun: ``is_connection_usable``; not "is case sensitive", "is read only"."""


def predicate_sentence(subject: Subject, words: list[str]) -> str | None:
    """Describe ``is_valid``: whether the object, or the first parameter, is valid."""
    if words[-1] == "exists" and subject.returns_something:
        return _existence_sentence(subject, words[:-1])
    if words[0] not in {"is", "has", "can", "should", "was", "are", "needs", "supports", "contains", "allows"}:
        return None
    text = whether_clause(subject, words)
    returns = subject.signature.returns
    fits = BOOLEAN_TYPES.match(returns) if returns else subject.returns_something
    return f"Return {text}" if text and fits else ""


def _existence_sentence(subject: Subject, words: list[str]) -> str:
    """Describe ``table_exists``: whether there is one; alone it is about the topic."""
    if not words:
        topic = topic_of(subject)
        return f"Return whether {topic} exists" if topic else ""
    parts = split_parts(words)
    if parts is None or len(parts) > 1 or is_adjective(words[-1]):
        return ""
    return f"Return whether {definite(words)} {'exist' if is_plural(words[-1]) else 'exists'}"


def whether_clause(subject: Subject, words: list[str]) -> str | None:
    """Turn such a name into a clause that begins with "whether"."""
    topic = topic_of(subject)
    head, rest, named = words[0], words[1:], ""
    required = subject.required
    if head in {"has", "contains", "supports", "allows"} and subject.owner_noun and len(required) == 1:
        topic, named = f"the {subject.owner_noun}", f" ``{required[0]}``"
    if not rest or topic is None or set(rest) & HARD_WORDS:
        return None
    parts = split_parts(rest)
    if parts is None or not parts[0][1]:
        return None
    first = parts[0][1]
    tail = parts_text(parts[1:])
    if head in {"is", "was"}:
        return f"whether {_predicate(head, topic, first)}{tail}"
    if head == "has":
        if is_adjective(first[-1]):
            return (
                f"whether {topic} has {spell_all(first)}{tail}"
                if first[-1].endswith("ed") and len(first) == 1
                else None
            )
        return f"whether {topic} has {indefinite(first)}{tail}{named}"
    if head in {"supports", "contains", "allows", "needs"}:
        return f"whether {topic} {head} {indefinite(first)}{tail}"
    if head == "can" and (first[0] in VERBS or first[0] in {"be", "have"}):
        return f"whether {topic} can {spell_all(first)}{tail}"
    if head == "should" and first[0] in VERBS:
        return f"whether to {spell_all(first)}{tail}"
    return None


def _predicate(verb: str, topic: str, words: list[str]) -> str:
    """Describe the topic, or the noun before the adjective: "the connection is usable"."""
    if len(words) > 1 and words[-1] in _STATES and not _qualifies(words[-2]):
        topic, words = definite(words[:-1]), words[-1:]
    return f"{topic} {_agreeing(verb, topic)} {_complement(words)}"


def _agreeing(verb: str, topic: str) -> str:
    many = not topic.endswith("`") and is_plural(topic.split()[-1])
    return {"is": "are", "was": "were"}.get(verb, verb) if many else verb


def _qualifies(word: str) -> bool:
    """Return whether a word modifies the adjective after it: "fully connected", "not empty"."""
    return word in HARD_WORDS or word in ADVERBS or word.endswith("ly") or is_adjective(word)


def _complement(words: list[str]) -> str:
    """Return the complement of "is": "closed", "a directory", "an IPv4 address"."""
    last = words[-1]
    if is_adjective(last) or last in ADVERBS or words[0] == "all":
        return spell_all(words)
    if last.endswith("ing") and len(words) == 1:
        return last
    return indefinite(words)


def topic_of(subject: Subject) -> str | None:
    """Return the topic of a predicate: the object of a method without parameters, else the first parameter."""
    required = [p for p in subject.signature.parameters if p.default is None]
    if subject.owner is not None and not subject.signature.is_staticmethod:
        if required:
            return f"``{required[0].name}``" if len(required) == 1 and not required[0].label.startswith("*") else None
        noun = subject.owner_noun
        return f"the {noun}" if noun else None
    if len(required) == 1 and not required[0].label.startswith("*"):
        return f"``{required[0].name}``"
    return None
