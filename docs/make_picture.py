"""Makes docs/try.svg from a real run of `make try` in a real pseudo-terminal: make picture."""

import io
import os
import pty
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parent
WIDTH = 100
FIRST, LAST = 48, 11
"""How many lines the picture keeps of the beginning and of the end; the diff between is long."""


def record(command: list[str]) -> str:
    """Run a command in a terminal of its own and give what it printed, colours and all."""
    os.environ.update(COLUMNS=str(WIDTH), LINES="50", TERM="xterm-256color")
    os.environ.pop("NO_COLOR", None)
    printed = bytearray()

    def read(terminal: int) -> bytes:
        data = os.read(terminal, 4096)
        printed.extend(data)
        return data

    if pty.spawn(command, read):
        sys.exit("The run failed; no picture was made.")
    return printed.decode().replace("\r\n", "\n").replace(str(HERE.parent.resolve()), "~/workhorse")


def draw(printed: str) -> str:
    """Draw what a terminal shows after this was printed: progress lines that were overwritten are gone."""
    lines = [re.split(r"\r|\x1b\[2K", line)[-1] for line in printed.split("\n")]
    shown = "\n".join([*lines[:FIRST], "", "  [...]", "", *lines[-LAST:]])
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("$ make try\n" + shown))
    svg = console.export_svg(title="Workhorse", unique_id="try")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # no font from afar: any monospace will do


if __name__ == "__main__":
    run = record([sys.executable, "-I", str(HERE.parent / "examples/try.py")])
    (HERE / "try.svg").write_text(draw(run))
