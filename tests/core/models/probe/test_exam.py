from collections.abc import Sequence

import pytest

from workhorse_core.errors import AnswerTruncated
from workhorse_core.models.asking import Asking
from workhorse_core.models.probe.exam import Graded, take_exam
from workhorse_core.models.question import Question


def exam(count: int) -> Sequence[Graded]:
    """Questions whose right answer is their own number."""

    def graded(number: int) -> Graded:
        as_json = Question("s", "", f"json {number}")
        question = Question("s", "", f"lines {number}", others={Asking.JSON: as_json})
        return Graded(question, lambda answer: answer == str(number))

    return [graded(number) for number in range(count)]


@pytest.mark.parametrize(
    ("lines", "json", "best", "right"),
    [
        (10, 0, Asking.LINES, {"plain lines": 10}),
        (9, 10, Asking.LINES, {"plain lines": 9}),
        (8, 9, Asking.LINES, {"plain lines": 8, "JSON": 9}),
        (7, 9, Asking.JSON, {"plain lines": 7, "JSON": 9}),
        (6, 6, Asking.LINES, {"plain lines": 6, "JSON": 6}),
        (4, 3, Asking.NONE, {"plain lines": 4, "JSON": 3}),
    ],
)
async def test_lines_are_best_unless_json_is_clearly_better_and_none_below_half(
    lines: int, json: int, best: Asking, right: dict[str, int]
) -> None:
    async def ask(question: Question) -> str:
        way, number = question.region.split()
        if int(number) >= (lines if way == "lines" else json):
            raise AnswerTruncated("The answer was cut off.")
        return number

    assert await take_exam(exam(10), ask) == (best, right)
