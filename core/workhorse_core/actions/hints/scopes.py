"""Names of inner scopes that hide a module's own where an annotation stands."""

import ast
from collections.abc import Iterator, Sequence

from workhorse_core.languages.python.nodes import arguments_of, own_nodes


def hiding(parents: Sequence[ast.AST]) -> Iterator[str]:
    """Name what the definitions around a place bind: functions all of it, classes only the innermost."""
    for depth, node in enumerate(parents):
        for parameter in getattr(node, "type_params", ()):
            yield parameter.name
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from (each.arg for each in arguments_of(node))
            yield from bound_in(node.body)
        elif isinstance(node, ast.ClassDef) and depth == len(parents) - 1:
            yield from bound_in(node.body)


def bound_in(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Name what these statements bind, inner functions and classes aside."""
    for node in own_nodes(body):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
