"""Expressions whose types answer for a slot, and the files in which a type checker is asked to reveal them."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.annotated import Spot
from workhorse_core.actions.hints.sources.calls import callee, is_assigned, labelled
from workhorse_core.actions.hints.sources.flows import flows_of
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts
from workhorse_core.languages.python.nodes import Function, dotted, is_none, own_nodes
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol
from workhorse_core.system.named_tuple import NamedTuple

OPEN, _CLOSE = b"reveal_type((", b"))"
_PUT_IN = {**dict.fromkeys(("add", "append"), "element"), **dict.fromkeys(("extend", "update"), "elements")}


class Mark(NamedTuple):
    """One expression that answers for a slot.

    ``what`` is "return", "yield", "yield from", "assign", "element", "elements", "key", "value"; for a parameter it is
    "callee", whose ``label`` is the position or keyword of the argument, or as `flows.Flow` has it.
    """

    slot: Slot
    what: str
    node: ast.expr
    label: int | str = ""


class Marked(NamedTuple):
    """A file with its marks written in; ``places`` has each by its line and column, both from 1.

    ``constructors`` has the lines at its end that reveal what classes are made of, by the dotted name of the class.
    """

    data: bytes
    places: Mapping[tuple[int, int], Sequence[Mark]]
    constructors: Mapping[str, Sequence[int]]


def marks_of(facts: ProjectFacts, module: Module, spots: Mapping[Spot, Slot]) -> Iterator[Mark]:
    """Yield the marks of one module.

    Args:
        facts: The project with the types known so far written in.
        module: One of its modules.
        spots: The slots that are still open.
    """
    counts: defaultdict[str, int] = defaultdict(int)
    for symbol in module.functions:
        nth = counts[symbol.name]
        counts[symbol.name] += 1
        if result := spots.get((module.path, symbol.name, "return", nth)):
            yield from _results(symbol, result)
        yield from _arguments(facts, symbol, nth, spots)
        yield from _beside(symbol, nth, spots)
    for (path, owner, name, _), slot in spots.items():
        if path == module.path and slot.kind in (SlotKind.ATTRIBUTE, SlotKind.VARIABLE):
            yield from _values(module, slot, owner, name)


def _results(symbol: FunctionSymbol, slot: Slot) -> Iterator[Mark]:
    for node in symbol.nodes:
        if isinstance(node, ast.Return) and node.value is not None and not is_none(node.value):
            yield Mark(slot, "return", node.value)
        elif isinstance(node, ast.Yield) and node.value is not None and not is_none(node.value):
            yield Mark(slot, "yield", node.value)
        elif isinstance(node, ast.YieldFrom):
            yield Mark(slot, "yield from", node.value)


def _arguments(facts: ProjectFacts, symbol: FunctionSymbol, nth: int, spots: Mapping[Spot, Slot]) -> Iterator[Mark]:
    """Yield the functions of other packages that parameters are passed to unchanged."""
    for call in symbol.nodes:
        if not isinstance(call, ast.Call):
            continue
        for label, value in labelled(call):
            slot = spots.get((symbol.module.path, symbol.name, value.id, nth)) if isinstance(value, ast.Name) else None
            if slot is None or slot.star or not isinstance(value, ast.Name):
                continue
            if not is_assigned(symbol, value.id, value) and callee(facts, symbol, call) is None:
                yield Mark(slot, "callee", call.func, label)


def _beside(symbol: FunctionSymbol, nth: int, spots: Mapping[Spot, Slot]) -> Iterator[Mark]:
    for flow in flows_of(symbol):
        slot = spots.get((symbol.module.path, symbol.name, flow.name, nth))
        if slot is None or slot.star or is_none(flow.node) or dotted(flow.node) == flow.name:
            continue
        if slot.default is not None and ast.dump(flow.node) == ast.dump(slot.default):
            continue  # its own default, which another source reads
        if flow.what in ("stored", "fallback") or not is_assigned(symbol, flow.name, flow.node):
            yield Mark(slot, flow.what, flow.node)


def _values(module: Module, slot: Slot, owner: str, name: str) -> Iterator[Mark]:
    """Yield what an attribute or variable is set to, and what is put into it."""
    if slot.kind is SlotKind.ATTRIBUTE and owner in module.classes:
        for method in module.classes[owner].node.body:
            first = next(iter(method.args.args), None) if isinstance(method, Function) else None
            if isinstance(method, Function) and first is not None:
                yield from _set(own_nodes(method.body), slot, f"{first.arg}.{name}")
    elif not owner:
        yield from _set(own_nodes(module.tree.body), slot, name)
        for symbol in module.functions:
            declared = any(isinstance(node, ast.Global) and name in node.names for node in symbol.nodes)
            if declared or name not in symbol.variables:
                yield from _set(symbol.nodes, slot, name)


def _set(nodes: Iterable[ast.AST], slot: Slot, written: str) -> Iterator[Mark]:
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if dotted(target) == written:
                    yield Mark(slot, "assign", node.value)
                elif isinstance(target, ast.Subscript) and dotted(target.value) == written:
                    yield from (Mark(slot, "key", target.slice), Mark(slot, "value", node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 1:
            what = _PUT_IN.get(node.func.attr)
            if what and dotted(node.func.value) == written:
                yield Mark(slot, what, node.args[0])


def write_marks(source: PythonSource, marks: Sequence[Mark]) -> Marked:
    """Write marks into a file: each expression is wrapped in ``reveal_type``."""
    by_span: defaultdict[tuple[int, int], list[Mark]] = defaultdict(list)
    for mark in marks:
        if not isinstance(mark.node, ast.Starred | ast.Slice):
            by_span[source.span(mark.node)].append(mark)
    events = [(start, 1, -end, OPEN, (start, end)) for start, end in by_span]
    events += [(end, 0, -start, _CLOSE, (start, end)) for start, end in by_span]
    pieces: list[bytes] = []
    places: dict[tuple[int, int], Sequence[Mark]] = {}
    position = 0
    line, column = 1, 0
    for offset, _, _, text, span in sorted(events):
        for piece in (source.data[position:offset], text):
            pieces.append(piece)
            lines = piece.decode(source.encoding.removesuffix("-sig"), "replace").split("\n")
            line += len(lines) - 1
            column = len(lines[-1]) + (column if len(lines) == 1 else 0)
        if text is OPEN:
            places[line, column - 1] = by_span[span]
        position = offset
    rest = source.data[position:]
    made = dict.fromkeys(name for mark in marks if mark.what == "callee" and (name := dotted(mark.node)))
    last = line + len(rest.decode(source.encoding.removesuffix("-sig"), "replace").split("\n"))
    constructors = {name: (last + 2 * number, last + 2 * number + 1) for number, name in enumerate(made)}
    ends = "".join(f"\n{OPEN.decode()}{name}.{method}))" for name in made for method in ("__init__", "__new__"))
    return Marked(b"".join([*pieces, rest, ends.encode(source.encoding.removesuffix("-sig"))]), places, constructors)
