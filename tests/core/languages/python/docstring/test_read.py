import pytest
from hypothesis import given
from hypothesis import strategies as st

from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, RaiseText, Style
from workhorse_core.languages.python.docstring.read import SectionKind, read_docstring

GOOGLE = """Do it
    in two lines.

    More text
    here.

    Args:
        a (Callable[[int], str], optional): The
            first: it is.
        *args: The others.

            Second paragraph.
        x, y: Both.

    Returns:
        dict[str, int]: The map.

    Raises:
        ValueError: If bad.
        errors.Worse:
            If worse.

    Example:
        code: is not read
    """
NUMPY = """
    Do it.

    Parameters
    ----------
    a, b : int, optional
        The two.

        Second paragraph.
    *args
        The others.

    Returns
    -------
    total : int
        The sum.

    Raises
    ------
    ValueError
        If bad.

    See Also
    --------
    other : Does that.
    """
SPHINX = """Do it.

    More.

    :param int a: the first
        one
    :param b: the second
    :type b: dict[str, int]
    :returns: the sum
    :rtype: int
    :raises ValueError: if bad
    """


def test_google_sections_are_read() -> None:
    reading = read_docstring(GOOGLE)
    assert reading.style is Style.GOOGLE
    assert reading.content == DocstringContent(
        "Do it in two lines.",
        "More text here.",
        (
            ParameterText("a", "The first: it is.", "Callable[[int], str], optional"),
            ParameterText("*args", "The others.\n\nSecond paragraph."),
            ParameterText("x", "Both."),
            ParameterText("y", "Both."),
        ),
        "The map.",
        None,
        (RaiseText("ValueError", "If bad."), RaiseText("errors.Worse", "If worse.")),
    )


def test_numpy_sections_are_read() -> None:
    reading = read_docstring(NUMPY)
    assert reading.style is Style.NUMPY
    assert not reading.summary_on_first_line
    assert reading.content.parameters[1] == ParameterText("b", "The two.\n\nSecond paragraph.", "int, optional")
    assert reading.content.parameters[2] == ParameterText("*args", "The others.")
    assert reading.content.returns == "The sum."
    assert reading.content.raises == (RaiseText("ValueError", "If bad."),)


def test_sphinx_fields_are_read() -> None:
    reading = read_docstring(SPHINX)
    assert reading.style is Style.SPHINX
    assert reading.content.parameters == (
        ParameterText("a", "the first one", "int"),
        ParameterText("b", "the second", "dict[str, int]"),
    )
    assert reading.content.returns == "the sum"
    assert reading.content.raises == (RaiseText("ValueError", "if bad"),)


@pytest.mark.parametrize("text", [GOOGLE, NUMPY, SPHINX])
def test_entries_know_their_lines(text: str) -> None:
    lines = text.split("\n")
    for section in read_docstring(text).sections:
        for entry in section.entries:
            assert all(name in lines[entry.first] for name in entry.names)
            assert section.first <= entry.first < entry.last <= section.last


@pytest.mark.parametrize(
    "text",
    [
        "Do it.",
        "Do it.\n\n    Just: words.\n",
        "Do it.\n\n    Note that\n    Returns:\n    nothing here\n",
        "",
        "\n\n",
        "x:\n",
    ],
)
def test_prose_has_no_style(text: str) -> None:
    assert read_docstring(text).style is None


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("int: The sum.", "int", "The sum."),
        ("The sum: all of it.", None, "The sum: all of it."),
        ("list of int: The sums.", "list of int", "The sums."),
        ("A tuple\n        of two.", None, "A tuple of two."),
    ],
)
def test_a_type_before_a_result_is_separated_from_its_text(body: str, kind: str | None, words: str) -> None:
    entry = read_docstring(f"Do it.\n\n    Returns:\n        {body}\n").entries(SectionKind.RETURNS)[0]
    assert (entry.type, entry.text) == (kind, words)


def test_attributes_are_not_parameters() -> None:
    reading = read_docstring("Hold it.\n\n    Attributes:\n        a: The a.\n")
    assert not reading.content.parameters
    assert [entry.names for entry in reading.entries(SectionKind.ATTRIBUTES)] == [("a",)]


@given(st.text(st.sampled_from("ab:*(), \n-=.`\t\r\x0cArgs:Returns")))
def test_any_text_can_be_read(text: str) -> None:
    reading = read_docstring(text)
    assert all(0 <= s.first < s.last <= len(text) + 1 for s in reading.sections)
