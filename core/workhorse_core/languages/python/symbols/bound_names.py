"""Names that are bound for sure when a statement runs, whatever conditions hold."""

import ast
from collections.abc import Iterator, Sequence

from workhorse_core.languages.python.nodes import DefinitionNode, leaves
from workhorse_core.languages.python.symbols.statements import is_type_checking, stored_names


def is_bound_before(body: Sequence[ast.stmt], name: str, line: int) -> bool:
    """Return whether a body has bound a name whenever it comes to a line, counted from 1, or has ended before it.

    A name that the body deletes counts as unbound.
    """
    bound = False
    for node in body:
        if _deletes(node, name):
            return False
        last = node.end_lineno or node.lineno
        if last < line:
            bound = bound or _binds(node, name)
        elif _first(node) <= line:
            blocks = [] if isinstance(node, DefinitionNode) else list(_blocks(node))
            around = [block for block in blocks if block and _first(block[0]) <= line <= (block[-1].end_lineno or 0)]
            return bound or any(is_bound_before(block, name, line) for block in around)
    return bound


def is_bound_after(body: Sequence[ast.stmt], name: str) -> bool:
    """Return whether a body has bound a name whenever it ends without an exception."""
    return any(_binds(node, name) for node in body) and not any(_deletes(node, name) for node in body)


def _first(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, DefinitionNode) else []
    return min([node.lineno, *(each.lineno for each in decorators)])


def _binds(node: ast.stmt, name: str) -> bool:
    if isinstance(node, DefinitionNode):
        return node.name == name
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return name in {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.AnnAssign) and node.value is None:
        return False
    if isinstance(node, ast.If):
        if is_type_checking(node.test):
            return is_bound_after(node.orelse, name)
        return all(is_bound_after(block, name) or leaves(block) for block in (node.body, node.orelse))
    if isinstance(node, (ast.Try, ast.TryStar)):
        handlers = all(is_bound_after(each.body, name) or leaves(each.body) for each in node.handlers)
        return is_bound_after(node.finalbody, name) or (is_bound_after([*node.body, *node.orelse], name) and handlers)
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return name in stored_names(node) or is_bound_after(node.body, name)
    if isinstance(node, (ast.For, ast.AsyncFor, ast.While, ast.Match)):
        return False
    return name in stored_names(node)


def _deletes(node: ast.stmt, name: str) -> bool:
    if isinstance(node, ast.Delete):
        return any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
    if isinstance(node, DefinitionNode):
        return False
    return any(_deletes(each, name) for block in _blocks(node) for each in block)


def _blocks(node: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    """Yield the blocks of a compound statement; where a definition's bodies run at another time, none."""
    for field in ("body", "orelse", "finalbody"):
        yield getattr(node, field, ())
    for each in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield each.body
