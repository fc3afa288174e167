"""Real annotations by the kind of their slot: a parameter or a return, and what type stands there."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from compare import Judged, Verdict

from workhorse_core.actions.hints.slot import SlotKind
from workhorse_core.languages.python.nodes import dotted, last_name
from workhorse_core.languages.python.type_expression import is_none, members

_ITERATED = frozenset({"Iterator", "Generator", "AsyncIterator", "AsyncGenerator", "Iterable", "AsyncIterable"})
_NEVER = frozenset({"NoReturn", "Never"})


def kind_of(judged: Judged) -> str:
    """Name the kind of slot that a real annotation fills: "return, iterator", "parameter, optional"."""
    where = str(judged.truth.kind)
    return f"{where}, {what}" if (what := _what(judged)) else where


def _what(judged: Judged) -> str:
    node = ast.parse(judged.real.text, mode="eval").body
    parts = list(members(node))
    heads = {last_name(dotted(each.value if isinstance(each, ast.Subscript) else each) or "") for each in parts}
    if judged.truth.kind in (SlotKind.ATTRIBUTE, SlotKind.VARIABLE):
        return ""
    if (any(map(is_none, parts)) and len(parts) > 1) or "Optional" in heads:
        return "optional"
    if judged.truth.kind is SlotKind.RETURN and heads & (_ITERATED | _NEVER | {"Self"}):
        return "Self" if "Self" in heads else "NoReturn" if heads & _NEVER else "iterator"
    if len(parts) > 1 or "Union" in heads:
        return "union"
    return "container or callable" if isinstance(node, ast.Subscript) or "Callable" in heads else "plain"


def by_kind(judged: Iterable[Judged]) -> dict[str, Counter[Verdict]]:
    """Count verdicts by kind of slot, the most frequent kind first."""
    counts: defaultdict[str, Counter[Verdict]] = defaultdict(Counter)
    for each in judged:
        counts[kind_of(each)][each.verdict] += 1
    return dict(sorted(counts.items(), key=lambda item: -item[1].total()))


def kind_rows(judged: Sequence[Judged]) -> list[list[str]]:
    """Return the rows of a table: kind, how many there are, exact, compatible, different."""
    verdicts = (Verdict.EXACT, Verdict.COMPATIBLE, Verdict.DIFFERENT)
    return [
        [kind, str(counts.total()), *(str(counts[verdict]) for verdict in verdicts)]
        for kind, counts in by_kind(judged).items()
    ]
