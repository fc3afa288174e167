"""Bodies that try something and return another thing where it raises."""

import ast

from workhorse_core.actions.docstrings.rules.behaviour.actions import caught_text, is_silent
from workhorse_core.actions.docstrings.rules.behaviour.cases import returns
from workhorse_core.actions.docstrings.rules.behaviour.scope import Scope
from workhorse_core.actions.docstrings.rules.behaviour.straight import straightened
from workhorse_core.actions.docstrings.rules.behaviour.values import value_noun


def attempt_sentence(scope: Scope, body: list[ast.stmt]) -> str | None:
    """Describe ``try: return a`` with a handler that returns something else."""
    tried = body[0]
    if not isinstance(tried, ast.Try) or len(tried.handlers) != 1 or tried.finalbody or len(body) > 2:
        return None
    attempt, handled = straightened(tried.body), [one for one in tried.handlers[0].body if not is_silent(one)]
    handled = handled or body[1:]
    if said := _succeeds(scope, [*tried.body, *tried.orelse], handled, tried.handlers[0]):
        return said
    if tried.orelse or len(handled) > 1 or (len(body) == 2 and handled != body[1:]) or not returns(attempt):
        return None
    if handled and not returns(handled):
        return None
    first, other = attempt[-1], handled[0] if handled else ast.Return(None)
    assert isinstance(first, ast.Return)
    assert isinstance(other, ast.Return)
    said = value_noun(scope, first.value) if first.value else None
    rest = value_noun(scope, other.value) if other.value else "None"
    caught = caught_text(tried.handlers[0])
    if not said or not rest or not caught or "," in said + rest or " if " in said + rest or rest.startswith("whether"):
        return None
    if (said.startswith("whether ") and rest != "False") or (said in {"True", "False"}):
        return None
    caught = caught.replace(" and ", " or ").replace("any exception", "an exception")
    return f"Return {said}, or {rest} if that raises {caught}."


def _succeeds(scope: Scope, tried: list[ast.stmt], handled: list[ast.stmt], handler: ast.ExceptHandler) -> str | None:
    """Describe a call that is only made to see whether it raises."""
    if len(tried) != 2 or len(handled) != 1 or not _gives(tried[1], True) or not _gives(handled[0], False):
        return None
    called = tried[0].value if isinstance(tried[0], (ast.Expr, ast.Assign)) else None
    code = scope.code(called) if isinstance(called, (ast.Call, ast.Subscript, ast.Await)) else None
    caught = caught_text(handler)
    if code is None or caught is None:
        return None
    caught = caught.replace("any exception", "exception").replace(" and ", " or ")
    return f"Return whether {code} raises no {caught}."


def _gives(statement: ast.stmt, value: bool) -> bool:
    """Return whether a statement returns True, or False."""
    return (
        isinstance(statement, ast.Return)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is value
    )
