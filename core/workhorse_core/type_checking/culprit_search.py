"""Search for the annotations that cause a type checker's findings: all findings at once, in few runs.

Each finding is a case of its own with its candidates in order. In every run each open case leaves out its likeliest
candidate, then more of them, until the finding goes; then bisection singles out those that it takes. A culprit that was
found while others near it were left out, too, is tried once more.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, log2

from workhorse_core.pipeline.check import Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.tools.findings import steady
from workhorse_core.type_checking.bisection import Search, search
from workhorse_core.type_checking.fault_localization import FaultLocalization

MAX_ROUNDS = 40
_MAX_TRIALS = 8
"""The most times that culprits are put back in all; those that were not tried by then stay out."""
_SEVERAL = 3
_TOLD_APART = 4
"""The culprits of one finding that are each looked for by bisection, where many were found together."""
_FEW = 16
"""Searches that leave out more parts than these wait for the others, whose findings would go with theirs."""

Key = tuple[str, int, str, str]
"""A finding, placed in the base: path, line, rule, message."""

Ask = Callable[[Sequence[Part], Sequence[Finding]], Awaitable[list[Finding]]]
"""Returns the new findings of the candidate that is made of some parts; lines are the base's.

With findings it may leave out checkers and files that cannot show whether these remain.
"""


def key_of(finding: Finding) -> Key:
    """Return the key of a finding whose line is the base's."""
    return finding.path, finding.line, finding.rule, steady(finding.message)


@dataclass
class _Case:
    """One finding; ``out`` are the parts that its search leaves out next, ``near`` those that may well cause it."""

    finding: Finding
    near: frozenset[Part]
    search: Search
    out: Sequence[Part]
    is_open: bool = True
    is_done: bool = False
    is_tried: bool = False
    """Whether the current run leaves ``out`` out."""
    cleared: set[Part] = field(default_factory=set[Part])
    """Parts that were left out while the finding stayed."""
    seen: frozenset[Part] = frozenset()
    """The parts that were left out when the finding was last seen."""
    opened: int = 0
    """The round in which the finding was first seen."""
    ended: int = 0
    """The round in which its culprits were found."""
    share: int = 1
    """The number of its culprits that are put back at a time."""


class CulpritSearch:
    """A search over one failed candidate.

    Args:
        parts: All parts of the candidate.
        places: Orders the parts that may cause a finding.
        ask: Asks the checkers.
        excuse: Takes a finding for one that an annotation only uncovers; None where none is excused.
        max_rounds: The most runs before the rest is left out without proof.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        places: FaultLocalization,
        ask: Ask,
        excuse: Callable[[Finding], None] | None,
        max_rounds: int = MAX_ROUNDS,
    ) -> None:
        self._parts = parts
        self._places = places
        self._max_rounds = max_rounds
        self._ask = ask
        self._excuse = excuse
        self._cases: dict[Key, _Case] = {}
        self._culprits: dict[Part, _Case] = {}
        self._round = 0
        self._doubtful: set[Part] = set()

    async def culprits(self) -> Mapping[Part, str]:
        """Find the parts to leave out so that nothing is new, each with its finding."""
        await self._walk()
        for _ in range(_MAX_TRIALS + self._to_tell_apart()):
            tried = self._next_trial()
            if not tried:
                break
            await self._try_again(tried)
        await self._walk()
        return {part: case.finding.text for part, case in self._culprits.items()}

    async def _findings(self, left_out: Iterable[Part], cases: Sequence[_Case] = ()) -> dict[Key, Finding]:
        """Ask for the findings of a candidate: of these cases, or all."""
        out = set(left_out)
        found = await self._ask([part for part in self._parts if part not in out], [case.finding for case in cases])
        return {key_of(finding): finding for finding in sorted(found)}

    # -- every finding at once

    async def _walk(self) -> None:
        """Leave out candidates until there is no finding any more."""
        for _ in range(self._max_rounds):
            self._round += 1
            now = {part for case in self._open() if case.is_tried for part in case.out}
            asked = self._open()
            out = frozenset({*self._culprits, *now})
            found = await self._findings(out, asked)
            for key, case in self._cases.items():
                if key in found:
                    case.cleared |= now
                    case.seen = out
            self._explain([case for key, case in self._cases.items() if case.is_open and key not in found], now)
            for key, case in self._cases.items():
                if case.is_open and case.is_tried:
                    self._go_on(case, now, gone=key not in found)
                elif key not in found:
                    case.is_open = False  # it went with another's candidates; it goes on if it comes back
            self._take_up(found, out)
            if not asked and not self._open():
                return
            self._choose()
        for case in self._open():
            rest = {*case.near, *case.out}  # rather too many parts than a finding that remains
            self._close(case, sorted(rest, key=self._parts.index), rest)

    def _choose(self) -> None:
        """Choose the cases of the next run; of wide searches for the same message only one, or they mix."""
        narrow = {key for key, case in self._cases.items() if case.is_open and len(case.out) <= _FEW}
        wide = {(key[2], key[3]): key for key, case in reversed(self._cases.items()) if case.is_open}
        chosen = narrow or set(wide.values())
        for key, case in self._cases.items():
            case.is_tried = key in chosen

    def _explain(self, gone: Sequence[_Case], now: set[Part]) -> None:
        """Close cases whose findings went together and have one part in common: a wrong type shows in many places.

        The part must be the likeliest candidate of one of them.
        """
        alone = {part for case in gone if case.is_tried and len(case.out) == 1 for part in case.out}
        may_be: list[tuple[_Case, frozenset[Part]]] = [(case, case.near & alone - case.cleared) for case in gone]
        while may_be:
            counts = Counter(part for _, parts in may_be for part in parts)
            part = max(self._parts, key=lambda part: (counts[part], -len(part.sources)))
            if counts[part] < _SEVERAL:
                return
            for case, parts in may_be:
                if part in parts:
                    self._close(case, [part], now)
            may_be = [(case, parts) for case, parts in may_be if part not in parts]

    def _open(self) -> list[_Case]:
        return [case for case in self._cases.values() if case.is_open]

    def _take_up(self, found: Mapping[Key, Finding], out: frozenset[Part]) -> None:
        """Open a case for each finding that has none, and reopen those that were closed too early."""
        for key, finding in found.items():
            case = self._cases.get(key)
            if case and not case.is_done:
                case.is_open = True
            elif case is None or case.ended < self._round:  # culprits of this round were not left out yet
                order = [part for part in self._places.order(finding) if part not in self._culprits]
                if order:
                    begun = search(order, self._places.owner)
                    near = frozenset(self._places.near(finding))
                    self._cases[key] = _Case(finding, near, begun, next(begun), seen=out, opened=self._round)

    def _go_on(self, case: _Case, now: set[Part], *, gone: bool) -> None:
        try:
            case.out = case.search.send(gone)
        except StopIteration as end:
            self._close(case, end.value, now)

    def _close(self, case: _Case, culprits: Sequence[Part], out: set[Part]) -> None:
        case.is_open, case.is_done, case.ended = False, True, self._round
        is_well_known = len(culprits) == 1 and len(culprits[0].sources) > 1
        if self._excuse and is_well_known and self._places.is_in_body(case.finding, culprits[0]):
            self._excuse(case.finding)
            return
        case.share = max(1, len(culprits) // 2)
        for part in culprits:
            self._culprits.setdefault(part, case)
        others = {*out, *self._culprits} - case.seen - set(culprits)
        if len(culprits) > 1 or (others and not self._is_plain(case, culprits[0], others)):
            self._doubtful.update(part for part in culprits if self._culprits[part] is case)

    def _is_plain(self, case: _Case, part: Part, others: set[Part]) -> bool:
        """Whether a finding mentions its culprit, and no other part that was left out at the same time."""
        return self._places.is_meant(case.finding, part) and not any(self._is_of(each, case) for each in others)

    # -- once more

    def _to_tell_apart(self) -> int:
        """Return the number of trials for finding the few culprits among many that were found together."""
        counts = Counter(id(self._culprits[part]) for part in self._doubtful)
        return sum(_TOLD_APART * ceil(log2(count)) for count in counts.values() if count > _SEVERAL)

    def _next_trial(self) -> list[Part]:
        """Choose culprits to put back, half of them at most, of which none is near to the finding of another."""
        tried: list[Part] = []
        most = max(1, len(self._culprits) // 2)
        for part in self._parts:
            if part in self._doubtful and len(tried) < most and all(self._may_go_with(part, each) for each in tried):
                case = self._culprits[part]
                tried += [part] if sum(self._culprits[each] is case for each in tried) < case.share else []
        return tried

    def _may_go_with(self, part: Part, other: Part) -> bool:
        mine, its = self._culprits[part], self._culprits[other]
        return mine is its or not (self._is_of(part, its) or self._is_of(other, mine))

    def _is_of(self, part: Part, case: _Case) -> bool:
        """Whether a finding can be about a part."""
        return part in case.near or self._places.is_called(case.finding, part)

    async def _try_again(self, tried: Sequence[Part]) -> None:
        """Put parts back; those whose finding does not come back are no culprits."""
        found = await self._findings(set(self._culprits) - set(tried), [self._culprits[part] for part in tried])
        cases = {part: self._culprits[part] for part in tried}
        counts = Counter(id(case) for case in cases.values())
        for part, case in cases.items():
            is_back = key_of(case.finding) in found
            if not is_back and not any(part in self._places.near(each) for each in found.values()):
                del self._culprits[part]
                self._doubtful.discard(part)
                self._doubtful.update(each for each, its in self._culprits.items() if its.opened >= case.ended)
            elif counts[id(case)] == 1:
                self._doubtful.discard(part)
                left = sum(self._culprits[each] is case for each in self._doubtful)
                case.share = max(1, left // 2)
            else:
                case.share = max(1, counts[id(case)] // 2)
