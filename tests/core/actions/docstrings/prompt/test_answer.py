import json
from typing import Any

import pytest

from workhorse_core.actions.docstrings.prompt.answer import Asked, read_answer
from workhorse_core.actions.docstrings.prompt.labels import RETURNS, SUMMARY, Kind, Label, Texts, labels_of
from workhorse_core.actions.docstrings.shape import Shape
from workhorse_core.errors import AnswerMalformed

SHAPE = Shape(("a", "**rest"), returns=True, raises=("ValueError",))
CODE = """\
def area(a, **rest):
    if a < 0:
        raise ValueError('negative side')
    return compute_the_area(a, **rest)
"""
GOOD = {
    "summary": "Return the area",
    "parameters": {"a": "The length of a side in metres", "**rest": "Passed on to the measuring."},
    "returns": "The area in square metres",
    "raises": {"ValueError": "The side is negative."},
}
LIMIT = 70


ASKED = Asked(SHAPE, LIMIT, "area", CODE)
LINES = """\
summary: Return the area
a: The length of a side in metres
rest: Passed on to the measuring.
returns: The area in square metres
raises ValueError: The side is negative."""
WHOLE = {
    SUMMARY: "Return the area.",
    Label(Kind.PARAMETER, "a"): "The length of a side in metres.",
    Label(Kind.PARAMETER, "**rest"): "Passed on to the measuring.",
    RETURNS: "The area in square metres.",
    Label(Kind.RAISES, "ValueError"): "The side is negative.",
}


def read(**changes: Any) -> Texts:
    return read_answer(json.dumps(GOOD | changes), ASKED).texts


def refusal(text: str) -> str:
    """Read an answer of which something is refused, and return the reason."""
    try:
        read = read_answer(text, ASKED)
    except AnswerMalformed as error:
        message = error.message
    else:
        assert read.faults
        message = " ".join(read.faults)
    assert message.endswith((".", ")."))
    return message


@pytest.mark.parametrize("answer", [json.dumps(GOOD), LINES])
def test_a_good_answer_becomes_finished_sentences(answer: str) -> None:
    assert read_answer(answer, ASKED) == (WHOLE, ())


@pytest.mark.parametrize(
    "answer",
    [
        f"Sure! Here are the lines:\n\n{LINES}\n\nLet me know if you need more.",
        f"```\n{LINES}\n```",
        LINES.replace("\n", "\r\n"),
        LINES.replace("summary", "**Summary**").replace("\na:", "\n- `a` (float):").replace("rest:", "**rest:"),
        LINES.replace("raises ValueError", "ValueError").replace("returns", "Returns"),
        f"{LINES}\nsummary: Return another one.\nother: A parameter that is not there.",
        LINES.replace("area\na", "area\n\na"),
    ],
)
def test_lines_are_found_whatever_is_around_them(answer: str) -> None:
    assert read_answer(answer, ASKED) == (WHOLE, ())


def test_a_missing_line_is_named_and_the_others_stand() -> None:
    read = read_answer(LINES.replace("returns:", "what it gives:"), ASKED)
    assert read.faults == ("The line returns is missing.",)
    assert read.texts == {label: text for label, text in WHOLE.items() if label != RETURNS}


def test_an_answer_in_json_follows_the_lines_that_stand() -> None:
    first, *rest = LINES.split("\n")
    missing = {name: text for name, text in GOOD.items() if name != "summary"}
    assert read_answer(f"{first}\n{json.dumps(missing)}", ASKED) == (WHOLE, ())
    assert rest


def test_a_description_or_a_result_that_was_not_asked_for_is_dropped() -> None:
    answer = json.dumps(GOOD | {"description": "More.", "yields": "Each."})
    assert read_answer(answer, ASKED) == (WHOLE, ())


def test_a_sentence_that_goes_on_below_is_taken_whole() -> None:
    answer = LINES.replace("The length of a side in metres", "The length of a side\n  in metres")
    assert read_answer(answer, ASKED) == (WHOLE, ())


def test_a_parameter_that_is_called_like_a_section_has_a_line_of_its_own() -> None:
    shape = Shape(("returns", "summary"), returns=True)
    answer = "summary: Do it.\nparameter returns: The first.\nparameter summary: The second.\nreturns: The third."
    texts = read_answer(answer, ASKED._replace(shape=shape)).texts
    assert texts[Label(Kind.PARAMETER, "returns")] == "The first."
    assert texts[RETURNS] == "The third."
    assert [str(label) for label in labels_of(shape)] == [
        "summary",
        "parameter returns",
        "parameter summary",
        "returns",
    ]


def test_words_of_an_example_are_refused() -> None:
    told = ("Read the rows of a CSV file that have the expected width.", "The file to read.")
    asked = ASKED._replace(examples=told)
    for answer in (
        LINES.replace("Return the area", "Read the rows of a CSV file that has the width"),
        LINES.replace("The area in square metres", "The file to read"),
    ):
        (fault,) = read_answer(answer, asked).faults
        assert "of an example" in fault
    assert read_answer(LINES, asked).faults == ()


def test_words_of_an_example_that_the_code_has_as_well_are_kept() -> None:
    asked = ASKED._replace(examples=("The side compute.",))
    assert read_answer(LINES.replace("The area in square metres", "The side compute"), asked).faults == ()


def test_white_space_is_made_normal() -> None:
    assert read(summary=" Return\tit. ")[SUMMARY] == "Return it."
    assert read(returns="One  long\nline.")[RETURNS] == "One long line."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "null",
        "[]",
        '"Return the area."',
        "Return the area.",
        "Sure! " + json.dumps(GOOD),
        "```json\n" + json.dumps(GOOD) + "\n```",
        "<think>hm</think>" + json.dumps(GOOD),
        json.dumps(GOOD) + json.dumps(GOOD),
        json.dumps(GOOD) + " Hope that helps!",
        "[" * 100_000,
        "[" * 15_000,
        json.dumps(GOOD) + " " * 30_000,
        json.dumps(GOOD | {"summary": "x" * 100_000}),
        json.dumps(GOOD)[:-1] + ', "summary": "Again."}',
        json.dumps({key: value for key, value in GOOD.items() if key != "raises"}),
        json.dumps(GOOD | {"notes": "Each."}),
        json.dumps(GOOD | {"parameters": {"a": "The side of it."}}),
        json.dumps(GOOD | {"parameters": GOOD["parameters"] | {"b": "Invented."}}),  # type: ignore[operator]
        json.dumps(GOOD | {"parameters": {"a": "The side of it.", "rest": "The stars are missing."}}),
        json.dumps(GOOD | {"parameters": [1, 2]}),
        json.dumps(GOOD | {"parameters": {"a": {"description": "x"}, "**rest": "Passed on."}}),
        json.dumps(GOOD | {"returns": None}),
        json.dumps(GOOD | {"raises": {}}),
        "def area(a):\n    '''Return the area.'''\n",
        "<html><body>Bad gateway</body></html>",
    ],
    ids=lambda text: text[:30],
)
def test_an_answer_of_another_shape_is_refused(text: str) -> None:
    refusal(text)


@pytest.mark.parametrize("cut", range(len(json.dumps(GOOD))))
def test_an_answer_cut_anywhere_is_refused(cut: int) -> None:
    refusal(json.dumps(GOOD)[:cut])


@pytest.mark.parametrize("where", ["summary", "returns", "parameters", "raises"])
@pytest.mark.parametrize(
    "words",
    [
        "TODO: describe it",
        "Description here.",
        "Insert a description of this.",
        "<p>Return the area.</p>",
        "Return &lt;b&gt; of it.",
        "```python\nx = 1\n```",
        "Return it. </think> Now.",
        "<|im_end|> it is.",
        "Return a null \0 character.",
        "Return a lone \ud800 surrogate.",
        "Return \u202eleft to right.",
        "Return a zero\u200bwidth.",
        "Return the escape \x1b[31m of it.",
        "def area(a):\n    return a",
        "return compute_the_area(a, **rest)",
        "raise ValueError('negative side')",
        "Return it.\n\nArgs:\n    a: it",
        "Return it.\n:param a: it",
        "Return it\n---------\nof it",
        "## Heading",
        "Return it and...",
        "As an AI I cannot.",
        '{"summary": "Return it."}',
        "x " * 5_000,
    ],
    ids=lambda words: words[:25],
)
def test_forbidden_text_is_refused_in_every_field(where: str, words: str) -> None:
    inner = {"parameters": {"a": words, "**rest": "Passed on."}, "raises": {"ValueError": words}}
    refusal(json.dumps(GOOD | {where: inner.get(where, words)}))


@pytest.mark.parametrize("words", ["The a.", "a", "The `a` parameter", "...", "None", "", "string", "  ", "-"])
def test_an_empty_description_of_a_parameter_is_refused(words: str) -> None:
    refusal(json.dumps(GOOD | {"parameters": {"a": words, "**rest": "Passed on."}}))


def test_a_summary_that_does_not_fit_on_its_line_is_refused_with_the_number() -> None:
    assert str(LIMIT) in refusal(json.dumps(GOOD | {"summary": "Return " + "the area " * 9}))


def test_a_summary_that_repeats_the_signature_is_refused() -> None:
    refusal(json.dumps(GOOD | {"summary": "area(a, **rest) returns the area."}))


def test_a_summary_of_several_sentences_needs_room_for_the_first_alone() -> None:
    long = "Return the area. " + "It is counted in square metres of the floor, walls included. " * 2
    assert read(summary=long)[SUMMARY] == long.strip()


def test_a_leading_name_is_removed_from_a_description() -> None:
    parameters = {"a": "a: the length of a side", "**rest": "**rest (dict): passed on"}
    texts = read(parameters=parameters)
    assert [text for label, text in texts.items() if label.kind is Kind.PARAMETER] == [
        "The length of a side.",
        "Passed on.",
    ]


def test_angle_brackets_that_are_no_html_are_kept() -> None:
    assert read(returns="Compare a < b and b > c, or <name>.")[RETURNS].endswith("<name>.")
