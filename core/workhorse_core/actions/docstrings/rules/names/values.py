"""Names of results: ``get_header``, ``from_bytes``, ``to_dict``, and plain nouns."""

import ast
import re
from collections.abc import Sequence

from workhorse_core.actions.docstrings.rules.english.vocabulary import (
    ADJECTIVAL_NOUNS,
    FIRMLY_VERBS,
    HARD_WORDS,
    MASS_NOUNS,
    NOUNS_TOO,
    PHRASAL,
    SMALL_WORDS,
    TWO_FACED,
    VERBS,
    word_set,
)
from workhorse_core.actions.docstrings.rules.english.words import (
    article,
    definite,
    indefinite,
    is_adjective,
    is_plural,
    parts_text,
    plural,
    singular,
    spell_all,
    split_parts,
    split_words,
)
from workhorse_core.actions.docstrings.rules.names.questions import BOOLEAN_TYPES, topic_of
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.nodes import dotted, last_name

COUNTED = frozenset({"count", "num", "n", "number"})
_VAGUE = frozenset(
    {"value", "values", "dict", "result", "results", "object", "obj", "data", "info", "item", "items", "list"}
)

_FINDING_VERBS = word_set(
    """
    access calculate choose compute derive determine expose extract fetch find get give identify infer inspect load
    lookup obtain peek pick provide query read resolve retrieve return select show view
    """
)
"""Verbs of functions that may only return what exists."""


def conversion_sentence(subject: Subject, words: list[str]) -> str | None:
    """Describe ``from_x``, ``to_x``, ``x_to_y``: one thing is made from another."""
    noun = subject.owner_noun
    head, rest = words[0], words[1:]
    if not rest or not subject.returns_something:
        return "" if head in {"from", "to", "as"} else None
    if head == "from":
        if (
            not (subject.signature.is_classmethod or subject.signature.is_staticmethod)
            or not noun
            or split_parts(rest) is None
        ):
            return ""
        return f"Create {indefinite_phrase(noun)} from {_object(rest)}"
    if head in {"to", "as"}:
        if split_parts(rest) is None or SMALL_WORDS & set(rest) or _is_adjectival(rest):
            return ""
        if subject.owner is not None and not subject.signature.is_staticmethod:
            link = "as"
            return f"Return the {noun} {link} {indefinite(rest)}" if noun and not subject.required else ""
        topic = topic_of(subject)
        return f"Convert {topic} to {indefinite(rest)}" if topic else ""
    parts = split_parts(words)
    if (
        parts
        and len(parts) == 2
        and parts[1][0] in {"to", "from"}
        and words[0] not in VERBS | TWO_FACED
        and parts[0][1]
    ):
        left, right = parts[0][1], parts[1][1]
        if _is_adjectival(left) or _is_adjectival(right):
            return ""
        if parts[1][0] == "to":
            return f"Convert {indefinite(left)} to {indefinite(right)}"
        return f"Create {indefinite(left)} from {indefinite(right)}"
    return None


def _is_adjectival(words: Sequence[str]) -> bool:
    """Return whether words are an adjective, no noun: "as new", "local to UTC"."""
    return is_adjective(words[-1]) and words[-1] not in ADJECTIVAL_NOUNS


def indefinite_phrase(noun: str) -> str:
    """Put "a" or "an" before a noun that is spelled already."""
    last = noun.split()[-1]
    return noun if is_plural(last) or last in MASS_NOUNS else f"{article(noun)} {noun}"


def _object(words: Sequence[str]) -> str:
    return indefinite(words) if not SMALL_WORDS & set(words) else "the " + spell_all(words)


def getter_sentence(subject: Subject, words: list[str]) -> str | None:
    """Describe ``get_x`` by its result; ``num_x`` and ``x_count`` are numbers."""
    if words[0] == "get" and len(words) > 1:
        if not subject.returns_something:
            return None
        return result_text(subject, words[1:], "Return") or ""
    return None


def attribute_sentence(subject: Subject, words: list[str]) -> str | None:
    """Describe ``insert_id`` and ``start_time`` as things, where a method only returns what its object has."""
    if len(words) < 2 or words[0] not in VERBS - _FINDING_VERBS or not _is_getter(subject):
        return None
    return result_text(subject, words, "Return")


def _is_getter(subject: Subject) -> bool:
    """Return whether a method without parameters only returns what its object has."""
    doing = (ast.Call, ast.Await, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Delete, ast.Raise, ast.Yield, ast.For)
    given = list(subject.returned())
    return (
        subject.owner is not None
        and not subject.signature.parameters
        and bool(given)
        and not any(isinstance(node, doing) for node in subject.nodes)
        and any(isinstance(value, ast.Attribute) for value in given)
    )


def noun_sentence(subject: Subject, words: list[str]) -> str | None:
    """Describe a function that returns a value and is named by a noun."""
    two_faced = words[0] in TWO_FACED and not is_adjective(words[0])
    if two_faced or not subject.returns_something or words[0] in HARD_WORDS | SMALL_WORDS:
        return None
    if _is_predicate(subject) or subject.returns_function or _returns_other(subject, words):
        return None
    if any(word in TWO_FACED - NOUNS_TOO for word in words):
        return None
    if any(word in PHRASAL or word in VERBS - TWO_FACED or singular(word) in VERBS - TWO_FACED for word in words):
        return None
    if singular(words[0]) in VERBS or words[-1] in FIRMLY_VERBS:
        return None
    if subject.signature.is_context_manager or len(words) == 1 or words[0].endswith("ing"):
        return None
    if _looks_like_command(words[0]):
        return None
    return result_text(subject, words, "Yield" if subject.signature.yields else "Return")


def _is_predicate(subject: Subject) -> bool:
    """Return whether it is a predicate: then its name is not that of the result."""
    if subject.signature.returns is not None:
        return BOOLEAN_TYPES.match(subject.signature.returns) is not None
    return any(
        isinstance(value, ast.Compare)
        or (isinstance(value, ast.Constant) and isinstance(value.value, bool))
        or (isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not))
        for value in subject.returned()
    )


def _returns_other(subject: Subject, words: list[str]) -> bool:
    """Return whether the result is of a class that the name does not name."""
    made = [last_name(dotted(v.func) or "") for v in subject.returned() if isinstance(v, ast.Call)]
    if subject.signature.returns is not None and re.fullmatch(r"[\w.]+", subject.signature.returns):
        made.append(last_name(subject.signature.returns))
    classes = [split_words(name) for name in made if name.lstrip("_")[:1].isupper()]
    return any(cls and cls[-1] not in words for cls in classes if cls != ["any"])


def _looks_like_command(word: str) -> bool:
    return word.endswith(("ize", "ise", "ify", "late", "rate", "cate", "en")) or (
        word.startswith(("un", "re", "de", "dis", "pre")) and re.sub(r"^(?:un|re|de|dis|pre)", "", word) in VERBS
    )


def result_text(subject: Subject, words: list[str], verb: str) -> str | None:
    """Describe the result and its owner; None where the words are no noun."""
    if words[0] in COUNTED and len(words) > 1 and words[1] not in SMALL_WORDS:
        words = words[2:] if words[1] == "of" else words[1:]
        return f"{verb} the number of {spell_all([*words[:-1], plural(words[-1])])}"
    if len(words) > 1 and words[-1] == "count":
        return f"{verb} the number of {spell_all([*words[:-2], plural(words[-2])])}"
    parts = split_parts(words)
    if parts is None or not parts[0][1] or is_adjective(parts[0][1][-1]) or {"or", "and"} & set(words):
        return None
    if verb == "Yield" and not is_plural(parts[0][1][-1]):
        return None
    owner = subject.owner_noun
    uses_self = any(isinstance(node, ast.Name) and node.id == "self" for node in subject.nodes)
    of = (
        f" of the {owner}"
        if owner and uses_self and not subject.required and len(parts) == 1 and not subject.signature.is_classmethod
        else ""
    )
    if not of and set(parts[0][1]) <= _VAGUE and not parts[1:]:
        return None
    return f"{verb} {definite(parts[0][1])}{parts_text(parts[1:])}{of if spell_all(parts[0][1]) != owner else ''}"
