"""Bisection among the annotations that may cause one finding.

It is a dialogue: it yields the parts to leave out next, and is sent whether the finding went.
"""

from collections.abc import Callable, Generator, Sequence
from itertools import chain

from workhorse_core.pipeline.part import Part

_TOGETHER = 3
"""The most definitions to look for that cause a finding only together."""
_LONG = 14
"""After this many answers a search ends with the fewest parts that are known to be enough."""
_WIDER = 4
"""The factor by which more parts are left out when those before were not enough."""

Search = Generator[Sequence[Part], bool, Sequence[Part]]
"""Yields the parts to leave out next, is sent whether the finding went, and returns the culprits."""


def search(order: Sequence[Part], owner: Callable[[Part], object]) -> Search:
    """Bisect among the parts that may cause a finding: the likeliest alone, then definitions, then parts of one.

    A question whose answer follows from earlier ones is not asked: where leaving out more parts did not help, fewer do
    not; where fewer helped, more do.

    Args:
        order: The parts, the likeliest first.
        owner: Returns the definition that a part belongs to: one annotation makes a checker look at all of it.
    """
    begun = _search(order, owner)
    helped: list[frozenset[Part]] = []
    not_enough: list[frozenset[Part]] = []
    answers = 0
    out = next(begun)
    while True:
        asked = frozenset(out)
        if any(asked <= each for each in not_enough):
            gone = False
        elif any(asked >= each for each in helped):
            gone = True
        else:
            if answers >= _LONG and helped:
                fewest = min(helped, key=len)
                return [part for part in order if part in fewest]
            gone = yield out
            answers += 1
            (helped if gone else not_enough).append(asked)
        try:
            out = begun.send(gone)
        except StopIteration as end:
            culprits: Sequence[Part] = end.value
            return culprits


def _search(order: Sequence[Part], owner: Callable[[Part], object]) -> Search:
    if (yield order[:1]):
        return order[:1]
    groups: dict[object, list[Part]] = {}
    for part in order:
        groups.setdefault(owner(part), []).append(part)
    rest = list(groups.values())
    low, high = 0, _reaching(rest, _WIDER)
    while not (yield _joined(rest[:high])):
        if high >= len(rest):
            return ()
        low, high = high, _reaching(rest, _WIDER * len(_joined(rest[:high])))
    found: list[Part] = []
    count = 0
    while not count or not (yield found):
        if count == _TOGETHER or not high:
            return [*found, *_joined(rest[:high])]
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if (yield [*found, *_joined(rest[:middle])]) else (middle, high)
        found += rest[high - 1]
        rest = rest[: high - 1]
        low, high, count = 0, len(rest), count + 1
    return (yield from _narrowed(found)) if count == 1 else found


def _narrowed(group: Sequence[Part]) -> Search:
    """Find the one part of a definition that causes it alone; all of them where there is none."""
    while len(group) > 1:
        half = group[: (len(group) + 1) // 2]
        if not (yield half):
            half = group[len(half) :]
            if not (yield half):
                return group
        group = half
    return group


def _joined(groups: Sequence[Sequence[Part]]) -> list[Part]:
    return list(chain.from_iterable(groups))


def _reaching(groups: Sequence[Sequence[Part]], count: int) -> int:
    """Count the groups that hold at least so many parts."""
    held = 0
    for index, group in enumerate(groups):
        held += len(group)
        if held >= count:
            return index + 1
    return len(groups)
