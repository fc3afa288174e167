"""Comparisons of an object with another: "whether ``other`` is a ``Point`` with the same ``x`` and ``y``"."""

import ast
from collections.abc import Sequence

from workhorse_core.actions.docstrings.rules.behaviour.scope import Scope, is_hidden
from workhorse_core.actions.docstrings.rules.code.clauses import list_words
from workhorse_core.actions.docstrings.rules.english.words import article
from workhorse_core.languages.python.nodes import dotted

_MOST = 8
_SAME_CLASS = "self"


def comparison_sentence(scope: Scope, body: Sequence[ast.stmt]) -> str | None:
    """Describe a method that compares attributes of its object with the same ones of its argument."""
    parameters = list(scope.subject.parameters)
    if len(parameters) != 1 or scope.subject.owner is None:
        return None
    other = parameters[0]
    parted = _parted(body, other)
    if parted is None:
        return None
    kind, otherwise, tests = parted
    tests = [test for test in tests if dotted(test) != other or test is tests[-1]]  # that it is not None
    if kind is None and (kind := _kind(tests[0], other)):
        tests = tests[1:]
    same = [_fields(scope, test, other) for test in tests]
    fields = [name for names in same if names for name in names]
    if not all(same) or not 0 < len(fields) <= _MOST:
        return None
    return _sentence(other, kind, otherwise, fields)


def _sentence(other: str, kind: str | None, otherwise: str, fields: Sequence[str]) -> str:
    said = f"the same {list_words(list(dict.fromkeys(fields)), 'and')}"
    if kind is None:
        return f"Return whether ``{other}`` has {said}."
    if otherwise == "NotImplemented":
        negated = "of another class" if kind == _SAME_CLASS else f"not {article(kind)} ``{kind}``"
        return f"Return whether ``{other}`` has {said}, or ``NotImplemented`` if it is {negated}."
    if kind == _SAME_CLASS:
        return f"Return whether ``{other}`` is of the same class and has {said}."
    return f"Return whether ``{other}`` is {article(kind)} ``{kind}`` with {said}."


def _parted(body: Sequence[ast.stmt], other: str) -> tuple[str | None, str, list[ast.expr]] | None:
    """Return the class that is asked for, what is returned for others, and the tests."""
    if len(body) == 1 and isinstance(body[0], ast.If) and body[0].orelse:
        body = [ast.copy_location(ast.If(body[0].test, body[0].body, []), body[0]), *body[0].orelse]
    last = body[-1]
    if not isinstance(last, ast.Return) or last.value is None:
        return None
    if len(body) == 1:
        return None, "False", _conjuncts(last.value)
    first = body[0]
    if len(body) != 2 or not isinstance(first, ast.If) or first.orelse or len(first.body) != 1:
        return None
    inner, test, holds = first.body[0], first.test, True
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, holds = test.operand, not holds
    kind = _kind(test, other)
    if kind is None or not isinstance(inner, ast.Return) or inner.value is None:
        return None
    compared, rest = (inner.value, last.value) if holds else (last.value, inner.value)
    otherwise = ast.unparse(rest)
    return (kind, otherwise, _conjuncts(compared)) if otherwise in {"False", "NotImplemented"} else None


def _conjuncts(test: ast.expr) -> list[ast.expr]:
    return list(test.values) if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def _kind(test: ast.expr, other: str) -> str | None:
    """Return the class that a test demands of the argument; "self" for that of the object."""
    text = ast.unparse(test)
    if text in {
        f"isinstance({other}, self.__class__)",
        f"isinstance({other}, type(self))",
        f"type({other}) is type(self)",
        f"type(self) is type({other})",
        f"type(self) == type({other})",
        f"type({other}) == type(self)",
        f"self.__class__ == {other}.__class__",
        f"self.__class__ is {other}.__class__",
        f"{other}.__class__ is self.__class__",
        f"{other}.__class__ == self.__class__",
        f"self.__class__ is type({other})",
        f"type({other}) is self.__class__",
    }:
        return _SAME_CLASS
    if not isinstance(test, ast.Call) or dotted(test.func) != "isinstance" or len(test.args) != 2:
        return None
    name = dotted(test.args[1])
    return name if dotted(test.args[0]) == other and name and not is_hidden(name.rpartition(".")[2]) else None


def _fields(scope: Scope, test: ast.expr, other: str) -> list[str] | None:
    """Return the names that a test compares for equality on both sides."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return None
    left, right = test.left, test.comparators[0]
    if isinstance(left, ast.Tuple) and isinstance(right, ast.Tuple) and len(left.elts) == len(right.elts):
        pairs = list(zip(left.elts, right.elts, strict=True))
    else:
        pairs = [(left, right)]
    names = [_field(scope, *pair, other) for pair in pairs]
    return [name for name in names if name] if all(names) else None


def _field(scope: Scope, left: ast.expr, right: ast.expr, other: str) -> str | None:
    one, two = ast.unparse(left), ast.unparse(right)
    if one.startswith(f"{other}."):
        one, two = two, one
    name = one.removeprefix("self.")
    if one != f"self.{name}" or two != f"{other}.{name}" or len(name) > 40:
        return None
    if name == "__dict__":
        return "attributes"
    if not is_hidden(name):
        return f"``{name}``" if "._" not in name else None
    noun = scope.subject.private_noun(name)
    return noun.removeprefix("the ").partition(" of the ")[0] if noun else None
