"""An hour of typing at five keys a second: the server's memory at its start, middle and end. No clock is waited for."""

import statistics
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from client import running

KEYS = 5 * 3600
LINE = "    total = total + number"
WRONG = 5
"""Each fifth letter is a wrong one first, and taken back."""
EVERY = 5
"""Keys from one menu to the next."""


class Key(NamedTuple):
    """One key: what it inserts or deletes, and where."""

    line: int
    column: int
    text: str
    delete: int = 0


def keys(bodies: list[int]) -> Iterator[Key]:
    """Type a line into one function after the other; ``bodies`` are the lines above which one is opened."""
    place = 0
    while True:
        line = bodies[place]
        bodies[place:] = [below + 1 for below in bodies[place:]]
        yield Key(line, 0, "\n")
        for column, letter in enumerate(LINE):
            if column % WRONG == 0:
                yield Key(line, column, "q")
                yield Key(line, column, "", 1)
            yield Key(line, column, letter)
        place = (place + 7) % len(bodies)


def report_hour(name: str, command: list[str], root: Path, path: Path) -> None:
    """Type for an hour, and print what it cost."""
    bodies = [n for n, line in enumerate(path.read_text().split("\n")) if line.startswith("    total = first")]
    menus = list[float]()
    with running(command, root) as server:
        uri = server.open(path)
        for _ in range(20):
            server.menu(uri, bodies[0])
        memory = [server.memory()]
        for number, key in enumerate(islice(keys(bodies), KEYS), 1):
            server.type(uri, key.line, key.text, key.column, key.delete)
            if number % EVERY == 0:
                begun = time.perf_counter()
                server.menu(uri, key.line)
                menus.append((time.perf_counter() - begun) * 1e3)
            if number % (KEYS // 2) == 0:
                memory.append(server.memory())
    menus.sort()
    figures = " ".join(f"{each:7.1f}" for each in memory)
    print(f"{name:28} {figures}   {statistics.median(menus):6.1f} {menus[int(len(menus) * 0.95)]:6.1f}", flush=True)
