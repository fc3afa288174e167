"""Conditions of an exception of which a part is left out."""

import ast
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text
from workhorse_core.languages.python.guards import GuardKind
from workhorse_core.languages.python.nodes import last_name
from workhorse_core.languages.python.raised import Raised, read_escapes
from workhorse_core.system.lazy_regex import late_pattern

_WORD = late_pattern(r"[a-z]+|\d+")


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find texts about an exception that name one operand of an ``and`` and not the other."""
    if subject.function is None or not any(text.place is Place.RAISES for text in texts):
        return
    raised = read_escapes(subject.function).raised
    for text in texts:
        if text.place is not Place.RAISES:
            continue
        places = [each for each in raised if last_name(each.exception) == last_name(text.name)]
        if len(places) == 1 and (missing := _missing(text.words, places[0], subject)):
            yield Fault(text, f"{text.label} leaves a condition out: {missing}.")


def _missing(words: str, raised: Raised, subject: Subject) -> str:
    """Return the source of a condition about parameters none of which the words name, where another is named."""
    said = frozenset(_WORD.findall(words.lower()))
    conditions = [each for each in _conjuncts(raised) if _about(each, subject)]
    named = [any(_is_named(name, said) for name in _about(each, subject)) for each in conditions]
    if not any(named):
        return ""
    return next((ast.unparse(each) for each, is_named in zip(conditions, named, strict=True) if not is_named), "")


def _conjuncts(raised: Raised) -> Iterator[ast.expr]:
    for guard in raised.guards:
        test = guard.node
        if guard.kind is not GuardKind.IF or not isinstance(test, ast.expr):
            continue
        joins = ast.And if guard.holds else ast.Or
        if isinstance(test, ast.BoolOp) and isinstance(test.op, joins):
            yield from test.values
        elif guard.holds:
            yield test


def _about(condition: ast.expr, subject: Subject) -> set[str]:
    names = {node.id for node in ast.walk(condition) if isinstance(node, ast.Name) and node.id in subject.parameters}
    return names | {
        node.attr
        for node in ast.walk(condition)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }


def _is_named(name: str, said: frozenset[str]) -> bool:
    parts = _WORD.findall(name.lower())
    return any(part in said or f"{part}s" in said or part.rstrip("s") in said for part in parts)
