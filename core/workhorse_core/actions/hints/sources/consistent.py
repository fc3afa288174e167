"""Whether a type can be a slot's at all: the function's own uses of a parameter, and what it returns."""

import ast

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.optional import member_types
from workhorse_core.actions.hints.sources.optional import members as holding
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, decorators_of
from workhorse_core.languages.python.nodes import Function, dotted, is_none, own_nodes
from workhorse_core.languages.python.type_expression import TypeExpression

_PLAIN = frozenset({"bool", "int", "float", "complex"})
_TEXTS = frozenset({"str", "bytes"})


def is_consistent(facts: ProjectFacts, slot: Slot, type_: TypeExpression) -> bool:
    """Return whether every use in the function is consistent with a type."""
    if slot.kind is SlotKind.RETURN and isinstance(slot.node, Function):
        return type_.text != "None" or not _gives_something(slot.node)
    if slot.kind is not SlotKind.PARAMETER or slot.star:
        return True
    uses = facts.uses_in(slot)
    members = member_types(facts.index, type_)
    if _may_be_reset(facts, slot) and "None" not in holding(facts.index, type_):
        return False
    if uses is None or not members:
        return True
    names = {member.text for member in members}
    if "str" in names and slot.name in facts.choices:
        return False
    if uses.guards and not _holds_guarded(facts, slot, uses.guards, names):
        return False
    if uses.guards or uses.assigned or "asked" in uses.operations:
        return True
    if names <= _PLAIN and uses.operations & {"iterated", "item", "called"}:
        return False
    if names <= _TEXTS and uses.operations & {"called", "looped", "identity"}:
        return False
    return not uses.attributes or any(facts.has(member, uses.attributes) is not False for member in members)


def _may_be_reset(facts: ProjectFacts, slot: Slot) -> bool:
    """Whether a setter's parameter becomes an attribute that is None at first: it may be set to None again."""
    symbol = facts.function(slot)
    is_setter = symbol.node.name.startswith("set") or "setter" in decorators_of(symbol.node)
    if not is_setter or symbol.owner is None:
        return False
    stored = {
        dotted(target)
        for node in symbol.nodes
        if isinstance(node, ast.Assign) and dotted(node.value) == slot.name
        for target in node.targets
    }
    first = (node for node in ast.walk(symbol.owner) if isinstance(node, ast.Assign) and is_none(node.value))
    return any(dotted(target) in stored for node in first for target in node.targets)


def _gives_something(node: Function) -> bool:
    values = (each.value for each in own_nodes(node.body) if isinstance(each, ast.Return))
    return any(isinstance(value, (ast.Name, ast.Constant)) and not is_none(value) for value in values)


def _holds_guarded(facts: ProjectFacts, slot: Slot, guards: list[ast.expr], names: set[str]) -> bool:
    """A function that asks what it was given takes what it asks for, and something else too."""
    asked: set[str] = set()
    for guard in guards:
        for each in guard.elts if isinstance(guard, ast.Tuple) else [guard]:
            asked.add((dotted(each) or "").rpartition(".")[2])
    heads = {name.partition("[")[0] for name in names}
    return not heads <= asked
