"""Call sites inside the project: what is given for a parameter wherever its function is called."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from workhorse_core.actions.hints.slot import SlotKind, slot_key
from workhorse_core.actions.hints.sources.calls import callee, is_assigned, labelled, parameter_named
from workhorse_core.actions.hints.sources.literals import class_kind
from workhorse_core.actions.hints.sources.project_facts import Key, ProjectFacts, SlotEvidence, is_auxiliary, is_private
from workhorse_core.actions.hints.sources.values import type_of_value
from workhorse_core.languages.python.nodes import dotted, is_none, last_name
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol
from workhorse_core.languages.python.type_expression import TypeExpression, union

SOURCE = "call-sites"
_NONE = TypeExpression("None", {})
_TOO_NARROW = frozenset({"list", "dict", "set", "tuple"})
"""Kinds of containers: who takes one of them mostly takes others too."""


def from_call_sites(facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Take the type that all calls pass for a parameter, where each shows it; add None where one passes it."""
    given = _given(facts)
    for slot in facts.of_kind(SlotKind.PARAMETER):
        types = given.get((slot.path, slot.key))
        if slot.star or not types or None in types.values():
            continue
        kinds = [type_ for type_ in types.values() if type_ is not None and type_ != _NONE]
        if len(kinds) != 1 or kinds[0].text.partition("[")[0] in _TOO_NARROW:
            continue
        type_ = union(kinds[0], _NONE) if len(types) > 1 else kinds[0]
        optional = " or None" if len(types) > 1 else ""
        kind = f"{'private' if is_private(slot) else 'public'} {_what(facts, kinds[0])}{optional}"
        yield from facts.found(slot, type_, SOURCE, kind)


def _what(facts: ProjectFacts, type_: TypeExpression) -> str:
    return class_kind(facts, type_) if type_.names else "bool" if type_.text == "bool" else "plain"


def find_none(facts: ProjectFacts) -> Iterator[Key]:
    """Yield the parameters for which some call passes None; a call that expects an error does not count."""
    for symbol in facts.index.functions:
        refused = {id(inner) for node in symbol.nodes if _expects_error(node) for inner in ast.walk(node)}
        for call in symbol.nodes:
            if not isinstance(call, ast.Call) or id(call) in refused:
                continue
            given = [label for label, value in labelled(call) if is_none(value)]
            target = callee(facts, symbol, call) if given else None
            for label in given:
                if target is not None and (name := parameter_named(target, label)) is not None:
                    yield target.module.path, slot_key(target, name)


def _expects_error(node: ast.AST) -> bool:
    if not isinstance(node, (ast.With, ast.AsyncWith)):
        return False
    calls = (each.context_expr.func for each in node.items if isinstance(each.context_expr, ast.Call))
    return any("raises" in last_name(dotted(each) or "").lower() for each in calls)


def _given(facts: ProjectFacts) -> "dict[Key, dict[str, TypeExpression | None]]":
    """Gather the types passed for each parameter, by their spelling; None for an unknown one."""
    given: defaultdict[Key, dict[str, TypeExpression | None]] = defaultdict(dict)
    for symbol in facts.index.functions:
        if is_auxiliary(symbol.module.path):
            continue
        for call in symbol.nodes:
            target = callee(facts, symbol, call) if isinstance(call, ast.Call) else None
            if target is None or not isinstance(call, ast.Call):
                continue
            for label, value in labelled(call):
                if (name := parameter_named(target, label)) is not None:
                    type_ = _type_of(facts, symbol, value)
                    given[target.module.path, slot_key(target, name)][type_.text if type_ else ""] = type_
    return given


def _type_of(facts: ProjectFacts, symbol: FunctionSymbol, value: ast.expr) -> TypeExpression | None:
    """Return the type of an argument: by itself, by the annotation of its name, or by the called function."""
    if is_none(value):
        return _NONE
    if isinstance(value, ast.Name):
        if is_assigned(symbol, value.id, value) or not facts.is_firm(symbol, value.id):
            return None
        return facts.type_of(symbol, value.id)
    target = callee(facts, symbol, value) if isinstance(value, ast.Call) else None
    if target is not None and target.node.name not in {"__init__", "__new__"}:
        return facts.type_of(target, "return") if facts.is_firm(target, "return") else None
    return type_of_value(value, facts.index, symbol.module)
