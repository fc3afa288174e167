"""Graded questions: those of an action, whose right answers are known, in each way of asking."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from workhorse_core.errors import EndpointError
from workhorse_core.models.asking import Asking
from workhorse_core.models.question import Question
from workhorse_core.system.named_tuple import NamedTuple

PASSED = 0.9
"""The share of right answers with which no other way is tried."""
MARGIN = 0.1
"""JSON has to be better by more than this share: it costs more tokens, and a question or two are chance."""
FAILED = 0.5
"""A model with fewer right answers in every way is not asked at all."""


class Graded(NamedTuple):
    """A question and the test of its answer."""

    question: Question
    is_right: Callable[[str], bool]


class Grades(NamedTuple):
    """The best way of asking, and the number of right answers by way."""

    best: Asking
    right: Mapping[str, int]


async def take_exam(exam: Sequence[Graded], ask: Callable[[Question], Awaitable[str]]) -> Grades:
    """Ask every question in each way, until one way is good enough.

    Args:
        exam: The questions.
        ask: Asks the model.
    """
    right: dict[Asking, int] = {}
    for way in (Asking.LINES, Asking.JSON):
        right[way] = 0
        for graded in exam:
            try:
                right[way] += graded.is_right(await ask(graded.question.others.get(way, graded.question)))
            except EndpointError:  # cut off, or refused: not right
                continue
        if right[way] >= PASSED * len(exam):
            break
    clearly_better = right.get(Asking.JSON, 0) > right[Asking.LINES] + MARGIN * len(exam)
    best = Asking.JSON if clearly_better else Asking.LINES
    is_able = max(right.values()) >= FAILED * len(exam)
    return Grades(best if is_able else Asking.NONE, {way.value: count for way, count in right.items()})
