from hypothesis import given
from hypothesis import strategies as st

from core.actions.docstrings.strategies import words
from workhorse_core.languages.python.docstring.paragraph import (
    SECTION_TITLES,
    columns,
    fill,
    is_fixed,
    paragraphs,
    unwrap,
    wrap,
)


@given(st.lists(words, min_size=1, max_size=40), st.integers(1, 100), st.sampled_from(["", "    "]))
def test_filled_lines_have_all_words_in_order(given_words: list[str], width: int, hanging: str) -> None:
    assert " ".join(fill(given_words, width, "", hanging)).split() == given_words


def test_a_tab_and_a_wide_character_take_their_columns() -> None:
    assert columns("\tx") == 9
    assert columns("日本") == 4


def test_no_line_begins_with_markup_where_another_break_is_possible() -> None:
    lines = fill(["one", "two", "three", "-", "four", ":param", "five"], 14, "", "")
    assert not [line for line in lines if line.startswith(("-", ":"))]


def test_no_line_is_a_section_title_where_another_break_is_possible() -> None:
    lines = fill(["it", "is", "closed.", "Returns"], 15, "", "")
    assert not {line.rstrip(":").lower() for line in lines} & SECTION_TITLES


def test_prose_is_joined_and_lists_keep_their_entries() -> None:
    text = "one\ntwo\n\n- first\n  goes on\n- second\n\n    code\n  more\n"
    assert unwrap(text) == "one two\n\n- first goes on\n- second\n\n    code\n  more"


def test_lists_hang_and_code_stays() -> None:
    assert wrap("- a bullet too long", 12) == ["- a bullet", "  too long"]
    assert wrap(">>> a_long_call(x)\n1", 5) == [">>> a_long_call(x)", "1"]


def test_a_table_is_fixed_and_a_sentence_is_not() -> None:
    assert is_fixed(["| a | b |"])
    assert not is_fixed(["A sentence."])


def test_paragraphs_are_split_at_blank_lines_only() -> None:
    assert paragraphs("a\nb\n\n \nc\r\nd\u2028e") == [["a", "b"], ["c", "d\u2028e"]]
