"""The search for what one finding is due to, as questions: which suspects are left out next, and did the finding go?"""

from collections.abc import Callable, Generator, Sequence
from itertools import chain

from workhorse_core.pipeline.part import Part

_TOGETHER = 3
"""How many definitions are looked for that do it only together."""
_LONG = 14
"""After so many answers a search ends with the fewest suspects that are known to do it."""
_WIDER = 4
"""How many times as many suspects are left out when those before were not enough."""

Search = Generator[Sequence[Part], bool, Sequence[Part]]
"""Gives what to leave out next, is told whether the finding went, and returns the guilty."""


def search(order: Sequence[Part], owner: Callable[[Part], object]) -> Search:
    """Look for what a finding is due to: the likeliest suspect first, then whole definitions, then parts of the guilty.

    A question whose answer follows from earlier ones is not asked: leaving out fewer does not help where more did not,
    nor does leaving out more hurt.

    Args:
        order: The suspects, the likeliest first.
        owner: Gives the definition that a part belongs to: any one annotation lets a checker look at the whole.
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
            guilty: Sequence[Part] = end.value
            return guilty


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
    """Look for the one of a definition's parts that does it alone; where there is none it is all of them."""
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
    """Say how many groups hold at least so many parts."""
    held = 0
    for index, group in enumerate(groups):
        held += len(group)
        if held >= count:
            return index + 1
    return len(groups)
