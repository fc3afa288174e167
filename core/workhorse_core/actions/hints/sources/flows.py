"""Expressions beside a parameter that are of its type: what stands in for it, what it is compared with, kept as."""

import ast
from collections.abc import Iterator

from workhorse_core.languages.python.nodes import Function, dotted, is_none
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol
from workhorse_core.system.named_tuple import NamedTuple


class Flow(NamedTuple):
    """An expression that shows the type of the parameter ``name``.

    ``what`` is "fallback" (``x or …``, ``if x is None: x = …``), "stored" (what else is kept in the attribute that it
    becomes), "compared" (``x == …``), "member" (``x in …``), "key" (``…[x]``) or "added" (``x + …``).
    """

    name: str
    what: str
    node: ast.expr


def flows_of(symbol: FunctionSymbol) -> Iterator[Flow]:
    """Yield the expressions beside the names in a function, whether they are parameters or not."""
    stored: dict[str, str] = {}
    for node in symbol.nodes:
        yield from _fallbacks(node)
        yield from _operands(node)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            stored |= {written: node.value.id for each in node.targets if (written := dotted(each)) and "." in written}
    if stored and symbol.owner is not None:
        yield from _stored(symbol, symbol.owner, stored)


def _fallbacks(node: ast.AST) -> Iterator[Flow]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and len(node.values) == 2:
        if isinstance(node.values[0], ast.Name):
            yield Flow(node.values[0].id, "fallback", node.values[1])
    elif isinstance(node, ast.IfExp):
        for name, lacks in _tested(node.test):
            kept, other = (node.orelse, node.body) if lacks else (node.body, node.orelse)
            if dotted(kept) == name:
                yield Flow(name, "fallback", other)
    elif isinstance(node, ast.If):
        for name, lacks in _tested(node.test):
            for each in node.body if lacks else node.orelse:
                if isinstance(each, ast.Assign) and [dotted(target) for target in each.targets] == [name]:
                    yield Flow(name, "fallback", each.value)


def _tested(test: ast.expr) -> Iterator[tuple[str, bool]]:
    """Yield the name that is tested for being there, and whether the test holds where it is not."""
    if isinstance(test, ast.Name):
        yield test.id, False
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and isinstance(test.operand, ast.Name):
        yield test.operand.id, True
    elif isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and is_none(test.comparators[0]):
        yield from [(test.left.id, isinstance(op, ast.Is)) for op in test.ops[:1] if isinstance(op, ast.Is | ast.IsNot)]


def _operands(node: ast.AST) -> Iterator[Flow]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = node.left, node.comparators[0]
        if isinstance(node.ops[0], ast.Eq | ast.NotEq):
            yield from (Flow(one.id, "compared", other) for one, other in _pairs(left, right))
        elif isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(left, ast.Name):
            yield Flow(left.id, "member", right)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name):
        yield Flow(node.slice.id, "key", node.value)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from (Flow(one.id, "added", other) for one, other in _pairs(node.left, node.right))


def _pairs(left: ast.expr, right: ast.expr) -> Iterator[tuple[ast.Name, ast.expr]]:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, ast.Name) and not isinstance(other, ast.Constant):
            yield one, other


def _stored(symbol: FunctionSymbol, owner: ast.ClassDef, stored: dict[str, str]) -> Iterator[Flow]:
    """Yield what else the attributes are set to: by other methods, and by the class itself."""
    own = {id(node) for node in symbol.nodes}
    for each in owner.body:
        if isinstance(each, ast.Assign):
            for target in each.targets:
                if isinstance(target, ast.Name) and (name := stored.get(f"self.{target.id}")):
                    yield Flow(name, "stored", each.value)
        elif isinstance(each, Function):
            for node in ast.walk(each):
                if isinstance(node, ast.Assign) and id(node) not in own:
                    for target in node.targets:
                        if name := stored.get(dotted(target) or ""):
                            yield Flow(name, "stored", node.value)
