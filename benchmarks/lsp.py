"""Measure the language server beside its peers, in the same run: start, menu, memory, typing while tasks run.

Run: ``make bench-lsp``. Times are in milliseconds, memory is resident, in MiB. ``ruff server`` comes from this
environment; python-lsp-server with pylsp-rope is installed into a cache of its own. Machines are noisy: what is
compared was measured in turns.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LINES = (100, 1_000, 10_000)
ASKED = 60
STARTS = 5
EDITS = 1_000
BODY = '''\
def function_{n}(first, second=None):
    """Add {n} to what was given."""
    total = first + {n}
    if second is not None:
        total += second
    return total


class Holder{n}:
    def __init__(self, value: int = {n}):
        self.value = value

    def is_empty(self) -> bool:
        return not self.value


'''
Json = dict[str, Any]


class Server:
    """A language server at the end of two pipes."""

    def __init__(self, command: list[str], root: Path) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=root)
        self.number = 0
        self.versions: dict[str, int] = {}

    def send(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self) -> Json:
        assert self.process.stdout
        length = 0
        while (line := self.process.stdout.readline()).strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            raise EOFError("the server has ended")
        return json.loads(self.process.stdout.read(length))

    def ask(self, method: str, params: Json | None) -> Any:
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.number and "method" not in message:
                return message.get("result")
            if "id" in message and "method" in message:
                items = (message.get("params") or {}).get("items")
                self.send({"id": message["id"], "result": [None] * len(items) if items else None})

    def tell(self, method: str, params: Json) -> None:
        self.send({"method": method, "params": params})

    def begin(self, root: Path) -> None:
        encodings = {"general": {"positionEncodings": ["utf-16"]}}
        literal = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}
        capabilities = {**encodings, "textDocument": {"codeAction": literal}}
        folder = {"uri": root.as_uri(), "name": "root"}
        options = {"engine": "rules", "review": "later"}
        params = {
            "processId": os.getpid(),
            "rootUri": root.as_uri(),
            "workspaceFolders": [folder],
            "capabilities": capabilities,
            "initializationOptions": options,
        }
        self.ask("initialize", params)
        self.tell("initialized", {})

    def open(self, path: Path) -> str:
        uri = path.as_uri()
        self.versions[uri] = 1
        item = {"uri": uri, "languageId": "python", "version": 1, "text": path.read_text()}
        self.tell("textDocument/didOpen", {"textDocument": item})
        return uri

    def type(self, uri: str, line: int, text: str = " ") -> None:
        self.versions[uri] += 1
        at = {"line": line, "character": 0}
        change = {"range": {"start": at, "end": at}, "text": text}
        document = {"uri": uri, "version": self.versions[uri]}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def menu(self, uri: str, line: int) -> Any:
        at = {"line": line, "character": 4}
        place = {"start": at, "end": at}
        params = {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": []}}
        return self.ask("textDocument/codeAction", params)

    def memory(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def end(self) -> None:
        try:
            self.ask("shutdown", None)
            self.tell("exit", {})
            self.process.wait(10)
        except (OSError, EOFError, subprocess.TimeoutExpired):
            self.process.kill()


@contextmanager
def running(command: list[str], root: Path) -> Iterator[Server]:
    server = Server(command, root)
    try:
        server.begin(root)
        yield server
    finally:
        server.end()


def write_file(root: Path, lines: int) -> Path:
    text, number = '"""Numbers."""\n\n\n', 0
    while text.count("\n") < lines:
        text += BODY.format(n=number)
        number += 1
    path = root / f"lines_{lines}.py"
    path.write_text("\n".join(text.split("\n")[:lines]).rstrip() + "\n")
    return path


def first_menu(command: list[str], root: Path, path: Path) -> float:
    begun = time.perf_counter()
    with running(command, root) as server:
        uri = server.open(path)
        line = path.read_text().split("\n").index("    def is_empty(self) -> bool:")
        while not server.menu(uri, line) and "workhorse" in " ".join(command):
            time.sleep(0.001)
        return (time.perf_counter() - begun) * 1e3


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds, sorted."""

    values: list[float]

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
        p95 = self.values[min(int(len(self.values) * 0.95), len(self.values) - 1)]
        return f"{statistics.median(self.values):8.1f} {p95:8.1f}"


def report_menus(name: str, command: list[str], root: Path, files: list[Path], asked: int) -> None:
    with running(command, root) as server:
        for path in files:
            report_menu(name, server, path, asked)


def report_menu(name: str, server: Server, path: Path, asked: int) -> None:
    uri = server.open(path)
    code = path.read_text().split("\n")
    places = [n for n, line in enumerate(code) if line.endswith("return not self.value")]
    settle(server, uri, places[0])

    def after_a_key(turn: int) -> None:
        line = places[turn * 7 % len(places)]
        server.type(uri, line)
        server.menu(uri, line)

    still = Times.of(asked, lambda turn: server.menu(uri, places[turn * 7 % len(places)]))
    typed = Times.of(asked, after_a_key)
    server.type(uri, 3, "def broken(:\n")  # above everything: a parser of the whole file finds nothing any more
    broken = Times.of(asked, after_a_key)
    print(f"{name:28} {len(code):7,} {still} {typed} {broken}", flush=True)


def settle(server: Server, uri: str, line: int) -> None:
    until = time.perf_counter() + 3
    while time.perf_counter() < until:
        server.menu(uri, line)
        time.sleep(0.05)


def report_memory(command: list[str], root: Path, path: Path) -> None:
    with running(command, root) as server:
        uri = server.open(path)
        settle(server, uri, 10)
        idle = server.memory()
        for turn in range(EDITS):
            server.type(uri, turn * 7 % 9000, "x" if turn % 2 else " ")
        settle(server, uri, 10)
        print(f"memory, MiB: idle {idle:.0f}, after {EDITS:,} edits {server.memory():.0f}")


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
    """Install python-lsp-server into a cache, once."""
    place = Path.home() / ".cache" / "workhorse-tests" / "peers"
    if not (place / "bin" / "pylsp").exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        install = [str(place / "bin" / "python"), "-m", "pip", "install", "-q", "python-lsp-server", "pylsp-rope"]
        subprocess.run(install, check=True)
    ruff = str(Path(sys.executable).with_name("ruff"))
    return [("pylsp with pylsp-rope", [str(place / "bin" / "pylsp")]), ("ruff server", [ruff, "server"])]


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
                starts[name].append(first_menu(command, root, files[1]))
        print("start to first menu, 1,000 lines: min, median")
        for name, times in starts.items():
            print(f"{name:28} {min(times):8.0f} {statistics.median(times):8.0f}")
        print(f"{'menu: p50, p95':28} {'lines':>7} {'still':>17} {'after a keystroke':>17} {'with an error':>17}")
        for name, command in servers:
            report_menus(name, command, root, files, ASKED if "pylsp" not in name else 20)
        report_memory(ours, root, files[-1])
        copies = [files[-1]] + [root / f"copy_{number}.py" for number in range(4)]
        for copy in copies[1:]:
            copy.write_text(files[-1].read_text())
        report_typing_under_load(ours, root, copies)


if __name__ == "__main__":
    main()
