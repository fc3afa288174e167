"""Bodies with their local variables replaced by what they hold, where that changes nothing."""

import ast
import copy

from workhorse_core.actions.docstrings.rules.behaviour.actions import is_silent
from workhorse_core.actions.docstrings.rules.behaviour.loops import with_comprehensions
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.system.lazy_regex import late_pattern

_BLOCKS = (
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Lambda,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ListComp,
    ast.SetComp,
)


def straightened(body: list[ast.stmt], is_procedure: bool = False) -> list[ast.stmt]:
    """Return the statements with locals inlined and with loops as comprehensions.

    An early ``return`` of a procedure becomes a condition of the rest.
    """
    result = _inlined(with_comprehensions(_cache_turned(_unwrapped(body))))
    if is_procedure and result and isinstance(result[-1], ast.Return):
        result = result[:-1]
    return _nested(result) if is_procedure else result


def _cache_turned(body: list[ast.stmt]) -> list[ast.stmt]:
    """Turn ``if self._x is not None: return self._x`` before ``self._x = …`` into the usual form of a cache."""
    if len(body) != 3 or not isinstance(body[0], ast.If) or body[0].orelse or not isinstance(body[2], ast.Return):
        return body
    test, kept = body[0].test, body[0].body[0]
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.IsNot) or len(body[0].body) != 1:
        return body
    if not isinstance(kept, ast.Return) or dotted(kept.value) != dotted(body[2].value):
        return body
    missing = ast.copy_location(ast.Compare(test.left, [ast.Is()], test.comparators), test)
    return [ast.copy_location(ast.If(missing, [body[1]], []), body[0]), body[2]]


def _nested(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    if not isinstance(first, ast.If) or first.orelse or not body[1:] or not isinstance(first.body[-1], ast.Return):
        return body
    if any(not is_silent(one) for one in first.body[:-1]):
        return body
    test = ast.copy_location(ast.UnaryOp(ast.Not(), first.test), first.test)
    return [ast.copy_location(ast.If(test, body[1:], []), first)]


def _unwrapped(body: list[ast.stmt]) -> list[ast.stmt]:
    """Replace ``with open(…) as f`` and ``with self.lock`` by what they contain."""
    result: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, (ast.With, ast.AsyncWith)) and len(statement.items) == 1:
            item = statement.items[0]
            if isinstance(item.optional_vars, ast.Name) and _opens(item.context_expr):
                name = item.optional_vars.id
                result += [_filled(one, {name: item.context_expr}) for one in _unwrapped(statement.body)]
                continue
            if item.optional_vars is None and _LOCK.search((dotted(item.context_expr) or "").lower()):
                result += _unwrapped(statement.body)
                continue
            if item.optional_vars is None and (ignored := _suppressed(item.context_expr)):
                handler = ast.ExceptHandler(ignored, None, [ast.Pass()])
                tried = ast.Try(statement.body, [handler], [], [])
                result.append(ast.fix_missing_locations(ast.copy_location(tried, statement)))
                continue
        if isinstance(statement, ast.Try) and (
            (not statement.handlers and _releases(statement.finalbody)) or _only_translates(statement)
        ):
            result += _unwrapped(statement.body)
            continue
        if _is_acquired(statement):
            continue
        result.append(statement)
    return result


def _only_translates(statement: ast.Try) -> bool:
    """Return whether all handlers raise: what they raise has a sentence of its own."""
    raises = all(len(one.body) == 1 and isinstance(one.body[0], ast.Raise) for one in statement.handlers)
    return bool(statement.handlers) and raises and not statement.orelse and not statement.finalbody


def _suppressed(node: ast.expr) -> ast.expr | None:
    """Return the exception that ``contextlib.suppress`` ignores."""
    if not isinstance(node, ast.Call) or dotted(node.func) not in {"suppress", "contextlib.suppress"}:
        return None
    return node.args[0] if len(node.args) == 1 else None


def _releases(body: list[ast.stmt]) -> bool:
    return len(body) == 1 and _lock_call(body[0], "release")


def _is_acquired(statement: ast.stmt) -> bool:
    return _lock_call(statement, "acquire")


def _lock_call(statement: ast.stmt, method: str) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    name = dotted(call.func) if isinstance(call, ast.Call) else None
    return name is not None and name.endswith(f".{method}") and bool(_LOCK.search(name.rpartition(".")[0].lower()))


_LOCK = late_pattern(r"(?:lock|mutex|semaphore)$")


def _opens(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func) in {"open", "io.open", "codecs.open"} and bool(node.args)


def _inlined(body: list[ast.stmt]) -> list[ast.stmt]:
    """Inline locals: each is bound once, and used once, in the statement after it.

    Statements without an effect may lie between, and other such bindings.
    """
    kept: list[ast.stmt] = []
    waiting: dict[str, ast.expr] = {}
    held: list[ast.stmt] = []
    for index, written in enumerate(body):
        statement = _filled(written, waiting) if waiting else written
        name, value = _binding(statement)
        if name and value is not None and _count(body, name, ast.Store) == 1 and _may_wait(body[index + 1 :], name):
            waiting[name] = value
            held.append(statement)
            continue
        used: set[str] = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)} if waiting else set()
        if used & set(waiting):  # could not be filled in: show the binding
            kept += [one for one in held if _binding(one)[0] in used]
        if not is_silent(statement):
            kept.append(statement)
            waiting, held = {}, []
    return kept


def _binding(statement: ast.stmt) -> tuple[str | None, ast.expr | None]:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id, statement.value
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id, statement.value
    return None, None


def _may_wait(following: list[ast.stmt], name: str) -> bool:
    """Return whether the next statement with an effect is the only one that reads a name, once and in no loop."""
    if _count(following, name, ast.Load) != 1:
        return False
    for statement in following:
        if is_silent(statement):
            continue
        read = _count([statement], name, ast.Load) == 1
        if read:
            return not _is_repeated(statement, name)
        if _binding(statement)[0] is None:
            return False
    return False


def _is_repeated(statement: ast.stmt, name: str) -> bool:
    """Return whether a name is read within a loop or a nested function, or in one branch alone."""
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        return _reads(statement.iter, name) is False
    if isinstance(statement, ast.If):
        return _reads(statement.test, name) is False
    if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return, ast.AugAssign)):
        return True
    return any(isinstance(node, _BLOCKS) and _reads(node, name) for node in ast.walk(statement)) and not any(
        isinstance(node, ast.comprehension) and _reads(node.iter, name) for node in ast.walk(statement)
    )


def _reads(node: ast.AST, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node))


def _count(body: list[ast.stmt], name: str, context: type[ast.expr_context]) -> int:
    return sum(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, context)
        for statement in body
        for node in ast.walk(statement)
    )


def _filled(statement: ast.stmt, values: dict[str, ast.expr]) -> ast.stmt:
    return _Filling(values).visit(copy.deepcopy(statement))  # type: ignore[no-any-return]


class _Filling(ast.NodeTransformer):
    def __init__(self, values: dict[str, ast.expr]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._values.get(node.id, node) if isinstance(node.ctx, ast.Load) else node
