"""Overridden methods: types of the base class, in the project or in Python's own protocols."""

import ast
from collections.abc import Iterator

from workhorse_core.actions.hints.slot import Slot, SlotKind, slot_key
from workhorse_core.actions.hints.sources.dunders import HOMES, PARAMETERS, RETURNS
from workhorse_core.actions.hints.sources.ending import Endings
from workhorse_core.actions.hints.sources.project_facts import (
    ABSTRACT,
    ProjectFacts,
    SlotEvidence,
    decorators_of,
    positional_of,
)
from workhorse_core.languages.python.nodes import arguments_of, dotted, is_stub, last_name, without_docstring
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol
from workhorse_core.languages.python.type_expression import TypeExpression, is_same, join_text

SOURCE = "override"
_SURE = frozenset({"default", "docstring", "isinstance", "literal", "name", "override"})


def from_overrides(facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Take the type of the same parameter in a base class of the project, or in Python's data model."""
    endings = Endings(facts)
    for slot in facts.of_kind(SlotKind.PARAMETER, SlotKind.RETURN):
        symbol = facts.function(slot)
        if symbol.owner is None or (slot.kind is SlotKind.RETURN and endings.never_returns(symbol)):
            continue
        yield from facts.found(slot, _special(slot, symbol), SOURCE, "special")
        if (inherited := _inherited(facts, slot, symbol)) is not None:
            type_, kind = inherited
            yield from facts.found(slot, type_, SOURCE, f"{kind} {slot.kind}")
        elif slot.kind is SlotKind.PARAMETER:
            yield from facts.found(slot, _overriding(facts, symbol, slot.name), SOURCE, "overriding parameter")
        elif is_stub(symbol.node.body):
            given = _overriding(facts, symbol, "return")
            if given is None or not _gives_none(symbol):
                yield from facts.found(slot, given, SOURCE, "overriding return")
            else:
                optional = TypeExpression(join_text([given.text, "None"]), given.names)
                yield from facts.found(slot, optional, SOURCE, "overriding return or None")


def _special(slot: Slot, symbol: FunctionSymbol) -> TypeExpression | None:
    expression = ""
    if slot.kind is SlotKind.RETURN:
        expression = RETURNS.get(symbol.node.name, "")
    else:
        asked = PARAMETERS.get(symbol.node.name, ())
        arguments = positional_of(symbol)
        if len(arguments) == len(asked) or (len(arguments) < len(asked) and symbol.node.args.vararg):
            expression = dict(zip((each.arg for each in arguments), asked, strict=False)).get(slot.name, "")
    if not expression:
        return None
    return TypeExpression(expression, {name: home for name, home in HOMES.items() if name in expression})


def _inherited(facts: ProjectFacts, slot: Slot, symbol: FunctionSymbol) -> tuple[TypeExpression, str] | None:
    """Return the type in the nearest base class, and how it is known: annotated, sure or guessed."""
    owner = facts.class_of(symbol)
    if owner is None or symbol.node.name in {"__init__", "__new__"}:
        return None
    for base in facts.index.ancestors(owner):
        method = base.method(symbol.node.name)
        if method is None:
            continue
        name = slot.name
        if slot.kind is SlotKind.PARAMETER and name not in {each.arg for each in arguments_of(method.node)}:
            return None
        type_ = facts.type_of(method, name)
        if type_ is None or any(_is_variable(facts, home) for home in type_.names.values()):
            return None
        sources = facts.sources.get((method.module.path, slot_key(method, name)))
        return type_, "annotated" if sources is None else "sure" if sources & _SURE else "guessed"
    return None


def _overriding(facts: ProjectFacts, symbol: FunctionSymbol, name: str) -> TypeExpression | None:
    """Return the type of a parameter, or the return, on which all overriding methods agree."""
    if symbol.node.name in {"__init__", "__new__"}:
        return None
    heirs = facts.derived.get(symbol.owner, ()) if symbol.owner is not None else ()
    methods = [method for heir in heirs if (method := heir.method(symbol.node.name)) is not None]
    types = [facts.type_of(method, name) for method in methods]
    first = types[0] if types else None
    if first is None or any(type_ is None or not is_same(type_.text, first.text) for type_ in types):
        return None
    return None if "Self" in first.names else first


def _gives_none(symbol: FunctionSymbol) -> bool:
    """Whether a method that may be overridden need not be: its body is a docstring or ``pass``."""
    rest = without_docstring(symbol.node.body)
    return all(isinstance(each, ast.Pass) for each in rest) and not decorators_of(symbol.node) & ABSTRACT


def _is_variable(facts: ProjectFacts, home: str) -> bool:
    """Whether a name is a type variable, whose meaning belongs to the class it stands in."""
    module, _, attribute = home.partition(":")
    found = facts.index.named(module)
    value = found.assigned.get(attribute) if found else None
    return value is not None and isinstance(value, ast.Call) and last_name(dotted(value.func) or "") == "TypeVar"
