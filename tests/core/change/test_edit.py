import pytest
from hypothesis import given
from hypothesis import strategies as st

from workhorse_core.change.edit import Edit, normalize_edits, splice
from workhorse_core.errors import PatchError


def test_bytes_outside_the_edits_stay_as_they_are() -> None:
    before = b"\xef\xbb\xbfa = 1\r\n\tb\x0c = 2"
    edits = [Edit("a.py", 16, 17, b"3"), Edit("a.py", 3, 3, b"# top\r\n")]
    assert splice(before, edits) == b"\xef\xbb\xbf# top\r\na = 1\r\n\tb\x0c = 3"


def test_insertions_at_one_place_keep_their_order() -> None:
    assert splice(b"ab", [Edit("f", 1, 1, b"1"), Edit("f", 1, 1, b"2"), Edit("f", 1, 1, b"3")]) == b"a123b"


def test_a_shared_edit_is_made_once_and_others_as_often_as_they_are_given() -> None:
    shared = Edit("f", 0, 0, b"import x\n", shared=True)
    assert splice(b"", [shared, shared]) == b"import x\n"
    assert splice(b"", [Edit("f", 0, 0, b"x"), Edit("f", 0, 0, b"x")]) == b"xx"


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(PatchError, match="overlap at byte 2"):
        normalize_edits([Edit("f", 0, 3, b""), Edit("f", 2, 4, b"")])


def test_an_edit_past_the_end_is_refused() -> None:
    with pytest.raises(PatchError, match="past the file's 3"):
        splice(b"abc", [Edit("f", 2, 4, b"")])


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (3, 2)])
def test_an_impossible_span_is_refused(start: int, end: int) -> None:
    with pytest.raises(PatchError, match="impossible span"):
        splice(b"abcd", [Edit("f", start, end, b"")])


@given(st.binary(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.binary(max_size=5)), max_size=5))
def test_insertions_alone_lose_no_byte(before: bytes, inserts: list[tuple[int, bytes]]) -> None:
    places = sorted(min(place, len(before)) for place, _ in inserts)
    after = splice(before, [Edit("f", p, p, new) for p, (_, new) in zip(places, inserts, strict=True)])
    assert len(after) == len(before) + sum(len(new) for _, new in inserts)
    position = 0
    for byte in before:  # a subsequence: every byte of the old file, in order
        position = after.index(byte, position) + 1
