"""The search for the annotations that a type checker's findings are due to: all findings at once, in few runs.

Each finding is a case of its own with its suspects in order. In every run each open case leaves out its likeliest
suspect, then more of them, until the finding goes; then those of them that it takes are singled out. What was convicted
while others near it were out, too, is tried once more.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, log2

from workhorse_core.pipeline.check import Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.tools.findings import steady
from workhorse_core.type_checking.bisection import Search, search
from workhorse_core.type_checking.fault_localization import Suspects

_MAX_ROUNDS = 40
_MAX_TRIALS = 8
"""How often convicted parts are taken back in all; those that were not tried by then stay out."""
_SEVERAL = 3
_TOLD_APART = 4
"""For how many guilty among those convicted of one finding there is time to find each by halves."""
_FEW = 16
"""Searches that want to leave out more than these wait for the others, whose findings would go with theirs."""

Key = tuple[str, int, str, str]
"""A finding as it stands in the base: path, line, rule, words."""

Ask = Callable[[Sequence[Part], Sequence[Finding]], Awaitable[list[Finding]]]
"""Gives what is new in the candidate that is made of some parts; lines are the base's.

With findings it may leave out what cannot tell whether these are still there: other checkers, other files.
"""


def key_of(finding: Finding) -> Key:
    """Name a finding whose line is the base's."""
    return finding.path, finding.line, finding.rule, steady(finding.message)


@dataclass
class _Case:
    """One finding; ``out`` is what its search wants to be left out next, and ``near`` who is likely to be at fault."""

    finding: Finding
    near: frozenset[Part]
    search: Search
    out: Sequence[Part]
    is_open: bool = True
    is_done: bool = False
    is_tried: bool = False
    """Whether the run under way leaves ``out`` out."""
    innocent: set[Part] = field(default_factory=set[Part])
    """Who was left out, and the finding stayed."""
    seen: frozenset[Part] = frozenset()
    """What was left out when the finding was last seen."""
    opened: int = 0
    """In which round the finding was first seen."""
    ended: int = 0
    """In which round its guilty were convicted."""
    share: int = 1
    """How many of those convicted of it are taken back at a time."""


class Isolation:
    """One search.

    Args:
        parts: All that the failed candidate was made of.
        suspects: Who may be at fault for a finding.
        ask: Asks the checkers.
        excuse: Takes a finding for one that an annotation only uncovers.
    """

    def __init__(self, parts: Sequence[Part], suspects: Suspects, ask: Ask, excuse: Callable[[Finding], None]) -> None:
        self._parts = parts
        self._suspects = suspects
        self._ask = ask
        self._excuse = excuse
        self._cases: dict[Key, _Case] = {}
        self._guilty: dict[Part, _Case] = {}
        self._round = 0
        self._doubtful: set[Part] = set()

    async def guilty(self) -> Mapping[Part, str]:
        """Find what to leave out so that nothing is new, each part with what is wrong with it."""
        await self._walk()
        for _ in range(_MAX_TRIALS + self._to_tell_apart()):
            tried = self._next_trial()
            if not tried:
                break
            await self._try_again(tried)
        await self._walk()
        return {part: case.finding.text for part, case in self._guilty.items()}

    async def _findings(self, left_out: Iterable[Part], cases: Sequence[_Case] = ()) -> dict[Key, Finding]:
        """Ask about a candidate: about these cases, or about everything."""
        out = set(left_out)
        found = await self._ask([part for part in self._parts if part not in out], [case.finding for case in cases])
        return {key_of(finding): finding for finding in sorted(found)}

    # -- every finding at once

    async def _walk(self) -> None:
        """Leave out suspects until nothing is found any more."""
        for _ in range(_MAX_ROUNDS):
            self._round += 1
            now = {part for case in self._open() if case.is_tried for part in case.out}
            asked = self._open()
            out = frozenset({*self._guilty, *now})
            found = await self._findings(out, asked)
            for key, case in self._cases.items():
                if key in found:
                    case.innocent |= now
                    case.seen = out
            self._explain([case for key, case in self._cases.items() if case.is_open and key not in found], now)
            for key, case in self._cases.items():
                if case.is_open and case.is_tried:
                    self._go_on(case, now, gone=key not in found)
                elif key not in found:
                    case.is_open = False  # it went with another's suspects; it goes on if it comes back
            self._take_up(found, out)
            if not asked and not self._open():
                return
            self._choose()
        for case in self._open():
            guilty = {*case.near, *case.out}  # rather somebody innocent than what is still found
            self._convict(case, sorted(guilty, key=self._parts.index), guilty)

    def _choose(self) -> None:
        """Choose whose suspects are left out next; of wide searches for the same words only one, or they mix."""
        narrow = {key for key, case in self._cases.items() if case.is_open and len(case.out) <= _FEW}
        wide = {(key[2], key[3]): key for key, case in reversed(self._cases.items()) if case.is_open}
        chosen = narrow or set(wide.values())
        for key, case in self._cases.items():
            case.is_tried = key in chosen

    def _explain(self, gone: Sequence[_Case], now: set[Part]) -> None:
        """Convict whoever explains several findings that went together; one wrong type is seen in many places.

        It must be the likeliest suspect for one of them.
        """
        alone = {part for case in gone if case.is_tried and len(case.out) == 1 for part in case.out}
        may_be: list[tuple[_Case, frozenset[Part]]] = [(case, case.near & alone - case.innocent) for case in gone]
        while may_be:
            counts = Counter(part for _, parts in may_be for part in parts)
            part = max(self._parts, key=lambda part: (counts[part], -len(part.sources)))
            if counts[part] < _SEVERAL:
                return
            for case, parts in may_be:
                if part in parts:
                    self._convict(case, [part], now)
            may_be = [(case, parts) for case, parts in may_be if part not in parts]

    def _open(self) -> list[_Case]:
        return [case for case in self._cases.values() if case.is_open]

    def _take_up(self, found: Mapping[Key, Finding], out: frozenset[Part]) -> None:
        """Open a case for each finding that has none, and again those that were closed too early."""
        for key, finding in found.items():
            case = self._cases.get(key)
            if case and not case.is_done:
                case.is_open = True
            elif case is None or case.ended < self._round:  # whoever was convicted just now was not out yet
                order = [part for part in self._suspects.order(finding) if part not in self._guilty]
                if order:
                    begun = search(order, self._suspects.owner)
                    near = frozenset(self._suspects.near(finding))
                    self._cases[key] = _Case(finding, near, begun, next(begun), seen=out, opened=self._round)

    def _go_on(self, case: _Case, now: set[Part], *, gone: bool) -> None:
        try:
            case.out = case.search.send(gone)
        except StopIteration as end:
            self._convict(case, end.value, now)

    def _convict(self, case: _Case, guilty: Sequence[Part], out: set[Part]) -> None:
        case.is_open, case.is_done, case.ended = False, True, self._round
        if len(guilty) == 1 and len(guilty[0].sources) > 1 and self._suspects.is_in_body(case.finding, guilty[0]):
            self._excuse(case.finding)
            return
        case.share = max(1, len(guilty) // 2)
        for part in guilty:
            self._guilty.setdefault(part, case)
        others = {*out, *self._guilty} - case.seen - set(guilty)
        if len(guilty) > 1 or (others and not self._is_plain(case, guilty[0], others)):
            self._doubtful.update(part for part in guilty if self._guilty[part] is case)

    def _is_plain(self, case: _Case, part: Part, others: set[Part]) -> bool:
        """Whether a finding speaks of the part that it is laid to, and of none that was left out at the same time."""
        return self._suspects.is_meant(case.finding, part) and not any(self._is_of(each, case) for each in others)

    # -- once more

    def _to_tell_apart(self) -> int:
        """Say how many more trials it takes to find the few that are guilty among many convicted of one finding."""
        convicted = Counter(id(self._guilty[part]) for part in self._doubtful)
        return sum(_TOLD_APART * ceil(log2(count)) for count in convicted.values() if count > _SEVERAL)

    def _next_trial(self) -> list[Part]:
        """Choose convicted parts, half of them at most, of whom none is near to what another is convicted of."""
        tried: list[Part] = []
        most = max(1, len(self._guilty) // 2)
        for part in self._parts:
            if part in self._doubtful and len(tried) < most and all(self._may_go_with(part, each) for each in tried):
                case = self._guilty[part]
                tried += [part] if sum(self._guilty[each] is case for each in tried) < case.share else []
        return tried

    def _may_go_with(self, part: Part, other: Part) -> bool:
        mine, its = self._guilty[part], self._guilty[other]
        return mine is its or not (self._is_of(part, its) or self._is_of(other, mine))

    def _is_of(self, part: Part, case: _Case) -> bool:
        """Whether a part is one that a finding can be about."""
        return part in case.near or self._suspects.is_called(case.finding, part)

    async def _try_again(self, tried: Sequence[Part]) -> None:
        """Take parts back; those whose finding does not come back were innocent."""
        found = await self._findings(set(self._guilty) - set(tried), [self._guilty[part] for part in tried])
        cases = {part: self._guilty[part] for part in tried}
        counts = Counter(id(case) for case in cases.values())
        for part, case in cases.items():
            is_back = key_of(case.finding) in found
            if not is_back and not any(part in self._suspects.near(each) for each in found.values()):
                del self._guilty[part]
                self._doubtful.discard(part)
                self._doubtful.update(each for each, its in self._guilty.items() if its.opened >= case.ended)
            elif counts[id(case)] == 1:
                self._doubtful.discard(part)
                left = sum(self._guilty[each] is case for each in self._doubtful)
                case.share = max(1, left // 2)
            else:
                case.share = max(1, counts[id(case)] // 2)
