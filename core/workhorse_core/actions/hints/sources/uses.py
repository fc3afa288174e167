"""The uses of a parameter in its function: attributes, operations and ``isinstance`` guards."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from workhorse_core.languages.python.nodes import arguments_of, dotted, is_none
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.symbol import ClassSymbol, FunctionSymbol

_EVERYWHERE = frozenset(dir(object)) | {"__dict__", "__name__", "__module__", "__qualname__"}
_KNOWN_OUTSIDE = frozenset({"object", "ABC", "Protocol", "Generic"})


@dataclass
class Uses:
    """``attributes`` are read or called on it itself; ``guards`` are the classes that ``isinstance`` asks for."""

    attributes: set[str] = field(default_factory=set[str])
    guards: list[ast.expr] = field(default_factory=list[ast.expr])
    assigned: bool = False
    operations: set[str] = field(default_factory=set[str])
    """Of "iterated", "looped" (element by element), "item" (read or set by index), "called", "asked" (what it has),
    "identity" (compared with True), "none" (compared with None before it is assigned)."""
    kept: set[str] = field(default_factory=set[str])
    """The attributes that are read of the attribute which a constructor's parameter becomes."""


def uses_of(symbol: FunctionSymbol) -> Mapping[str, Uses]:
    """Read the uses of each parameter of a function; those of one that is assigned anew may be of something else."""
    found = {each.arg: Uses() for each in arguments_of(symbol.node)}
    nodes = list(ast.walk(ast.Module(symbol.node.body, [])))
    assigned = _assigned(nodes)
    for node in nodes:
        for name, what in _operations(node):
            if name in found and (what != "none" or getattr(node, "lineno", 0) < assigned.get(name, 1 << 30)):
                found[name].operations.add(what)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in found:
            found[node.value.id].attributes.add(node.attr)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and node.id in found:
            found[node.id].assigned = True
        elif isinstance(node, ast.Call) and len(node.args) == 2 and (dotted(node.args[0]) or "") in found:
            if dotted(node.func) == "isinstance":
                found[dotted(node.args[0]) or ""].guards.append(node.args[1])
            elif dotted(node.func) in {"hasattr", "getattr", "issubclass"}:
                found[dotted(node.args[0]) or ""].operations.add("asked")
    return found


def uses_with_kept(symbol: FunctionSymbol) -> Mapping[str, Uses]:
    """Read the uses of each parameter, and for a constructor what other methods do with the attributes they become."""
    found = uses_of(symbol)
    if symbol.owner is None or symbol.node.name != "__init__":
        return found
    kept = dict(_kept_as(symbol))
    for node in ast.walk(symbol.owner) if kept else ():
        for name, what in _operations(node):
            if name in kept and what != "none":
                found[kept[name]].operations.add(what)
        if isinstance(node, ast.Attribute) and (dotted(node.value) or "") in kept:
            found[kept[dotted(node.value) or ""]].kept.add(node.attr)
    return found


def _kept_as(symbol: FunctionSymbol) -> Iterator[tuple[str, str]]:
    """Yield the attributes, dotted, that are set once in the class, to an unchanged parameter, with that parameter."""
    arguments = {each.arg for each in arguments_of(symbol.node)}
    stored = [
        dotted(node)
        for node in ast.walk(symbol.owner or symbol.node)
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
    ]
    for node in symbol.nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and dotted(node.value) in arguments:
            attribute = dotted(node.targets[0]) or ""
            if attribute.startswith("self.") and stored.count(attribute) == 1:
                yield attribute, dotted(node.value) or ""


def _assigned(nodes: Iterable[ast.AST]) -> Mapping[str, int]:
    """Return the first line in which each name is assigned."""
    stored = [node for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)]
    return {node.id: node.lineno for node in sorted(stored, key=lambda node: -node.lineno)}


def _operations(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield dotted(node.iter) or "", "iterated"
        yield dotted(node.iter) or "", "looped"
    elif isinstance(node, ast.Subscript):
        yield dotted(node.value) or "", "item"
    elif isinstance(node, ast.Call):
        yield dotted(node.func) or "", "called"
        if dotted(node.func) == "callable" and node.args:
            yield dotted(node.args[0]) or "", "asked"
        if dotted(node.func) in {"len", "list", "tuple", "sorted", "set", "enumerate", "iter", "zip"} and node.args:
            yield dotted(node.args[0]) or "", "iterated"
            if dotted(node.func) in {"list", "tuple", "sorted", "set", "enumerate", "iter"}:
                yield dotted(node.args[0]) or "", "looped"
    elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Is, ast.IsNot)):
        other = node.comparators[0]
        if is_none(other):
            yield dotted(node.left) or "", "none"
        elif isinstance(other, ast.Constant):
            yield dotted(node.left) or "", "identity"


def attributes_of(index: SymbolIndex, symbol: ClassSymbol) -> set[str] | None:
    """Name what the objects of a class have; None where it has bases that are not the project's."""
    found: set[str] = set(_EVERYWHERE)
    if is_derived_outside(index, symbol):
        return None
    for each in (symbol, *index.ancestors(symbol)):
        found.update(own_attributes(each.node))
        if "__getattr__" in found:
            return None
    return found


def is_derived_outside(index: SymbolIndex, symbol: ClassSymbol) -> bool:
    """Return whether a class, or one that it is derived from, has a base that is not the project's."""
    for each in (symbol, *index.ancestors(symbol)):
        for base in each.node.bases:
            written = dotted(base.value if isinstance(base, ast.Subscript) else base)
            if (written or "").rpartition(".")[2] not in _KNOWN_OUTSIDE and not index.find_class(each.module, written):
                return True
    return False


def own_attributes(node: ast.ClassDef) -> Iterator[str]:
    """Yield the attributes that a class body and its methods make, those of its base classes aside."""
    for each in ast.walk(node):
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield each.name
        elif (
            isinstance(each, ast.Attribute)
            and isinstance(each.ctx, ast.Store)
            and dotted(each.value) in {"self", "cls"}
        ):
            yield each.attr
    for each in node.body:
        if isinstance(each, ast.Assign):
            yield from (name.id for target in each.targets for name in ast.walk(target) if isinstance(name, ast.Name))
            if [dotted(t) for t in each.targets] == ["__slots__"]:
                yield from (
                    c.value for c in ast.walk(each.value) if isinstance(c, ast.Constant) and isinstance(c.value, str)
                )
        elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            yield each.target.id
