import json
from typing import Any

import pytest

from workhorse_core.actions.docstrings.prompt.answer import read_answer
from workhorse_core.actions.docstrings.prompt.question import make_schema
from workhorse_core.actions.docstrings.shape import Shape
from workhorse_core.errors import AnswerMalformed
from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, RaiseText

SHAPE = Shape(("a", "**rest"), returns=True, raises=("ValueError",))
CODE = """\
def area(a, **rest):
    if a < 0:
        raise ValueError('negative side')
    return compute_the_area(a, **rest)
"""
GOOD = {
    "summary": "Return the area",
    "description": "",
    "parameters": {"a": "The length of a side in metres", "**rest": "Passed on to the measuring."},
    "returns": "The area in square metres",
    "raises": {"ValueError": "The side is negative."},
}
LIMIT = 70


def read(**changes: Any) -> DocstringContent:
    return read_answer(json.dumps(GOOD | changes), SHAPE, LIMIT, "area", CODE)


def refusal(text: str) -> str:
    with pytest.raises(AnswerMalformed) as error:
        read_answer(text, SHAPE, LIMIT, "area", CODE)
    assert error.value.message.endswith((".", ")."))
    return error.value.message


def test_a_good_answer_becomes_finished_sentences() -> None:
    assert read() == DocstringContent(
        "Return the area.",
        "",
        (ParameterText("a", "The length of a side in metres."), ParameterText("**rest", "Passed on to the measuring.")),
        "The area in square metres.",
        None,
        (RaiseText("ValueError", "The side is negative."),),
    )


def test_a_summary_as_long_as_the_schema_allows_has_room_for_its_full_stop() -> None:
    longest = make_schema(SHAPE, LIMIT)["properties"]["summary"]["maxLength"]
    summary = "Return the area that belongs to " + "a" * 100
    assert read(summary=summary[:longest]).summary == summary[:longest] + "."


def test_white_space_is_made_normal_and_paragraphs_stay() -> None:
    content = read(description="One  long\nparagraph.\n\n\n- a\n- b", summary=" Return\tit. ")
    assert content.description == "One long paragraph.\n\n- a\n- b"
    assert content.summary == "Return it."


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
        json.dumps(GOOD).replace('"description": ""', '"description": NaN'),
        json.dumps(GOOD).replace('"description": ""', '"description": "", "summary": "Again."'),
        json.dumps({key: value for key, value in GOOD.items() if key != "raises"}),
        json.dumps(GOOD | {"yields": "Each."}),
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


@pytest.mark.parametrize("where", ["summary", "description", "returns", "parameters", "raises"])
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
        "One sentence that ends with a full stop",
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


def test_a_description_that_repeats_the_summary_is_refused() -> None:
    refusal(json.dumps(GOOD | {"description": "Return the area."}))


def test_a_leading_name_is_removed_from_a_description() -> None:
    parameters = {"a": "a: the length of a side", "**rest": "**rest (dict): passed on"}
    content = read(parameters=parameters)
    assert [entry.description for entry in content.parameters] == ["The length of a side.", "Passed on."]


def test_words_for_no_description_count_as_empty() -> None:
    assert read(description="None.").description == ""


def test_angle_brackets_that_are_no_html_are_kept() -> None:
    assert read(description="Compare a < b and b > c, or <name>.").description.endswith("<name>.")
