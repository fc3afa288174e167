import io
import sys
from typing import Any

import pytest

from workhorse_cli.output import Output, plain
from workhorse_cli.view import to_line

DIFF = b"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-a = '\xff'\r\n+a = '\x1b[2J'\n"


class Stream(io.TextIOWrapper):
    def __init__(self, is_terminal: bool, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="\n", write_through=True)
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    @property
    def written(self) -> bytes:
        return self.buffer.getvalue()  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def stream(request: Any, monkeypatch: pytest.MonkeyPatch) -> Stream:
    made = Stream(*getattr(request, "param", (False,)))
    monkeypatch.setattr(sys, "stdout", made)
    monkeypatch.setenv("TERM", "xterm")
    return made


on_terminal = pytest.mark.parametrize("stream", [(True,)], indirect=True)


def test_a_diff_goes_into_a_pipe_byte_for_byte(stream: Stream) -> None:
    Output().diff(DIFF)
    assert stream.written == DIFF


@on_terminal
def test_a_diff_cannot_steer_the_terminal(stream: Stream) -> None:
    Output().diff(DIFF)
    assert b"\x1b[31m-a = '\\udcff'\x1b[0m\n" in stream.written
    assert b"\x1b[32m+a = '\\x1b[2J'\x1b[0m\n" in stream.written


@on_terminal
def test_no_color_is_obeyed(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    output = Output()
    output.diff(DIFF)
    output.say(output.style("words", "bold"))
    assert b"\x1b" not in stream.written


def test_colour_is_for_terminals_only(stream: Stream) -> None:
    output = Output()
    output.say(output.style("words", "bold"))
    assert stream.written == b"words\n"


@pytest.mark.parametrize("stream", [(False, "ascii")], indirect=True)
def test_signs_are_letters_where_the_encoding_has_no_others(stream: Stream) -> None:
    output = Output()
    output.say(" ".join(output.mark(status) for status in ("passed", "failed", "skipped")))
    output.say(output.style("größer"))
    assert stream.written == b"ok FAILED -\ngr\\xf6\\xdfer\n"


def test_what_hides_or_reorders_text_is_shown(stream: Stream) -> None:
    assert plain("a\u202eb\u200bc\x9bd\te\nf", stream) == "a\\u202eb\\u200bc\\x9bd\te\\x0af"


def test_json_holds_no_lone_surrogates() -> None:
    assert (
        to_line({"path": "a\udcff.py", "n": [1, None, "\ud800"]})
        == '{"path": "a\\ufffd.py", "n": [1, null, "\\ufffd"]}'
    )


def test_with_json_words_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(json=True)
    output.say("words")
    output.diff(b"+diff\n")
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "words\n+diff\n"
