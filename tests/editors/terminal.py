"""A terminal in which an editor runs as for a person: keys go in, and its screen comes out."""

import os
import pty
import re
import select
import signal
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROWS, COLUMNS = 24, 80
_CODES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()].|\s")


class Screen:
    """A terminal in which a program runs: keys go in, and its output comes out, without its colours."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self.written = b""

    def press(self, keys: str) -> None:
        """Press keys at once, as a paste does."""
        self.written = b""
        os.write(self._terminal, keys.encode())

    def type(self, text: str, seconds: float) -> None:
        """Type a text key by key in about so many seconds."""
        for key in text:
            os.write(self._terminal, key.encode())
            self._read(seconds / len(text))

    def shows(self, words: str, seconds: float) -> bool:
        """Return whether the words are written within some seconds after the last press."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.1)
            if words.replace(" ", "") in self.text:  # blanks that are there already are gone over, not written
                return True
        return False

    @property
    def text(self) -> str:
        """The output since the last press, without blanks."""
        return _CODES.sub("", self.written.decode("utf-8", "replace"))

    def _read(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._terminal], [], [], left)[0]:
                try:
                    self.written += os.read(self._terminal, 65536)
                except OSError as error:
                    raise AssertionError(f"The program has ended: {self.text}") from error


@contextmanager
def in_terminal(command: Sequence[str], folder: Path, environment: dict[str, str]) -> Iterator[Screen]:
    """Run a program in a terminal of 80 columns, and end it."""
    process, terminal = pty.fork()
    if process == 0:
        termios.tcsetwinsize(0, (ROWS, COLUMNS))
        os.chdir(folder)
        os.execve(command[0], [*command], environment)
    try:
        yield Screen(terminal)
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)
