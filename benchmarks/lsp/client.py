"""A language server at the end of two pipes, and the files that it is asked about."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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

    def type(self, uri: str, line: int, text: str = " ", column: int = 0, delete: int = 0) -> None:
        self.versions[uri] += 1
        start, end = ({"line": line, "character": character} for character in (column, column + delete))
        change = {"range": {"start": start, "end": end}, "text": text}
        document = {"uri": uri, "version": self.versions[uri]}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def menu(self, uri: str, line: int) -> Any:
        at = {"line": line, "character": 4}
        place = {"start": at, "end": at}
        params = {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": []}}
        return self.ask("textDocument/codeAction", params)

    def cpu(self) -> float:
        """Return the milliseconds that its threads have run, whatever else the machine does."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6

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


def first_menu(name: str, command: list[str], root: Path, path: Path) -> float:
    begun = time.perf_counter()
    with running(command, root) as server:
        uri = server.open(path)
        line = path.read_text().split("\n").index("    def is_empty(self) -> bool:")
        while not server.menu(uri, line) and name == "workhorse":
            time.sleep(0.001)
        return (time.perf_counter() - begun) * 1e3
