"""Loops as the comprehensions that they are: building, filtering, summing, searching, yielding."""

import ast
from typing import TypeVar

from workhorse_core.languages.python.nodes import dotted, is_none
from workhorse_core.system.named_tuple import NamedTuple

_EMPTY = {"[]": "list", "list()": "list", "{}": "dict", "dict()": "dict", "set()": "set"}


def with_comprehensions(body: list[ast.stmt]) -> list[ast.stmt]:
    """Replace loops that build one value by the comprehension that gives the same."""
    result: list[ast.stmt] = []
    rest = list(body)
    while rest:
        statement = rest.pop(0)
        loop = _read(statement)
        following = rest[0] if rest else None
        if loop is None:
            result.append(statement)
        elif (built := _built(result, loop)) is not None:
            result[-1] = built
        elif (found := _found(loop, following, bool(rest[1:]))) is not None:
            result.append(found)
            rest = []
        elif isinstance(loop.action, ast.Expr) and isinstance(loop.action.value, ast.Yield) and loop.action.value.value:
            yielded = ast.YieldFrom(_generator(loop, loop.action.value.value))
            result.append(_at(ast.Expr(yielded), statement))
        else:
            result.append(statement)
    return result


class _Loop(NamedTuple):
    """A loop that carries out one action for the elements that pass its tests."""

    node: ast.For | ast.AsyncFor
    tests: tuple[ast.expr, ...]
    action: ast.stmt


def _read(statement: ast.stmt) -> _Loop | None:
    if not isinstance(statement, ast.For) or statement.orelse:
        return None
    tests: list[ast.expr] = []
    body = statement.body
    while True:
        first = body[0]
        if isinstance(first, ast.If) and not first.orelse:
            if len(body) == 1:
                tests.append(first.test)
                body = first.body
                continue
            if len(first.body) == 1 and isinstance(first.body[0], ast.Continue):
                tests.append(_not(first.test))
                body = body[1:]
                continue
        break
    return _Loop(statement, tuple(tests), body[0]) if len(body) == 1 else None


def _not(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _comprehension(loop: _Loop) -> list[ast.comprehension]:
    return [ast.comprehension(loop.node.target, loop.node.iter, list(loop.tests), 0)]


def _generator(loop: _Loop, element: ast.expr) -> ast.expr:
    return _at(ast.GeneratorExp(element, _comprehension(loop)), loop.node)


_Node = TypeVar("_Node", bound=ast.AST)


def _at(node: _Node, place: ast.AST) -> _Node:
    return ast.fix_missing_locations(ast.copy_location(node, place))


def _built(before: list[ast.stmt], loop: _Loop) -> ast.stmt | None:
    """Return the assignment of what the loop builds from an empty value or zero right before it."""
    start = before[-1] if before else None
    if not isinstance(start, (ast.Assign, ast.AnnAssign)) or start.value is None:
        return None
    target = start.targets[0] if isinstance(start, ast.Assign) else start.target
    name = target.id if isinstance(target, ast.Name) else None
    value = _value(loop, name, start.value) if name else None
    if value is None or name is None or _mentions(loop, name) != 1:
        return None
    return _at(ast.Assign([ast.Name(name, ast.Store())], _at(value, loop.node)), start)


def _mentions(loop: _Loop, name: str) -> int:
    nodes = [loop.node.iter, *loop.tests, loop.action]
    return sum(isinstance(n, ast.Name) and n.id == name for one in nodes for n in ast.walk(one))


def _value(loop: _Loop, name: str, start: ast.expr) -> ast.expr | None:
    kind = _EMPTY.get(ast.unparse(start))
    action = loop.action
    if isinstance(action, ast.AugAssign) and isinstance(action.op, ast.Add) and dotted(action.target) == name:
        zero = isinstance(start, ast.Constant) and start.value == 0 and start.value is not False
        return ast.Call(ast.Name("sum", ast.Load()), [_generator(loop, action.value)], []) if zero else None
    if isinstance(action, ast.Assign) and kind == "dict" and len(action.targets) == 1:
        target = action.targets[0]
        if isinstance(target, ast.Subscript) and dotted(target.value) == name:
            return ast.DictComp(target.slice, action.value, _comprehension(loop))
    call = action.value if isinstance(action, ast.Expr) else None
    if not isinstance(call, ast.Call) or len(call.args) != 1 or call.keywords:
        return None
    if dotted(call.func) == f"{name}.append" and kind == "list":
        return ast.ListComp(call.args[0], _comprehension(loop))
    if dotted(call.func) == f"{name}.add" and kind == "set":
        return ast.SetComp(call.args[0], _comprehension(loop))
    return None


def _found(loop: _Loop, following: ast.stmt | None, more: bool) -> ast.stmt | None:
    """Return what a search returns: ``any``, ``all``, or the first element that passes."""
    action = loop.action
    if not isinstance(action, ast.Return) or action.value is None or not loop.tests or more:
        return None
    if following is not None and not isinstance(following, ast.Return):
        return None
    otherwise = following.value if isinstance(following, ast.Return) and following.value else ast.Constant(None)
    values = [one.value if isinstance(one, ast.Constant) else ... for one in (action.value, otherwise)]
    test = loop.tests[0] if len(loop.tests) == 1 else ast.BoolOp(ast.And(), list(loop.tests))
    bare = loop._replace(tests=())
    if values == [True, False]:
        found: ast.expr = ast.Call(ast.Name("any", ast.Load()), [_generator(bare, test)], [])
    elif values == [False, True]:
        found = ast.Call(ast.Name("all", ast.Load()), [_generator(bare, _not(test))], [])
    elif is_none(action.value):
        return None
    else:
        found = ast.Call(ast.Name("next", ast.Load()), [_generator(loop, action.value), otherwise], [])
    return _at(ast.Return(_at(found, loop.node)), loop.node)
