"""Measure the language server beside its peers, in the same run: start, menu, memory, typing while tasks run.

Run: ``make bench-lsp``. Times are in milliseconds, memory is resident, in MiB. ``ruff server`` comes from this
environment; python-lsp-server is installed into caches of its own, bare and with pylsp-rope. Machines are noisy: what
is compared is measured in turns.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from client import Server, first_menu, running, write_file
from hour import report_hour

LINES = (100, 1_000, 10_000)
ASKED = 60
STARTS = 11


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds, sorted."""

    values: list[float]
    cpu: list[float] = field(default_factory=list[float])
    """What the server itself ran meanwhile."""

    @classmethod
    def of(cls, count: int, work: Callable[[int], object]) -> "Times":
        values: list[float] = []
        for turn in range(count):
            begun = time.perf_counter()
            work(turn)
            values.append((time.perf_counter() - begun) * 1e3)
            time.sleep(0.02)
        return cls(sorted(values))

    def __str__(self) -> str:
        words = f"{statistics.median(self.values):8.1f} {p95(self.values):8.1f}"
        return f"{words} {p95(self.cpu):8.1f}" if self.cpu else words


def p95(values: list[float]) -> float:
    return values[min(int(len(values) * 0.95), len(values) - 1)]


def report_menus(servers: dict[str, list[str]], root: Path, path: Path) -> None:
    """Ask all servers for the menus of one file, in turns, so that the machine's other work hits each alike."""
    code = path.read_text().split("\n")
    places = [n for n, line in enumerate(code) if line.endswith("return not self.value")]
    with ExitStack() as stack:
        asked = {name: stack.enter_context(running(command, root)) for name, command in servers.items()}
        uris = {name: server.open(path) for name, server in asked.items()}
        for name, server in asked.items():
            settle(server, uris[name], places[0])

        def still(name: str, turn: int) -> None:
            asked[name].menu(uris[name], places[turn * 7 % len(places)])

        def after_a_key(name: str, turn: int) -> None:
            asked[name].type(uris[name], places[turn * 7 % len(places)])
            still(name, turn)

        rows = [in_turns(asked, still), in_turns(asked, after_a_key)]
        for name, server in asked.items():
            server.type(uris[name], 3, "def broken(:\n")  # above all: a parser of the whole file finds nothing any more
        rows.append(in_turns(asked, after_a_key))
    for name in servers:
        print(f"{name:28} {len(code):7,} {' '.join(str(row[name]) for row in rows)}", flush=True)


def in_turns(servers: dict[str, Server], work: Callable[[str, int], object]) -> dict[str, Times]:
    values: dict[str, list[float]] = {name: [] for name in servers}
    ran: dict[str, list[float]] = {name: [] for name in servers}
    for turn in range(ASKED):
        for name, server in servers.items():
            if "rope" in name and turn >= ASKED // 6:
                continue  # seconds for each
            before, begun = server.cpu(), time.perf_counter()
            work(name, turn)
            values[name].append((time.perf_counter() - begun) * 1e3)
            ran[name].append(server.cpu() - before)
        time.sleep(0.02)
    return {name: Times(sorted(values[name]), sorted(ran[name])) for name in servers}


def settle(server: Server, uri: str, line: int) -> None:
    until = time.perf_counter() + 3
    while time.perf_counter() < until:
        server.menu(uri, line)
        time.sleep(0.05)


def report_typing_under_load(command: list[str], root: Path, files: list[Path]) -> None:
    with running(command, root) as server:
        uris = [server.open(path) for path in files]
        for uri in uris:
            settle(server, uri, 10)
        for uri in uris[1:]:
            given = {"action": "docstrings", "uri": uri, "scope": "file"}
            server.ask("workspace/executeCommand", {"command": "workhorse.run", "arguments": [given]})
        busy = len(server.ask("workhorse/status", {})["running"])

        def key(turn: int) -> None:
            server.type(uris[0], 100 + turn, "#")
            server.menu(uris[0], 5000)

        times = Times.of(3 * ASKED, key)
        left = len(server.ask("workhorse/status", {})["running"])
        print(f"a keystroke and the menu while {busy} tasks run (still {left} at the end): p50, p95 {times}")


def peers() -> list[tuple[str, list[str]]]:
    """Install python-lsp-server into a cache, once: bare, and with the plug-in that offers refactorings."""
    found = []
    for name, packages in (("pylsp", []), ("pylsp with pylsp-rope", ["pylsp-rope"])):
        place = Path.home() / ".cache" / "workhorse-tests" / name.replace(" ", "-")
        program = place / "bin" / "pylsp"
        if not program.exists():
            subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
            install = [str(place / "bin" / "python"), "-m", "pip", "install", "-q", "python-lsp-server", *packages]
            subprocess.run(install, check=True)
        found.append((name, [str(program)]))
    return [*found, ("ruff server", [str(Path(sys.executable).with_name("ruff")), "server"])]


def main() -> None:
    """Measure and print."""
    ours = [sys.executable, "-I", "-m", "workhorse_lsp_server"]
    servers = [("workhorse", ours), *peers()]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(os.path.realpath(folder))
        subprocess.run(["git", "init", "-q", str(root)], check=True)
        files = [write_file(root, lines) for lines in LINES]
        starts: dict[str, list[float]] = {name: [] for name, _ in servers}
        for _ in range(STARTS):
            for name, command in servers:
                starts[name].append(first_menu(name, command, root, files[1]))
        print("start to first menu, 1,000 lines: min, median, our median / theirs")
        for name, times in starts.items():
            ratio = statistics.median(starts["workhorse"]) / statistics.median(times)
            print(f"{name:28} {min(times):8.0f} {statistics.median(times):8.0f} {ratio:6.2f}", flush=True)
        print(f"{'menu: p50, p95, p95 of CPU':28} {'lines':>7} {'still':>26} {'after a key':>26} {'with an error':>26}")
        for path in files:
            report_menus(dict(servers), root, path)
        print("an hour of typing in 10,000 lines: MiB at start, middle, end; p50, p95 of its menus")
        for name, command in servers:
            if "rope" not in name:
                report_hour(name, command, root, files[-1])
        copies = [files[-1]] + [root / f"copy_{number}.py" for number in range(4)]
        for copy in copies[1:]:
            copy.write_text(files[-1].read_text())
        report_typing_under_load(ours, root, copies)


if __name__ == "__main__":
    main()
