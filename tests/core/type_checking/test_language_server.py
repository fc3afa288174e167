"""The client answers a language server's requests, and ends a server that takes too long."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workhorse_core.tools.process import Reach
from workhorse_core.tools.tool import Origin, Tool
from workhorse_core.type_checking.language_server import LanguageServer, ServerEndedError, server_command
from workhorse_core.workspace.project import Project

SERVER = """\
import json, sys, time

def read():
    length = 0
    while line := sys.stdin.buffer.readline().strip():
        length = int(line.partition(b":")[2])
    return json.loads(sys.stdin.buffer.read(length))

def write(message):
    data = json.dumps(message).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n%s" % (len(data), data))
    sys.stdout.buffer.flush()

def configured(*sections):
    items = [{"section": section} for section in sections]
    write({"jsonrpc": "2.0", "id": 99, "method": "workspace/configuration", "params": {"items": items}})
    return read()["result"]

begun = time.monotonic()
asked = read()
"""
ANSWER = 'write({"jsonrpc": "2.0", "id": asked["id"], "result": result})\n'


@pytest.fixture
def serve(project: Project, tmp_path: Path) -> Callable[[str], LanguageServer]:
    def begin(body: str) -> LanguageServer:
        script = tmp_path / "server.py"
        script.write_text(SERVER + body)
        tool = Tool("fake", (sys.executable, "-I", str(script)), Origin.CONFIGURED)
        settings: dict[str, Any] = {"python": {"pythonPath": "/a/python"}}
        return LanguageServer(tool, project, tmp_path, Reach(), settings.get)

    return begin


def test_settings_that_the_server_asks_for_meanwhile_are_answered(serve: Callable[[str], LanguageServer]) -> None:
    server = serve('result = configured("python", "other")\n' + ANSWER)
    assert server.ask("textDocument/diagnostic", {}, 20) == [{"pythonPath": "/a/python"}, None]
    server.close()


def test_server_that_asks_for_settings_and_never_answers_is_ended(
    serve: Callable[[str], LanguageServer],
) -> None:
    server = serve('while time.monotonic() < begun + 20:\n    configured("python")\n    time.sleep(0.01)\n')
    with pytest.raises(ServerEndedError, match="it ended"):
        server.ask("textDocument/diagnostic", {}, 0.5)


def test_silent_server_is_ended(serve: Callable[[str], LanguageServer]) -> None:
    server = serve("time.sleep(20)\n")
    with pytest.raises(ServerEndedError):
        server.ask("textDocument/diagnostic", {}, 0.5)


def test_refused_request_raises_with_the_servers_message(serve: Callable[[str], LanguageServer]) -> None:
    error = '{"code": -32601, "message": "no such method"}'
    server = serve(f'write({{"jsonrpc": "2.0", "id": asked["id"], "error": {error}}})\nread()\n')
    with pytest.raises(ServerEndedError, match="no such method"):
        server.ask("textDocument/diagnostic", {}, 20)
    server.close()


def test_only_a_tool_that_python_runs_as_a_module_has_a_server() -> None:
    assert server_command(("/a/python", "-I", "-m", "pyright"), "pyright.langserver") == (
        *("/a/python", "-I", "-m", "pyright.langserver", "--stdio"),
    )
    assert server_command(("/a/pyright",), "pyright.langserver") is None
