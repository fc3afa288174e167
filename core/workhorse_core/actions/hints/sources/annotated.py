"""The annotations that stand in files, by slot, whatever lines they have moved to."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.project_types import read_type
from workhorse_core.languages.python.nodes import Function, arguments_of
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.type_expression import TypeExpression

Spot = tuple[str, str, str, int]
"""A place for an annotation: path, owner, name, and which of those of that name in the file, from 0."""


def annotations(index: SymbolIndex) -> Mapping[Spot, TypeExpression]:
    """Read every annotation of a project; those that are no plain types are left out."""
    found: dict[Spot, TypeExpression] = {}
    for module in index.modules:
        for spot, node in _annotated(module):
            type_ = read_type(index, module, node)
            if type_ is not None:
                found.setdefault(spot, type_)
    return found


def spots_of(index: SymbolIndex, slots: Sequence[Slot]) -> Mapping[Spot, Slot]:
    """Return the slots by their spots."""
    number: dict[tuple[str, str, int], int] = {}
    for module in index.modules:
        counts: Counter[str] = Counter()
        for function in module.functions:
            number[module.path, function.name, function.first] = counts[function.name]
            counts[function.name] += 1
    found: dict[Spot, Slot] = {}
    for slot in slots:
        of_function = slot.kind in {SlotKind.PARAMETER, SlotKind.RETURN}
        nth = number[slot.path, slot.owner, slot.first] if of_function else 0
        found[slot.path, slot.owner, slot.name, nth] = slot
    return found


def _annotated(module: Module) -> Iterator[tuple[Spot, ast.expr]]:
    counts: Counter[str] = Counter()
    for function in module.functions:
        nth = counts[function.name]
        counts[function.name] += 1
        for name, annotation in _signature(function.node):
            yield (module.path, function.name, name, nth), annotation
        if function.node.name == "__init__" and function.owner is not None:
            owner = function.name.rpartition(".")[0]
            for node in ast.walk(function.node):
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Attribute):
                    yield (module.path, owner, node.target.attr, 0), node.annotation
    bodies = [("", module.source.tree.body), *((name, each.node.body) for name, each in module.classes.items())]
    for owner, body in bodies:
        for node in body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield (module.path, owner, node.target.id, 0), node.annotation


def _signature(node: Function) -> Iterator[tuple[str, ast.expr]]:
    for each in arguments_of(node):
        if each.annotation is not None:
            yield each.arg, each.annotation
    if node.returns is not None:
        yield "return", node.returns
