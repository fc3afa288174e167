"""Conflicts between sources, settled by evidence: each source's weight is what it was measured to be worth.

The weights were set by hand after shares of right answers on real projects (see docs/results.md). What says the same by
way of another source (a parameter passed on, one of the same name) lifts nothing by itself.
"""

from collections.abc import Sequence
from math import log

from workhorse_core.code.nodes import Function
from workhorse_core.code.signature import is_stub
from workhorse_core.hinting.evidence import Evidence, Settlement
from workhorse_core.hinting.slot import Slot, SlotKind
from workhorse_core.rules.hints.modern import TypeText, join_text, same
from workhorse_core.rules.hints.optional import members
from workhorse_core.rules.hints.scene import Scene

THRESHOLD = 0.5
TRACE = "trace"


def settle(slot: Slot, evidence: Sequence[Evidence], scene: Scene) -> Settlement:
    """Give the type that the evidence speaks for; what was seen at run time may widen it by None, or refute it."""
    said = [each for each in evidence if not _says_nothing(slot, each)]
    groups: list[list[Evidence]] = []
    for each in said:
        group = next((group for group in groups if same(group[0].expression, each.expression)), None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    groups.sort(key=_worth, reverse=True)
    if not groups or max(each.weight for each in groups[0]) < THRESHOLD:
        return Settlement(None, conflicts=tuple(evidence))
    best, others = groups[0], tuple(each for group in groups[1:] for each in group)
    expression = best[0].expression
    seen = next((each for each in others if each.source == TRACE), None)
    if seen is not None:
        unknown = members(scene.index, _text(seen)) - members(scene.index, _text(best[0]))
        if unknown == {"None"}:
            expression = join_text([expression, "None"])
        elif unknown and not best[0].names:
            return Settlement(None, conflicts=tuple(evidence))
    sources = tuple(dict.fromkeys(each.source for each in sorted(best, key=lambda each: -each.weight)))
    return Settlement(expression, sources, best[0].names, others)


def _text(evidence: Evidence) -> TypeText:
    return TypeText(evidence.expression, evidence.names)


def _says_nothing(slot: Slot, evidence: Evidence) -> bool:
    """Refuse None as the result of a method that is there to be overridden, whoever says so."""
    if slot.kind is not SlotKind.RETURN or evidence.expression != "None" or slot.owner.endswith("__init__"):
        return False
    return isinstance(slot.node, Function) and bool(slot.parents) and is_stub(slot.node.body)


def _worth(group: Sequence[Evidence]) -> float:
    """Add up the logarithms of the odds, one for each source."""
    weights = {each.source: min(each.weight, 0.98) for each in group}
    return sum(log(weight / (1 - weight)) for weight in weights.values())
