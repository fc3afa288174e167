"""The rates on the graded docstrings are those that docs/words.md publishes."""

from pathlib import Path

from support.graded_words import table

PAGE = Path(__file__).parents[4] / "docs/words.md"


def test_rates_of_both_halves_are_the_published_ones() -> None:
    page = PAGE.read_text("utf-8")

    assert table("held") in page
    assert table("tuned") in page
