"""Parameters that are passed on unchanged: their types as the called function has them."""

import ast
from collections.abc import Iterator

from workhorse_core.actions.hints.slot import SlotKind, slot_key
from workhorse_core.actions.hints.sources.calls import callee, is_assigned, labelled, parameter_named
from workhorse_core.actions.hints.sources.names import HARMLESS
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, SlotEvidence, decorators_of
from workhorse_core.languages.python.nodes import defaults_of, is_none
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol
from workhorse_core.languages.python.type_expression import TypeExpression, without_none

SOURCE = "passed-on"


def from_passed_on(facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Take the type of the parameter that a parameter becomes, when all callees agree."""
    for slot in facts.of_kind(SlotKind.PARAMETER):
        symbol = facts.function(slot)
        if slot.star or not decorators_of(symbol.node) <= HARMLESS:
            continue
        taken = list(_taken_as(facts, symbol, slot.name))
        found = {type_.text: type_ for type_, _ in taken}
        if len(found) == 1:
            (type_,) = found.values()
            yield from facts.found(slot, type_, SOURCE, "firm" if any(firm for _, firm in taken) else "named")


def _taken_as(facts: ProjectFacts, symbol: FunctionSymbol, name: str) -> Iterator[tuple[TypeExpression, bool]]:
    for call in symbol.nodes:
        if not isinstance(call, ast.Call):
            continue
        for label, value in labelled(call):
            if isinstance(value, ast.Name) and value.id == name and not is_assigned(symbol, name, value):
                target = callee(facts, symbol, call)
                parameter = parameter_named(target, label) if target else None
                if target is None or parameter is None:
                    continue
                firm = facts.is_firm(target, parameter)
                named = "name" in facts.sources.get((target.module.path, slot_key(target, parameter)), ())
                type_ = facts.type_of(target, parameter) if firm or named else None
                if type_ is not None and _may_be_left_out(target, parameter):
                    type_ = without_none(type_)
                if type_ is not None:
                    yield type_, firm


def _may_be_left_out(symbol: FunctionSymbol, name: str) -> bool:
    """Whether None is a parameter's default, which shows nothing about arguments that are given."""
    return any(each.arg == name and is_none(value) for each, value in defaults_of(symbol.node))
