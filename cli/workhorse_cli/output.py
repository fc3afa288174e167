"""Text for people, on a terminal or in a pipe: coloured, and free of control characters."""

import os
import sys
from typing import BinaryIO, TextIO, cast

from workhorse_core.system.printable import visible

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_MARKS = {"passed": "✓", "failed": "✗", "skipped": "\N{EN DASH}"}
_ASCII_MARKS = {"passed": "ok", "failed": "FAILED", "skipped": "-"}
_MARK_STYLES = {"passed": "green", "failed": "red", "skipped": "dim"}


class Output:
    """The two streams: results go to standard output, all other text (with ``json`` all text) to standard error."""

    def __init__(self, json: bool = False) -> None:
        self.json = json
        self._progress_shown = False

    def say(self, text: str = "") -> None:
        """Write a line of the result."""
        self.clear_progress()
        _write_line(sys.stderr if self.json else sys.stdout, text)

    def note(self, text: str) -> None:
        """Write a line beside the result."""
        self.clear_progress()
        _write_line(sys.stderr, "\n".join(plain(line, sys.stderr) for line in text.split("\n")))

    def progress(self, text: str) -> None:
        """Show the progress in place, on a terminal only."""
        if not sys.stderr.isatty():
            return
        width = _terminal_width() - 1
        _write(sys.stderr, f"\r\x1b[K{plain(text, sys.stderr)[:width]}")
        self._progress_shown = True

    def clear_progress(self) -> None:
        """Clear the progress."""
        if self._progress_shown:
            _write(sys.stderr, "\r\x1b[K")
            self._progress_shown = False

    def style(self, text: str, *styles: str) -> str:
        """Return text without control characters, in colour where results are coloured."""
        stream = sys.stderr if self.json else sys.stdout
        text = plain(text, stream)
        if not text or not styles or not in_colour(stream):
            return text
        return f"\x1b[{';'.join(_STYLES[style] for style in styles)}m{text}\x1b[0m"

    def mark(self, status: str) -> str:
        """Return the sign of a check's outcome, in ASCII where the encoding has no other."""
        stream = sys.stderr if self.json else sys.stdout
        marks = _MARKS if _can_show("".join(_MARKS.values()), stream) else _ASCII_MARKS
        return self.style(marks[status], _MARK_STYLES[status])

    def diff(self, diff: bytes, always: bool = False) -> None:
        """Write a diff: byte for byte into files and pipes, escaped and coloured on a terminal.

        Args:
            diff: As git would print it.
            always: Write it to standard output even when text goes to standard error.
        """
        self.clear_progress()
        stream = sys.stdout if always or not self.json else sys.stderr
        if stream.isatty():
            for line in diff.split(b"\n")[:-1]:
                _write(stream, _coloured_line(line.decode("utf-8", "surrogateescape"), stream) + "\n")
            return
        stream.flush()
        binary = cast("BinaryIO", stream.buffer)
        binary.write(diff)
        binary.flush()


def plain(text: str, stream: TextIO) -> str:
    """Make text harmless: control characters, which could rewrite the screen, are shown as their codes.

    So are characters that hide or reorder others, and those that the stream cannot encode.
    """
    shown = visible(text, keep="\t")
    encoding = stream.encoding or "ascii"
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def in_colour(stream: TextIO) -> bool:
    """Return whether to use colour (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


_DIFF_STYLES = (("+++", "1"), ("---", "1"), ("diff ", "1"), ("@@", "36"), ("+", "32"), ("-", "31"))


def _coloured_line(line: str, stream: TextIO) -> str:
    text = plain(line.removesuffix("\r"), stream)
    if in_colour(stream):
        for start, code in _DIFF_STYLES:
            if line.startswith(start):
                return f"\x1b[{code}m{text}\x1b[0m"
    return text


def _can_show(text: str, stream: TextIO) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _terminal_width() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _write_line(stream: TextIO, text: str) -> None:
    _write(stream, text + "\n")


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        if stream is sys.stdout:
            raise
        # standard error is closed: the work goes on
