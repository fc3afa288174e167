"""Defaults: the type of the value that a parameter has when nothing is passed."""

import ast
import re
from collections.abc import Iterator

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, SlotEvidence
from workhorse_core.actions.hints.sources.values import type_of_value
from workhorse_core.languages.python.nodes import defaults_of, dotted
from workhorse_core.languages.python.type_expression import TypeExpression

SOURCE = "default"
_PLAIN = frozenset({"bool", "int", "str", "float"})
_ASKED = frozenset({"asked", "called", "identity", "none"})
_TOO_NARROW = frozenset({"bytes", "None"})
"""What takes bytes by default mostly takes text too."""
_FRACTIONAL = re.compile(
    r"delay|timeout|interval|ratio|factor|scale|seconds|secs|rate|duration|weight|alpha|jitter|backoff"
)
"""Names of what is measured, not counted."""
_TAKING_FLOATS = frozenset({"time.sleep", "sleep", "asyncio.sleep", "math.floor", "math.ceil", "round"})


def from_defaults(facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Take the type of a default that is not None."""
    for slot in facts.of_kind(SlotKind.PARAMETER):
        if slot.default is None or (isinstance(slot.default, ast.Constant) and slot.default.value is None):
            continue
        if any(use.guards or use.operations & _ASKED for use in facts.uses.get(slot.name, ())):
            continue  # some function asks what it is: it may be something else
        type_ = type_of_value(slot.default, facts.index, facts.index.module(slot.path))
        if type_ is not None and type_.text not in _TOO_NARROW:
            kind = type_.text if type_.text in _PLAIN else "class" if type_.names else "display"
            if kind == "int" and _may_be_float(facts, slot):
                type_, kind = TypeExpression("float", {}), "int for float"
            elif kind == "int" and _FRACTIONAL.search(slot.name):
                continue
            yield from facts.found(slot, type_, SOURCE, kind)


def _may_be_float(facts: ProjectFacts, slot: Slot) -> bool:
    """Whether a function calculates with a parameter as with a fraction: it divides it, or mixes it with floats."""
    symbol = facts.function(slot)
    pairs = defaults_of(symbol.node)
    floats = {each.arg for each, value in pairs if isinstance(value, ast.Constant) and isinstance(value.value, float)}
    for node in symbol.nodes:
        if isinstance(node, ast.BinOp) and slot.name in (dotted(node.left), dotted(node.right)):
            other = node.right if dotted(node.left) == slot.name else node.left
            is_float = isinstance(other, ast.Constant) and isinstance(other.value, float)
            if isinstance(node.op, ast.Div) or is_float or dotted(other) in floats:
                return True
    calls = (node for node in symbol.nodes if isinstance(node, ast.Call) and node.args)
    return any(dotted(call.func) in _TAKING_FLOATS and dotted(call.args[0]) == slot.name for call in calls)
