"""Whether the body of a function shows what it is for, so that a model need not guess."""

import ast
from collections.abc import Sequence

from workhorse_core.languages.python.nodes import Function, without_docstring


def has_substance(function: Function) -> bool:
    """Return whether a body does more than hand out or set an attribute, its guards aside.

    Asked about ``return self.hours``, small models invent what hours are.
    """
    statements = [each for each in without_docstring(function.body) if not _is_guard(each)]
    return not statements or not all(map(_is_bare, statements))


def _is_guard(statement: ast.stmt) -> bool:
    """Return whether it raises under a condition, and does nothing else."""
    return isinstance(statement, ast.If) and not statement.orelse and _only_raises(statement.body)


def _only_raises(statements: Sequence[ast.stmt]) -> bool:
    return all(isinstance(each, ast.Raise) for each in statements)


def _is_bare(statement: ast.stmt) -> bool:
    match statement:
        case ast.Return(value=ast.Attribute(value=ast.Name())):
            return True
        case ast.Assign(targets=[ast.Attribute(value=ast.Name())], value=ast.Constant()):
            return True
        case _:
            return False
