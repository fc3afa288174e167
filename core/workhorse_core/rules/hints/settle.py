"""Conflicts between sources, settled by evidence: each source's weight is what it was measured to be worth."""

from collections.abc import Sequence
from math import log

from workhorse_core.hinting.evidence import Evidence, Settlement
from workhorse_core.code.nodes import Function
from workhorse_core.code.signature import is_stub
from workhorse_core.hinting.slot import Slot, SlotKind
from workhorse_core.rules.hints.modern import same
from workhorse_core.rules.hints.scene import Scene

THRESHOLD = 0.5


def settle(slot: Slot, evidence: Sequence[Evidence], scene: Scene) -> Settlement:
    """Give the type that the evidence speaks for."""
    evidence = [each for each in evidence if not _says_nothing(slot, each)]
    groups: list[list[Evidence]] = []
    for each in evidence:
        group = next((group for group in groups if same(group[0].expression, each.expression)), None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    if not groups:
        return Settlement(None)
    groups.sort(key=_worth, reverse=True)
    best = groups[0]
    others = tuple(each for group in groups[1:] for each in group)
    if max(each.weight for each in best) < THRESHOLD:
        return Settlement(None, conflicts=tuple(evidence))
    sources = tuple(dict.fromkeys(each.source for each in sorted(best, key=lambda each: -each.weight)))
    return Settlement(best[0].expression, sources, best[0].names, others)


def _says_nothing(slot: Slot, evidence: Evidence) -> bool:
    """Refuse None as the result of a method that is there to be overridden, whoever says so."""
    if slot.kind is not SlotKind.RETURN or evidence.expression != "None" or slot.owner.endswith("__init__"):
        return False
    return isinstance(slot.node, Function) and bool(slot.parents) and is_stub(slot.node.body)


def _worth(group: Sequence[Evidence]) -> float:
    """Add up the logarithms of the odds, one for each source."""
    weights = {each.source: min(each.weight, 0.98) for each in group}
    return sum(log(weight / (1 - weight)) for weight in weights.values())
