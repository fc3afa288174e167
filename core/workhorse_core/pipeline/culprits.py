"""The search for the items that make a candidate fail, where no finding points at one."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from workhorse_core.system.named_tuple import NamedTuple

T = TypeVar("T")

Trial = Callable[[Sequence[T]], Awaitable[str]]
"""Test the candidate of exactly these items: "" where it passes, else the failure in one line."""

_ENOUGH = 2
"""From so many culprits on, their density decides how far the next probe reaches."""


class Culprits(NamedTuple, Generic[T]):
    """The outcome of a search.

    ``kept`` pass together. Each of ``found`` comes with the words of the candidate that failed only with it.
    ``undecided`` were not tried to the end: among them is at least one culprit.
    """

    kept: tuple[T, ...]
    found: tuple[tuple[T, str], ...]
    undecided: tuple[T, ...] = ()


async def find_culprits(
    suspects: Sequence[T],
    trial: Trial[T],
    words: str,
    *,
    first: int | None = None,
    may_try: Callable[[], bool] = lambda: True,
) -> Culprits[T]:
    """Find the suspects without which the others pass.

    The shortest failing prefix ends with a culprit: binary search finds it, and what stands before it passes
    together. Then the rest is tried upon that. k culprits among n suspects cost about k * (log2(n) + 1) trials,
    and never more than n * (log2(n) + 2). Of items that fail only together the last one is the culprit. A trial that
    answers at random may blame the wrong items; the search ends all the same.

    Args:
        suspects: Known to fail together, those to keep rather first.
        trial: The test of a candidate.
        words: The failure of all of them together.
        first: Where the first probe divides them, as a guess: the culprits behind it; the middle by default.
        may_try: Asked before each trial; False ends the search.
    """
    kept: list[T] = []
    found: list[tuple[T, str]] = []
    rest = list(suspects)
    probe = first
    while rest:  # here kept and rest fail together, with the failure in ``words``
        low, high = 0, len(rest)  # up to low they pass, up to high they fail
        while high - low > 1:
            if not may_try():
                return Culprits((*kept, *rest[:low]), tuple(found), tuple(rest[low:]))
            middle = probe if probe and low < probe < high else low + _step(high - low, len(kept) + low, len(found))
            probe = None
            wrong = await trial([*kept, *rest[:middle]])
            if wrong:
                high, words = middle, wrong
            else:
                low = middle
        kept += rest[:low]
        found.append((rest[low], words))
        rest = rest[high:]
        if rest and not may_try():
            return Culprits(tuple(kept), tuple(found), tuple(rest))
        if rest and not (words := await trial([*kept, *rest])):
            kept += rest
            rest = []
    return Culprits(tuple(kept), tuple(found))


def _step(width: int, passed: int, found: int) -> int:
    """Choose how many of ``width`` items to try next: half, or fewer where culprits have been dense."""
    half = width // 2
    return half if found < _ENOUGH else max(1, min(half, passed // found))
