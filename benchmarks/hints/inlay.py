"""Inlay hints of a language server, read as annotations."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from compare import index_of

from workhorse_core.actions.hints.slot import SlotKind
from workhorse_core.actions.hints.slot_search import find_slots
from workhorse_core.actions.hints.sources.annotated import Spot, spots_of
from workhorse_core.actions.hints.sources.project_types import dotted_type_home
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.type_expression import TypeExpression
from workhorse_core.languages.python.type_reader import read_written


def inlay_hints(command: Sequence[str], root: Path, package: str) -> Mapping[Spot, TypeExpression]:
    """Open every file of a package and ask for its hints; those at a slot are what the tool would write."""
    index = index_of({path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")})
    slots = [slot for module in index.modules for slot in find_slots(module.source).slots]
    places = {(slot.path, slot.offset): (spot, slot.kind) for spot, slot in spots_of(index, slots).items()}
    found: dict[Spot, TypeExpression] = {}
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        session = _Session(server.stdin, server.stdout)
        session.start(root)
        for path, module in ((each.path, each) for each in index.modules):
            if not path.startswith(f"{package}/"):
                continue
            for offset, label in _labels(session, root / path, module):
                spot, kind = places.get((path, offset), (None, None))
                if spot is None or label.startswith("->") != (kind is SlotKind.RETURN):
                    continue
                text = read_written(label.removeprefix("->").removeprefix(":").strip(), _resolver(index, module))
                if text is not None:
                    found[spot] = text
        session.ask("shutdown", None)
        session.tell("exit", None)
    return found


def _labels(session: "_Session", file: Path, module: Module) -> Iterator[tuple[int, str]]:
    """Return each hint of one file with its byte offset."""
    uri, text = file.as_uri(), module.source.text
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    session.tell("textDocument/didOpen", {"textDocument": document})
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": text.count("\n") + 1, "character": 0}}
    for hint in session.ask("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": whole}) or ():
        label, place = hint["label"], hint["position"]
        words = label if isinstance(label, str) else "".join(part["value"] for part in label)
        yield module.source.offset(place["line"] + 1, place["character"]), words.strip()


_CAPABILITIES = {"textDocument": {"inlayHint": {}}, "workspace": {"configuration": False}}


def _resolver(index: SymbolIndex, module: Module):
    def resolve(name: str) -> str | None:
        head = name.partition(".")[0]
        home = index.home(module, head)
        made = [each for each in index.modules if head in each.classes]
        if home is None and made:
            home = f"{made[0].name}:{head}"
        return dotted_type_home(home, name) or (None if head in _BUILTINS else f"typing:{name}")

    return resolve


_BUILTINS = frozenset(dir(__import__("builtins")))


class _Session:
    def __init__(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        self._in, self._out, self._id = stdin, stdout, 0

    def start(self, root: Path) -> None:
        """Shake hands over one folder."""
        asked = {"processId": None, "rootUri": root.as_uri(), "capabilities": _CAPABILITIES}
        self.ask("initialize", {**asked, "workspaceFolders": [{"uri": root.as_uri(), "name": "project"}]})
        self.tell("initialized", {})

    def tell(self, method: str, parameters: Any) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": parameters})

    def ask(self, method: str, parameters: Any) -> Any:
        self._id += 1
        self._write({"jsonrpc": "2.0", "id": self._id, "method": method, "params": parameters})
        while True:
            message = self._read()
            if "method" in message and "id" in message:
                items = message.get("params", {}).get("items") if isinstance(message.get("params"), dict) else None
                self._write({"jsonrpc": "2.0", "id": message["id"], "result": [None] * len(items) if items else None})
            elif message.get("id") == self._id:
                return message.get("result")

    def _write(self, message: Any) -> None:
        data = json.dumps(message).encode()
        self._in.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._in.flush()

    def _read(self) -> Any:
        length = 0
        while line := self._out.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        if not length:
            raise ValueError("The language server ended.")
        return json.loads(self._out.read(length))
