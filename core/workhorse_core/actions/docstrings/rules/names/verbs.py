"""Names that begin with a verb: ``parse_header``, ``add_cookie``, ``close``."""

import ast

from workhorse_core.actions.docstrings.rules.english.vocabulary import (
    ADJECTIVAL_NOUNS,
    CREATIVE_VERBS,
    DESTINATIONS,
    FIRMLY_VERBS,
    GIVING_VERBS,
    NOT_OBJECTS,
    NOUNS_TOO,
    OBJECT_VERBS,
    PARTICLES,
    PHRASAL,
    SELF_VERBS,
    TWO_FACED,
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
from workhorse_core.actions.docstrings.rules.names.well_known import is_exception
from workhorse_core.actions.docstrings.rules.subject import Subject

ADVERBS = frozenset({"once", "forever", "again", "later", "now", "recursively", "all", "lazily", "eagerly", "only"})
_ALONE = word_set(
    """
    compare connect convert count group iterate listen login logout look navigate read reconnect search sort
    split subscribe switch sync wait write
    """
)
"""Verbs that may be followed at once by "for", "to", "by"."""
_MADE_FOR = frozenset({"make", "build", "create", "generate"})
_ITS_OWN = word_set(
    "check clear close collect compute flush format load open print refresh render reset save update validate"
)
_SUFFIXES = word_set(
    "func fn function impl implementation helper wrapper cb callback method hook handler util inner internal sync async"
)
_MANNERS = ("default_", "new_", "max_", "min_", "is_", "num_", "n_", "use_", "with_", "allow_", "no_", "old_")


def command_sentence(subject: Subject, words: list[str]) -> str | None:
    """Describe a name that begins with a verb: the verb and its object."""
    verb, rest = words[0], words[1:]
    if verb in {"on", "handle"} and rest and subject.owner is not None and verb == "on":
        return ""
    if subject.returns_function and verb in VERBS - CREATIVE_VERBS:
        return ""  # the name of a decorator describes the function that it returns
    if verb == "raise" or (verb not in VERBS and verb not in PHRASAL):
        return "" if verb == "raise" else None
    if not rest:
        alone = _lone_verb(subject, verb) if subject.name.islower() else None  # ``Check`` makes a thing of that name
        return alone or ""
    if verb in TWO_FACED and not _is_command(subject, verb, rest):
        return ""
    return _iterated(verb, rest) if verb in {"iter", "aiter"} else _done(subject, verb, rest)


def _done(subject: Subject, verb: str, rest: list[str]) -> str:
    if rest[0] in PARTICLES:
        verb, rest = f"{PHRASAL.get(verb, verb)} {rest[0]}", rest[1:]
    parts = split_parts(rest)
    if (
        parts is None
        or rest == ["all"]
        or (rest and rest[-1] in PARTICLES)  # "reset the seqno out"
        or (
            rest and rest[0] in VERBS - (NOUNS_TOO if rest[1:] else NOUNS_TOO | TWO_FACED) and not is_adjective(rest[0])
        )
    ):
        return ""
    spoken = PHRASAL.get(verb, verb)
    if not parts[0][1]:
        return f"{spoken.capitalize()}{parts_text(parts[1:])}" if parts[1:] and verb in _ALONE else ""
    if len(rest) == 1 and rest[0] in _SUFFIXES and not any(rest[0] in name for name in subject.parameters):
        return ""  # "convert_func" is a function that converts
    if len({spell_all(noun) for _, noun in parts}) < len(parts):
        return ""  # "the arguments for the arguments"
    acted = _acted_on(verb, parts[0][1])
    whose = _owner_of(subject, verb, parts[0][1]) if len(parts) == 1 else ""
    return f"{spoken.capitalize()} {acted}{parts_text(parts[1:])}{whose}" if acted else ""


def _iterated(verb: str, rest: list[str]) -> str:
    parts = split_parts(rest)
    if parts is None or not parts[0][1] or is_adjective(parts[0][1][-1]):
        return ""
    return f"{PHRASAL[verb].capitalize()} {definite(parts[0][1])}{parts_text(parts[1:])}"


def _is_command(subject: Subject, verb: str, rest: list[str]) -> bool:
    """Return whether the words are a command ("format help"), and no thing ("request URL")."""
    if verb == "list" and not is_plural(rest[-1]):
        return False
    if not subject.returns_something or verb in FIRMLY_VERBS:
        return True
    return verb in {"group", "order", "count", "mark", "link", "search", "label", "tag", "merge"} and is_plural(
        rest[-1]
    )


def _acted_on(verb: str, words: list[str]) -> str | None:
    last = words[-1]
    if last in ADVERBS or last.endswith("ly"):
        return spell_all(words) if len(words) == 1 else None
    if is_adjective(last) and last not in {"default", "public", "private"} and last not in ADJECTIVAL_NOUNS:
        return None
    return indefinite(words) if verb in CREATIVE_VERBS else definite(words)


def _owner_of(subject: Subject, verb: str, acted: list[str]) -> str:
    """Return the owner where a method without parameters acts on an attribute of its object: "of the parameter"."""
    noun = "exception" if subject.owner is not None and is_exception(subject.owner) else subject.owner_noun
    own = subject.owner is not None and not (subject.signature.is_classmethod or subject.signature.is_staticmethod)
    if not noun or not own or subject.required or spell_all(acted) in noun or noun in spell_all(acted):
        return ""
    if acted[-1] in ADVERBS or acted[-1].endswith("ly") or not _reads_self(subject):
        return ""
    return f" for the {noun}" if verb in _MADE_FOR else f" of the {noun}" if verb in _ITS_OWN else ""


def _reads_self(subject: Subject) -> bool:
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
        for node in subject.nodes
    )


def _lone_verb(subject: Subject, verb: str) -> str | None:
    """Describe a lone verb: it acts on the first parameter, or on the object itself."""
    required = [p for p in subject.signature.parameters if p.default is None and not p.label.startswith("*")]
    spoken = PHRASAL.get(verb, verb).capitalize()
    if required:
        if len(required) > 1 and [p.name for p in required[1:]] != ["value"]:
            return None
        if verb == "set" and [p.name for p in required[1:]] == ["value"]:
            return f"Set ``{required[0].name}`` to ``value``"
        if len(required) > 1:
            return None
        if verb in OBJECT_VERBS and not required[0].name.startswith("_") and _is_object(verb, required[0].name):
            return f"{spoken} ``{required[0].name}``"
        return None
    noun = subject.owner_noun
    if noun is None or subject.signature.is_classmethod or subject.signature.is_staticmethod:
        return None
    if verb == "copy" and subject.signature.returns_value:
        return f"Return a copy of the {noun}"
    return f"{spoken} the {noun}" if verb in SELF_VERBS else None


def _is_object(verb: str, name: str) -> bool:
    """Return whether a parameter may be the object of a verb: no modifier, no destination, no lone letter."""
    if verb in GIVING_VERBS and name.rpartition("_")[2].removesuffix("obj") in DESTINATIONS:
        return False
    return len(name) > 1 and name not in NOT_OBJECTS and not name.startswith(_MANNERS)
