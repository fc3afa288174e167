"""Small queries on syntax trees."""

import ast
from collections.abc import Iterator, Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef
DefinitionNode = ast.ClassDef | Function


def dotted(node: ast.AST | None) -> str | None:
    """Return "a.b.c" for such an expression, None for any other."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def last_name(name: str) -> str:
    """Return "c" for "a.b.c"."""
    return name.rpartition(".")[2]


def own_nodes(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """Walk the nodes of statements in source order, without those inside nested functions and classes."""
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))


def arguments_of(node: Function | ast.Lambda) -> Sequence[ast.arg]:
    """Return every parameter of a function, in order."""
    args = node.args
    star = [args.vararg] if args.vararg else []
    stars = [args.kwarg] if args.kwarg else []
    return [*args.posonlyargs, *args.args, *star, *args.kwonlyargs, *stars]


def leaves(body: Sequence[ast.stmt]) -> bool:
    """Return whether control never passes beyond these statements."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, ast.If):
        return leaves(last.body) and leaves(last.orelse)
    return isinstance(last, (ast.Return, ast.Raise, ast.Continue, ast.Break))


def is_none(node: ast.expr) -> bool:
    """Return whether an expression is the constant None."""
    return isinstance(node, ast.Constant) and node.value is None
