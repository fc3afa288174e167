"""Defaults: the type of the value that a parameter has when nothing is passed."""

import ast
from collections.abc import Iterator

from workhorse_core.actions.hints.slot import SlotKind
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, SlotEvidence
from workhorse_core.actions.hints.sources.values import type_of_value

SOURCE = "default"
_PLAIN = frozenset({"bool", "int", "str", "float"})
_ASKED = frozenset({"asked", "called", "identity", "none"})
_TOO_NARROW = frozenset({"bytes", "None"})
"""What takes bytes by default mostly takes text too."""


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
            yield from facts.found(slot, type_, SOURCE, kind)
