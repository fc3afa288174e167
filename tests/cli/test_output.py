import contextlib
import io
from collections.abc import Callable

import pytest

from workhorse_cli.json_line import to_line
from workhorse_cli.output import Output, plain

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


def written(output: Callable[[Output], None], is_terminal: bool = False, encoding: str = "utf-8") -> bytes:
    """Return the text that an output writes to a standard output of this kind."""
    stream = Stream(is_terminal, encoding)
    with contextlib.redirect_stdout(stream):
        output(Output())
    return stream.written


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def say_bold(output: Output) -> None:
    output.say(output.style("words", "bold"))


def test_a_diff_goes_into_a_pipe_byte_for_byte() -> None:
    assert written(lambda output: output.diff(DIFF)) == DIFF


def test_a_diff_cannot_steer_the_terminal() -> None:
    shown = written(lambda output: output.diff(DIFF), is_terminal=True)
    assert b"\x1b[31m-a = '\\udcff'\x1b[0m\n" in shown
    assert b"\x1b[32m+a = '\\x1b[2J'\x1b[0m\n" in shown


def test_colour_is_for_terminals_only() -> None:
    assert written(say_bold, is_terminal=True) == b"\x1b[1mwords\x1b[0m\n"
    assert written(say_bold) == b"words\n"


def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert written(say_bold, is_terminal=True) == b"words\n"
    assert b"\x1b" not in written(lambda output: output.diff(DIFF), is_terminal=True)


def test_signs_are_letters_where_the_encoding_has_no_others() -> None:
    def say(output: Output) -> None:
        output.say(" ".join(output.mark(status) for status in ("passed", "failed", "skipped")))
        output.say(output.style("größer"))

    assert written(say, encoding="ascii") == b"ok FAILED -\ngr\\xf6\\xdfer\n"


def test_characters_that_hide_or_reorder_text_are_escaped() -> None:
    assert plain("a\u202eb\u200bc\x9bd\te\nf", Stream(is_terminal=False)) == "a\\u202eb\\u200bc\\x9bd\te\\x0af"


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
