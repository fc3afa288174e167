"""Branches that return: "Return ``a`` if ``x`` is None, else ``b``."."""

import ast

from workhorse_core.actions.docstrings.rules.behaviour.scope import Scope
from workhorse_core.actions.docstrings.rules.behaviour.values import is_boolean, value_noun
from workhorse_core.actions.docstrings.rules.code.conditions import Reader
from workhorse_core.languages.python.nodes import is_none


def returns(body: list[ast.stmt]) -> bool:
    """Return whether a block does nothing but return."""
    return len(body) == 1 and isinstance(body[0], ast.Return)


def branched(body: list[ast.stmt]) -> list[ast.stmt]:
    """Turn branches that return into cases before a last ``return``."""
    while isinstance(last := body[-1], ast.If) and returns(last.body) and len(last.orelse) == 1:
        body = [*body[:-1], ast.copy_location(ast.If(last.test, last.body, []), last), *last.orelse]
    if isinstance(last, ast.Return) and isinstance(choice := last.value, ast.IfExp):
        first, second = (ast.copy_location(ast.Return(one), one) for one in (choice.body, choice.orelse))
        body = [*body[:-1], ast.copy_location(ast.If(choice.test, [first], []), last), second]
    if len(body) > 1 and isinstance(end := body[-1], ast.Return) and (end.value is None or is_none(end.value)):
        body = body[:-1]
    last = body[-1]
    if not isinstance(last, ast.If) or not returns(last.body) or last.orelse:
        return body
    nothing = ast.copy_location(ast.Return(ast.copy_location(ast.Constant(None), last)), last)
    if len(body) > 1:
        return [*body, nothing]
    returned = last.body[0]
    assert isinstance(returned, ast.Return)
    if returned.value is None or is_none(returned.value):
        return body
    missing = ast.copy_location(ast.UnaryOp(ast.Not(), last.test), last.test)
    return [ast.copy_location(ast.If(missing, [nothing], []), last), returned]


def by_case_sentence(scope: Scope, cases: list[ast.If], last: ast.expr) -> str | None:
    """Describe "if a: return x" before "return y"."""
    if len(cases) > 3:
        return None
    said: list[tuple[str, str]] = []
    for case in cases:
        returned = case.body[0]
        assert isinstance(returned, ast.Return)
        words = Reader(scope.subject, case.lineno).words(case.test)
        value = value_noun(scope, returned.value) if returned.value is not None else "None"
        if words is None or value is None or value.startswith("whether ") or ", " in value or " if " in value:
            return None
        said.append((value, words))
    rest = value_noun(scope, last)
    if {rest, *(value for value, _ in said)} == {"None"}:
        return None
    if rest is None or " if " in rest or ", " in rest:
        return None
    if len(cases) == 1 and (said[0][0], rest) == ("False", "True") and (truth := _negated(scope, cases[0])):
        return truth
    if truth := _truth_by_case(said, rest, is_boolean(last)):
        return truth
    if rest.startswith("whether "):
        return None
    if len(said) == 1:
        return _one_case(scope, cases[0], *said[0], rest, isinstance(last, ast.Constant))
    return "Return " + ", ".join(f"{value} if {words}" for value, words in said) + f", else {rest}."


def _one_case(scope: Scope, case: ast.If, value: str, words: str, rest: str, is_fixed: bool) -> str | None:
    """Name first what is returned that is not None."""
    if value != "None":
        return f"Return {value} if {words}, else {rest}."
    if is_fixed:
        negated = Reader(scope.subject, case.lineno).words(case.test, holds=False)
        return f"Return {rest} if {negated}, else None." if negated else None
    return f"Return {rest} unchanged." if words == f"{rest} is None" else f"Return {rest}, or None if {words}."


def _truth_by_case(said: list[tuple[str, str]], rest: str, is_truth: bool) -> str | None:
    """Describe cases that are True or False: they are one condition."""
    values = {value for value, _ in said}
    if not is_truth or len(values) != 1 or not values <= {"True", "False"}:
        return None
    value = values.pop()
    if rest == ("False" if value == "True" else "True"):
        clause = " or ".join(words for _, words in said)
        return f"Return {'whether ' + clause if value == 'True' else 'False if ' + clause + ', else True'}."
    return None


def _negated(scope: Scope, case: ast.If) -> str | None:
    words = Reader(scope.subject, case.lineno).words(case.test, holds=False)
    return f"Return whether {words}." if words else None
