"""Names of what comes back: ``get_header``, ``from_bytes``, ``to_dict``, and plain nouns."""

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
"""What they do may be no more than to give what is there."""


def converted(subject: Subject, words: list[str]) -> str | None:
    """``from_x``, ``to_x``, ``x_to_y``: one thing is made from another."""
    noun = subject.owner_noun
    head, rest = words[0], words[1:]
    if not rest or not subject.gives_something:
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
        if split_parts(rest) is None or SMALL_WORDS & set(rest) or _is_no_thing(rest):
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
        if _is_no_thing(left) or _is_no_thing(right):
            return ""
        if parts[1][0] == "to":
            return f"Convert {indefinite(left)} to {indefinite(right)}"
        return f"Create {indefinite(left)} from {indefinite(right)}"
    return None


def _is_no_thing(words: Sequence[str]) -> bool:
    """Whether words say how something is, not what: "as new", "local to UTC"."""
    return is_adjective(words[-1]) and words[-1] not in ADJECTIVAL_NOUNS


def indefinite_phrase(noun: str) -> str:
    """Write "a" or "an" before a noun that is spelled already."""
    last = noun.split()[-1]
    return noun if is_plural(last) or last in MASS_NOUNS else f"{article(noun)} {noun}"


def _object(words: Sequence[str]) -> str:
    return indefinite(words) if not SMALL_WORDS & set(words) else "the " + spell_all(words)


def gotten(subject: Subject, words: list[str]) -> str | None:
    """``get_x`` is about what comes back; ``num_x`` and ``x_count`` are numbers."""
    if words[0] == "get" and len(words) > 1:
        if not subject.gives_something:
            return None
        return value_text(subject, words[1:], "Return") or ""
    return None


def possessed(subject: Subject, words: list[str]) -> str | None:
    """``insert_id`` and ``start_time`` are things, where a method does nothing but give what its object has."""
    if len(words) < 2 or words[0] not in VERBS - _FINDING_VERBS or not _only_gives(subject):
        return None
    return value_text(subject, words, "Return")


def _only_gives(subject: Subject) -> bool:
    """Whether a method without parameters does nothing but give what its object has."""
    doing = (ast.Call, ast.Await, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Delete, ast.Raise, ast.Yield, ast.For)
    given = list(subject.returned())
    return (
        subject.owner is not None
        and not subject.signature.parameters
        and bool(given)
        and not any(isinstance(node, doing) for node in subject.nodes)
        and any(isinstance(value, ast.Attribute) for value in given)
    )


def named_value(subject: Subject, words: list[str]) -> str | None:
    """A noun as the name of a function that gives a value."""
    two_faced = words[0] in TWO_FACED and not is_adjective(words[0])
    if two_faced or not subject.gives_something or words[0] in HARD_WORDS | SMALL_WORDS:
        return None
    if _gives_truth(subject) or subject.gives_function or _gives_other(subject, words):
        return None
    if any(word in TWO_FACED - NOUNS_TOO for word in words):
        return None
    if any(word in PHRASAL or word in VERBS - TWO_FACED or singular(word) in VERBS - TWO_FACED for word in words):
        return None
    if singular(words[0]) in VERBS or words[-1] in FIRMLY_VERBS:
        return None
    if subject.signature.is_context_manager or len(words) == 1 or words[0].endswith("ing"):
        return None
    if _looks_like_deed(words[0]):
        return None
    return value_text(subject, words, "Yield" if subject.signature.yields else "Return")


def _gives_truth(subject: Subject) -> bool:
    """Tell whether it answers a question: then its name does not name what comes back."""
    if subject.signature.returns is not None:
        return BOOLEAN_TYPES.match(subject.signature.returns) is not None
    return any(
        isinstance(value, ast.Compare)
        or (isinstance(value, ast.Constant) and isinstance(value.value, bool))
        or (isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not))
        for value in subject.returned()
    )


def _gives_other(subject: Subject, words: list[str]) -> bool:
    """Tell whether what comes back is an object of a class that the name does not name."""
    made = [last_name(dotted(v.func) or "") for v in subject.returned() if isinstance(v, ast.Call)]
    if subject.signature.returns is not None and re.fullmatch(r"[\w.]+", subject.signature.returns):
        made.append(last_name(subject.signature.returns))
    classes = [split_words(name) for name in made if name.lstrip("_")[:1].isupper()]
    return any(cls and cls[-1] not in words for cls in classes if cls != ["any"])


def _looks_like_deed(word: str) -> bool:
    return word.endswith(("ize", "ise", "ify", "late", "rate", "cate", "en")) or (
        word.startswith(("un", "re", "de", "dis", "pre")) and re.sub(r"^(?:un|re|de|dis|pre)", "", word) in VERBS
    )


def value_text(subject: Subject, words: list[str], verb: str) -> str | None:
    """Write what comes back, and whose it is; None where the words are not the name of a thing."""
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
