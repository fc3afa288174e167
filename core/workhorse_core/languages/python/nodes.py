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


def defaults_of(node: Function) -> Sequence[tuple[ast.arg, ast.expr]]:
    """Return the parameters that have a default, each with it."""
    args = node.args
    pairs = [*zip(reversed([*args.posonlyargs, *args.args]), reversed(args.defaults), strict=False)]
    return [*pairs, *((each, value) for each, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value)]


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


def class_statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a class or module body, those under ``if`` and ``try`` too."""
    for statement in body:
        if isinstance(statement, ast.If):
            yield from class_statements([*statement.body, *statement.orelse])
        elif isinstance(statement, ast.Try):
            handled = [inner for handler in statement.handlers for inner in handler.body]
            yield from class_statements([*statement.body, *handled, *statement.orelse, *statement.finalbody])
        else:
            yield statement


def decorator_names(node: DefinitionNode) -> tuple[str, ...]:
    """Return the names of the decorators, without the arguments of those that are called."""
    calls = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
    return tuple(dotted(decorator) or ast.unparse(decorator) for decorator in calls)


def without_docstring(body: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """Return a body without its docstring."""
    first = body[0] if body else None
    is_text = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return body[1:] if is_text else body


def is_stub(body: Sequence[ast.stmt]) -> bool:
    """Return whether a body does nothing: only a docstring, ``...``, ``pass``, ``raise NotImplementedError``."""
    return all(
        isinstance(statement, ast.Pass)
        or (
            isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Constant)
            and statement.value.value is ...
        )
        or (isinstance(statement, ast.Raise) and _raises_not_implemented(statement))
        for statement in without_docstring(body)
    )


def _raises_not_implemented(node: ast.Raise) -> bool:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return dotted(raised) == "NotImplementedError"
