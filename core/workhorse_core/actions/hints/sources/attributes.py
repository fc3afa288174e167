"""The one class that has every attribute which a function takes of a parameter."""

import datetime
import decimal
import fractions
import logging
import pathlib
import re
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.names import HARMLESS, words_of
from workhorse_core.actions.hints.sources.project_facts import (
    ProjectFacts,
    SlotEvidence,
    common_names,
    decorators_of,
    is_auxiliary,
)
from workhorse_core.actions.hints.sources.project_types import class_type
from workhorse_core.languages.python.symbols.symbol import ClassSymbol
from workhorse_core.languages.python.type_expression import TypeExpression

SOURCE = "attributes"
_LIBRARY: Sequence[type] = (
    *(datetime.datetime, datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo, decimal.Decimal),
    *(fractions.Fraction, logging.Logger, logging.LogRecord, pathlib.Path, re.Match, re.Pattern, threading.Thread),
    *(threading.Event, uuid.UUID),
)


def from_attributes(facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Take the only class of the project, or of a library that the module imports, that has all that is taken."""
    owners = _owners(facts)
    for slot in facts.of_kind(SlotKind.PARAMETER):
        uses = facts.uses_in(slot)
        if slot.star or uses is None or uses.assigned or uses.guards or "asked" in uses.operations:
            continue
        taken = uses.attributes | uses.kept
        symbol = facts.function(slot)
        if not taken or slot.name in ("self", "cls") or not decorators_of(symbol.node) <= HARMLESS:
            continue
        own = [owners.get(name, []) for name in taken]
        found = [each for each in own[0] if all(each in others for others in own[1:])]
        library = _of_library(facts, slot, frozenset(taken))
        if found and not library and not taken <= common_names():
            others = [each for each in found if each.node is not symbol.owner]  # it offers what it passes on
            yield from _of_project(facts, slot, others, len(taken))
        elif len(library) == 1 and not found:
            yield from facts.found(slot, library[0], SOURCE, "library")


def _owners(facts: ProjectFacts) -> Mapping[str, Sequence[ClassSymbol]]:
    """Return the classes that have an attribute, by its name."""
    found: dict[str, list[ClassSymbol]] = {}
    for module in facts.index.modules:
        if not is_auxiliary(module.path):
            for symbol in module.classes.values():
                for name in facts.known_attributes(symbol):
                    found.setdefault(name, []).append(symbol)
    return found


def _of_project(facts: ProjectFacts, slot: Slot, found: Sequence[ClassSymbol], count: int) -> Iterator[SlotEvidence]:
    """Take the public class that all others with these attributes are derived from."""
    found = [each for each in found if not each.name.startswith("_")] or found
    bases = [
        each
        for each in found
        if all(other is each or any(each.node is base.node for base in facts.index.ancestors(other)) for other in found)
    ]
    if len(bases) != 1 or "." in bases[0].name:
        return
    known = words_of(bases[0].name)
    words = [each for each in slot.name.lower().split("_") if each]
    named = " named" if words and all(each in known or each.removesuffix("s") in known for each in words) else ""
    place = " parent" if len(found) > 1 else " based" if next(facts.index.ancestors(bases[0]), None) else ""
    yield from facts.found(slot, class_type(bases[0]), SOURCE, f"{'one' if count == 1 else 'several'}{place}{named}")


def _of_library(facts: ProjectFacts, slot: Slot, taken: frozenset[str]) -> list[TypeExpression]:
    """Return the everyday classes that have all attributes, where the module imports from their library."""
    kinds = _library_classes(taken)
    if not kinds or any(taken <= set(dir(kind)) for kind in (str, bytes, list, dict, set, tuple, int, float)):
        return []
    imported = {each.module for each in facts.index.module(slot.path).imports}
    homes = [f"{kind.__module__}:{kind.__qualname__}" for kind in kinds]
    return [
        TypeExpression(home.partition(":")[2], {home.partition(":")[2]: home})
        for home in homes
        if home.partition(":")[0] in imported
    ]


@cache
def _library_classes(taken: frozenset[str]) -> Sequence[type]:
    return [kind for kind in _LIBRARY if taken <= _attributes_of(kind)]


@cache
def _attributes_of(kind: type) -> frozenset[str]:
    return frozenset(dir(kind))
