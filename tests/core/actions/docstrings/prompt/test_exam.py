from workhorse_core.actions.docstrings.prompt.exam import CASES, make_exam
from workhorse_core.models.asking import Asking


def test_the_questions_are_twenty_in_each_way_and_their_names_give_nothing_away() -> None:
    exam = make_exam()
    assert len(exam) == len(CASES) == 20
    for graded in exam:
        assert graded.question.region.startswith("def run(a, b=1):\n")
        assert graded.question.region.endswith("Write these lines: summary, a, b")
        assert graded.question.others[Asking.JSON].schema is not None


def test_true_summaries_are_right_and_false_or_unreadable_ones_are_not() -> None:
    last = make_exam()[0]
    assert last.is_right("summary: Return the last items of a list.\na: The list.\nb: How many.")
    assert last.is_right('{"summary": "Return the last items.", "parameters": {"a": "The list.", "b": "How many."}}')
    assert not last.is_right("summary: Return the first items of a list.\na: The list.\nb: How many.")
    assert not last.is_right("summary: Run a function.\na: The list.\nb: How many.")
    assert not last.is_right("It returns the last items.")
    assert not last.is_right("summary: Read the rows of a CSV file that have the expected width, the last ones.")
