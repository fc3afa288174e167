import pytest

from support.page import insert

PAGE = "a\n<!-- one -->\nold\n<!-- end -->\nb\n<!-- two -->\nkept\n<!-- end -->\n"


def test_a_part_takes_the_place_of_what_stood_between_its_markers() -> None:
    once = insert(PAGE, {"one": r"n\1"})
    assert once == PAGE.replace("old", "\nn\\1\n")
    assert insert(once, {"one": r"n\1"}) == once


def test_a_page_without_the_markers_is_refused() -> None:
    with pytest.raises(LookupError):
        insert(PAGE, {"three": ""})
