"""Bodies that make a value at the first call and keep it."""

import ast

from workhorse_core.actions.docstrings.rules.behaviour.scope import Scope
from workhorse_core.actions.docstrings.rules.behaviour.straight import straightened
from workhorse_core.actions.docstrings.rules.behaviour.values import value_noun
from workhorse_core.actions.docstrings.rules.english.vocabulary import HARD_WORDS, VERBS
from workhorse_core.actions.docstrings.rules.english.words import definite, is_adjective, split_words
from workhorse_core.languages.python.nodes import dotted, is_none


def cached_sentence(scope: Scope, body: list[ast.stmt]) -> str | None:
    """Describe ``if self._x is None: self._x = …`` before ``return self._x``."""
    if len(body) != 2 or not isinstance(body[0], ast.If) or not isinstance(body[1], ast.Return) or body[0].orelse:
        return None
    place, kept = dotted(body[1].value), straightened(body[0].body)
    stored = kept[-1] if kept else None
    if place is None or not place.startswith(("self.", "cls.")) or not isinstance(stored, ast.Assign):
        return None
    tests = {f"{place} is None", f"not {place}", f"not hasattr(self, '{place.partition('.')[2]}')"}
    if ast.unparse(body[0].test) not in tests or [dotted(one) for one in stored.targets] != [place]:
        return None
    if _is_given(scope.subject.owner, place, stored.lineno):
        return None
    said = value_noun(scope, stored.value) if len(kept) == 1 else None
    if said is None or "," in said or said.startswith("whether "):
        said = _named(scope)
    if said is None:
        return None
    if scope.subject.signature.is_property and said.startswith(("the ", "a ", "an ", "text ")):
        return f"{said[0].upper()}{said[1:]}, made at the first access and kept."
    return f"Return {said}, made at the first {'access' if scope.subject.signature.is_property else 'call'} and kept."


def _named(scope: Scope) -> str | None:
    """Return what the function's own name calls the value: ``get_table`` gives "the table"."""
    words = split_words(scope.subject.name)
    words = words[1:] if words[:1] == ["get"] else words
    bare = scope.subject.parameters or not words or set(words) & HARD_WORDS or words[0] in VERBS
    return None if bare or is_adjective(words[-1]) or words[0] in {"is", "has"} else definite(words)


def _is_given(owner: ast.ClassDef | None, place: str, line: int) -> bool:
    """Return whether a class sets an attribute to a value on another line too, as its constructor may."""
    for node in ast.walk(owner) if owner is not None else ():
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None or is_none(node.value):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.lineno != line and any(dotted(target) == place for target in targets):
            return True
    return False
