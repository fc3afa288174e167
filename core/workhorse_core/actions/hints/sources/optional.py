"""What a default adds to a type: None, or the class of a marker that stands for "not given"."""

import ast
from typing import TYPE_CHECKING

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.modern import TypeText, alternatives, join, parse_type
from workhorse_core.actions.hints.sources.project_types import read_type
from workhorse_core.actions.hints.sources.values import type_of_value, union
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module

if TYPE_CHECKING:
    from workhorse_core.actions.hints.sources.project_facts import ProjectFacts

_MAX_STEPS = 5


def fit_default(index: SymbolIndex, slot: Slot, text: TypeText) -> TypeText:
    """Widen a parameter's type by its default where that does not belong to it already."""
    if slot.kind is not SlotKind.PARAMETER or slot.default is None:
        return text
    if isinstance(slot.default, ast.Constant) and slot.default.value is None:
        return text if "None" in members(index, text) else union(text, TypeText("None", {})) or text
    module = index.module(slot.path)
    marker = marker_class(index, module, slot.default)
    if marker is None or marker.expression in members(index, text):
        return text
    return union(text, marker) or text


def fit_uses(facts: "ProjectFacts", slot: Slot, text: TypeText) -> TypeText:
    """Add None to a parameter's type where the function asks whether it is None, or somebody gives it."""
    uses = facts.uses_in(slot) if slot.kind is SlotKind.PARAMETER and not slot.star else None
    if uses is None or "None" in members(facts.index, text):
        return text
    if "none" not in uses.operations and (slot.path, slot.key) not in facts.given_none:
        return text
    return union(text, TypeText("None", {})) or text


def marker_class(index: SymbolIndex, module: Module, default: ast.expr) -> TypeText | None:
    """Give the class of a project's own object that a default names: ``timeout=UNSET``."""
    if not isinstance(default, ast.Name):
        return None
    home = index.home(module, default.id) or ""
    there, _, attribute = home.partition(":")
    found = index.named(there)
    value = found.assigned.get(attribute) if found else None
    if found is None or not isinstance(value, ast.Call) or value.args or value.keywords:
        return None
    text = type_of_value(value, index, found)
    return text if text is not None and text.names else None


def without_none(text: TypeText) -> TypeText | None:
    """Leave None out of a union; None where nothing else is in it."""
    node = parse_type(text.expression)
    parts = [] if node is None else [each for each in alternatives(node) if ast.unparse(each) != "None"]
    return TypeText(ast.unparse(join(parts)), text.names) if parts else None


def member_texts(index: SymbolIndex, text: TypeText, steps: int = _MAX_STEPS) -> "list[TypeText]":
    """Give the types that a union holds, through the project's own aliases; None is not one of them."""
    node = parse_type(text.expression)
    found: dict[str, TypeText] = {}
    for part in alternatives(node) if node is not None else ():
        written = ast.unparse(part)
        module, _, attribute = text.names.get(written, "").partition(":")
        there = index.named(module)
        value = there.assigned.get(attribute) if there else None
        inner = read_type(index, there, value) if there is not None and value is not None and steps else None
        for each in (
            [TypeText(written, _named_in(part, text))] if inner is None else member_texts(index, inner, steps - 1)
        ):
            if each.expression != "None":
                found.setdefault(each.expression, each)
    return list(found.values())


def _named_in(node: ast.expr, text: TypeText) -> "dict[str, str]":
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return {name: home for name, home in text.names.items() if name in names}


def members(index: SymbolIndex, text: TypeText, steps: int = _MAX_STEPS) -> set[str]:
    """Name what a union holds, through the project's own aliases."""
    node = parse_type(text.expression)
    found: set[str] = set()
    for part in alternatives(node) if node is not None else ():
        written = ast.unparse(part)
        found.add(written)
        module, _, attribute = text.names.get(written, "").partition(":")
        there = index.named(module)
        value = there.assigned.get(attribute) if there else None
        if there is not None and value is not None and steps and (inner := read_type(index, there, value)) is not None:
            found |= members(index, inner, steps - 1)
    return found
