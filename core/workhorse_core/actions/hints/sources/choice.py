"""The choice of a type among conflicting evidence, by measured weights.

Each piece of evidence has the measured precision of its source (`weights`). Sources that read the same code count once,
by the best of them; independent ones add to each other: the probability that all are wrong is the product of theirs.
Conflicting evidence reduces the probability in proportion to its odds.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from workhorse_core.actions.hints.evidence import Choice, Evidence
from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.optional import members
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, is_private
from workhorse_core.languages.python.nodes import Function, is_stub
from workhorse_core.languages.python.type_expression import TypeExpression, is_same, join_text, without_none

THRESHOLD = 0.82
"""The probability from which a type is proposed; see docs/results.md for what other values would give."""
TRACE = "trace"
_LOOKS_AT: Mapping[str, str] = MappingProxyType(
    {
        "default": "value",
        "name": "names",
        "same-name": "names",
        "literal": "body",
        "isinstance": "body",
        "used-as": "body",
        "attributes": "body",
        "compared": "body",
        "fallback": "value",
    }
)
"""What a source looks at where others look at it too."""


def choose_type(slot: Slot, evidence: Sequence[Evidence], facts: ProjectFacts) -> Choice:
    """Choose the type that the evidence supports; a run-time trace may widen it by None, or refute it."""
    said = [each for each in evidence if not _says_nothing(slot, each)]
    groups: list[list[Evidence]] = []
    for each in said:
        group = next((group for group in groups if _agree(slot, group[0], each)), None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    groups.sort(key=probability, reverse=True)
    others = tuple(each for group in groups[1:] for each in group)
    if not groups or _share(groups) < THRESHOLD or not _is_enough(slot, groups[0]):
        return Choice(None, conflicts=tuple(evidence))
    best = groups[0]
    seen = next((each for each in others if each.source == TRACE), None)
    expression = next((each.expression for each in best if _holds_none(each)), best[0].expression)
    if seen is not None:
        unknown = members(facts.index, _text(seen)) - members(facts.index, _text(best[0]))
        if unknown == {"None"}:
            expression = join_text([expression, "None"])
        elif unknown and not best[0].names:
            return Choice(None, conflicts=tuple(evidence))
    sources = tuple(dict.fromkeys(each.source for each in sorted(best, key=lambda each: -each.weight)))
    return Choice(expression, sources, best[0].names, others)


def _is_enough(slot: Slot, group: Sequence[Evidence]) -> bool:
    """Whether evidence is enough for a parameter: weak evidence must come from two views, likenesses never do.

    What calls pass and what a default shows is weak only where there may be other callers.
    """
    if slot.kind is not SlotKind.PARAMETER:
        return True
    if len({_view(each) for each in group}) > 1:
        return not all(_is_likeness(each) for each in group)  # a guess is inherited by name as well
    return not all(_is_likeness(each) or (_is_partial(each) and not is_private(slot)) for each in group)


def _is_likeness(evidence: Evidence) -> bool:
    """Whether evidence is a likeness of names, or another guess that was inherited."""
    if evidence.source == "name":
        return evidence.kind.startswith("end ")
    if evidence.source == "override":
        return evidence.kind.startswith("guessed")
    if evidence.source == "same-name":
        return not evidence.kind.endswith(" many")
    return evidence.source == "passed-on" and evidence.kind == "named"


def _is_partial(evidence: Evidence) -> bool:
    """Whether evidence is what some calls pass, or a default that a wider type may have too."""
    return evidence.source in ("call-sites", "pyrefly") or (evidence.source == "default" and evidence.kind == "int")


def probability(group: Sequence[Evidence]) -> float:
    """Return the probability that a group of agreeing evidence is right, from 0 to 1."""
    best: dict[str, float] = {}
    for each in group:
        view = _view(each)
        best[view] = max(best.get(view, 0.0), each.weight)
    wrong = 1.0
    for weight in best.values():
        wrong *= 1 - weight
    return 1 - wrong


def _view(evidence: Evidence) -> str:
    if evidence.source == "pyrefly":
        last = evidence.kind.rpartition(" ")[2]
        return {"default": "value", "parameter": "call-sites"}.get(last, "body")
    if evidence.source == "revealed":
        return "library" if evidence.kind.startswith("library") else "body"
    if evidence.source == "passed-on" and evidence.kind == "named":
        return "names"
    return _LOOKS_AT.get(evidence.source, evidence.source)


def _share(groups: Sequence[Sequence[Evidence]]) -> float:
    """Return the probability of the first group, given that at most one of them is right."""
    odds = [min(probability(group), 0.999) / (1 - min(probability(group), 0.999)) for group in groups]
    return odds[0] / (1 + sum(odds))


def _agree(slot: Slot, one: Evidence, other: Evidence) -> bool:
    """Whether two pieces of evidence agree; of a parameter, None aside, which not every source can see."""
    if is_same(one.expression, other.expression):
        return True
    if slot.kind is not SlotKind.PARAMETER or _holds_none(one) == _holds_none(other):
        return False
    plain = [without_none(_text(each)) for each in (one, other)]
    return plain[0] is not None and plain[1] is not None and is_same(plain[0].text, plain[1].text)


def _holds_none(evidence: Evidence) -> bool:
    return evidence.expression.endswith("| None")


def _text(evidence: Evidence) -> TypeExpression:
    return TypeExpression(evidence.expression, evidence.names)


def _says_nothing(slot: Slot, evidence: Evidence) -> bool:
    """Refuse None as the result of a method that is there to be overridden, from any source."""
    if slot.kind is not SlotKind.RETURN or evidence.expression != "None" or slot.owner.endswith("__init__"):
        return False
    return isinstance(slot.node, Function) and bool(slot.parents) and is_stub(slot.node.body)
