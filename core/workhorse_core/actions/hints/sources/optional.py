"""Types widened by a default: by None, or by the class of a marker that stands for "not given"."""

import ast
from typing import TYPE_CHECKING

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.project_types import read_type
from workhorse_core.actions.hints.sources.values import type_of_value
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.type_expression import TypeExpression, union
from workhorse_core.languages.python.type_expression import members as alternatives
from workhorse_core.languages.python.type_reader import parse_type

if TYPE_CHECKING:
    from workhorse_core.actions.hints.sources.project_facts import ProjectFacts

_MAX_STEPS = 5


def fit_default(index: SymbolIndex, slot: Slot, type_: TypeExpression) -> TypeExpression:
    """Widen a parameter's type by its default where that does not belong to it already."""
    if slot.kind is not SlotKind.PARAMETER or slot.default is None:
        return type_
    if isinstance(slot.default, ast.Constant) and slot.default.value is None:
        return type_ if "None" in members(index, type_) else union(type_, TypeExpression("None", {})) or type_
    module = index.module(slot.path)
    marker = marker_class(index, module, slot.default)
    if marker is None or marker.text in members(index, type_):
        return type_
    return union(type_, marker) or type_


def fit_uses(facts: "ProjectFacts", slot: Slot, type_: TypeExpression) -> TypeExpression:
    """Add None to a parameter's type where the function compares it with None, or some call passes None."""
    uses = facts.uses_in(slot) if slot.kind is SlotKind.PARAMETER and not slot.star else None
    if uses is None or "None" in members(facts.index, type_):
        return type_
    if "none" not in uses.operations and (slot.path, slot.key) not in facts.given_none:
        return type_
    return union(type_, TypeExpression("None", {})) or type_


def marker_class(index: SymbolIndex, module: Module, default: ast.expr) -> TypeExpression | None:
    """Return the class of a project's own object that a default names: ``timeout=UNSET``."""
    if not isinstance(default, ast.Name):
        return None
    home = index.home(module, default.id) or ""
    there, _, attribute = home.partition(":")
    found = index.named(there)
    value = found.assigned.get(attribute) if found else None
    if found is None or not isinstance(value, ast.Call) or value.args or value.keywords:
        return None
    type_ = type_of_value(value, index, found)
    return type_ if type_ is not None and type_.names else None


def member_types(index: SymbolIndex, type_: TypeExpression, steps: int = _MAX_STEPS) -> "list[TypeExpression]":
    """Return the types that a union holds, through the project's own aliases, None left out."""
    node = parse_type(type_.text)
    found: dict[str, TypeExpression] = {}
    for part in alternatives(node) if node is not None else ():
        written = ast.unparse(part)
        module, _, attribute = type_.names.get(written, "").partition(":")
        there = index.named(module)
        value = there.assigned.get(attribute) if there else None
        inner = read_type(index, there, value) if there is not None and value is not None and steps else None
        own = TypeExpression(written, _named_in(part, type_))
        for each in [own] if inner is None else member_types(index, inner, steps - 1):
            if each.text != "None":
                found.setdefault(each.text, each)
    return list(found.values())


def _named_in(node: ast.expr, type_: TypeExpression) -> "dict[str, str]":
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return {name: home for name, home in type_.names.items() if name in names}


def members(index: SymbolIndex, type_: TypeExpression, steps: int = _MAX_STEPS) -> set[str]:
    """Name what a union holds, through the project's own aliases."""
    node = parse_type(type_.text)
    found: set[str] = set()
    for part in alternatives(node) if node is not None else ():
        written = ast.unparse(part)
        found.add(written)
        module, _, attribute = type_.names.get(written, "").partition(":")
        there = index.named(module)
        value = there.assigned.get(attribute) if there else None
        if there is not None and value is not None and steps and (inner := read_type(index, there, value)) is not None:
            found |= members(index, inner, steps - 1)
    return found
