"""Text from elsewhere is shown without obeying it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workhorse_core.system.printable import printable, visible

HOSTILE = {
    "a title": "\x1b]0;pwned\x07model",
    "a clear screen": "m\x1b[2J\x1b[H",
    "concealed": "m\x1b[8mhidden\x1b[0m",
    "a C1 control": "m\x9b31m",
    "a carriage return": "good\rbad",
    "a trailer": "m\n\nReviewed-by: Ada <ada@example.org>",
    "an override": "m\u202egnp.exe",
    "an isolate": "m\u2066x\u2069",
    "a mark": "a\u200eb\u061c",
    "zero width": "ad\u200bmin\ufeff",
    "a line separator": "m\u2028Signed-off-by: x",
    "next line": "m\x85x",
    "a tag": "m\U000e0041\U000e007f",
    "a variation selector": "m\U000e0100",
    "a filler": "m\u3164\u115f\u2800",
    "half a character": "m\udc80",
    "a delete": "abc\x7f\x7f\x7f",
    "a backspace": "abc\b\b\bxyz",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_invisible_characters_are_escaped(what: str) -> None:
    shown = printable(HOSTILE[what])
    assert shown.isprintable()
    assert "\\" in shown
    assert "\n" not in shown
    assert shown.encode()


@pytest.mark.parametrize("text", ["qwen2.5-coder:7b", "Qwen/Qwen3 8B (q4)", "größe", "模型:7b", "⚠️ model", "é", ""])
def test_visible_characters_stay(text: str) -> None:
    assert printable(text) == visible(text) == text


def test_a_long_text_is_cut() -> None:
    assert printable("x" * 1_000_000, 20) == "x" * 17 + "..."
    assert len(printable("\x1b" * 1_000_000)) == 300


def test_kept_characters_are_kept() -> None:
    assert visible("a\tb\nc\x1b", keep="\t\n") == "a\tb\nc\\x1b"


@given(st.text())
def test_the_result_is_one_line_whatever_the_text(text: str) -> None:
    assert len(printable(text).splitlines()) <= 1
