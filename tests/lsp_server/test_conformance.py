"""Clients that announce nothing, the future, or what is not so; and the order of messages."""

from pathlib import Path
from typing import Any

import pytest

from lsp_server.conftest import BOX, WIDE
from support.lsp_editor import SERVER
from support.raw_client import UNANSWERED, Json, RawClient, raw_client
from support.waiting import wait_until
from workhorse_core.git.repository import Repository

LINE = BOX[: BOX.index("def is_wide")].count("\n")
FUTURE = {
    "general": {"positionEncodings": ["utf-128", "utf-16"], "staleRequestSupport": "maybe"},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "copy", "link"],
            "failureHandling": "timeTravel",
        },
        "symbol": {"symbolKind": {"valueSet": [1, 99]}, "tagSupport": {"valueSet": [1, 7]}},
    },
    "textDocument": {
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "refactor.beautify"]}}},
        "completion": {"completionItem": {"insertTextModeSupport": {"valueSet": [1, 2, 3]}}},
        "publishDiagnostics": {"tagSupport": {"valueSet": [1, 2, -1]}},
        "semanticTokens": {"formats": ["relative", "absolute"], "requests": 5},
    },
    "window": {"workDoneProgress": "often", "showMessage": 3},
    "quantum": {"entangled": True},
}


def nothing(method: str, params: Json) -> Any:
    return None


def started(client: RawClient, root: Path, capabilities: Json, **more: Any) -> Json:
    params = {"processId": None, "rootUri": root.as_uri(), "capabilities": capabilities, **more}
    response = client.request("initialize", {"initializationOptions": {"engine": "rules"}, **params})
    client.notify("initialized")
    return response


def opened(client: RawClient, root: Path, text: str = BOX, uri: str | None = None) -> str:
    uri = uri or (root / "box.py").as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    return uri


def menu(client: RawClient, uri: str, line: int, **context: Any) -> list[Json]:
    at = {"line": line, "character": 4}
    params: Json = {"textDocument": {"uri": uri}, "range": {"start": at, "end": at}}
    params["context"] = {"diagnostics": [], **context}
    return list(client.request("textDocument/codeAction", params)["result"])


def run(client: RawClient, command: Json) -> Json:
    named = {name: command[name] for name in ("command", "arguments")}
    return client.request("workspace/executeCommand", named)


def waiting_job(client: RawClient) -> Json:
    def verified() -> Json:
        jobs = client.request("workhorse/jobs")["result"]["jobs"]
        return dict(jobs[0]) if jobs and jobs[0]["status"] == "verified" else {}

    return wait_until(verified)


def approved(client: RawClient) -> Json:
    job = waiting_job(client)
    version = client.request("workhorse/diff", {"job": job["job"]})["result"]["version"]
    return run(client, {"command": "workhorse.approve", "arguments": [{"job": job["job"], "version": version}]})


def test_client_that_announces_nothing_gets_plain_commands_and_the_change_in_the_file(home: Repository) -> None:
    with raw_client(SERVER, nothing) as client:
        started(client, home.root, {})
        uri = opened(client, home.root)
        first = menu(client, uri, LINE)
        assert first[0]["title"] == "Add docstring"
        assert first[0]["command"] == "workhorse.run"
        run(client, first[0])
        assert approved(client)["result"] == {"landed": True}
        assert client.methods() <= {"window/showMessage", "window/logMessage"}
    assert WIDE in (home.root / "box.py").read_text()


def test_unsaved_text_is_saved_before_a_draft_lands_in_a_file_whose_editor_takes_no_edits(home: Repository) -> None:
    file, typed = home.root / "box.py", "\n# typed\n"
    with raw_client(SERVER, nothing) as client:
        started(client, home.root, {})
        uri = opened(client, home.root)
        run(client, menu(client, uri, LINE)[0])
        waiting_job(client)
        end = {"line": BOX.count("\n"), "character": 0}
        changes = [{"range": {"start": end, "end": end}, "text": typed}]
        client.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": 2}, "contentChanges": changes})
        assert approved(client)["result"] == {"landed": False}
        assert file.read_text() == BOX
        assert any("Save the file first" in str(message) for message in client.came)
        file.write_text(BOX + typed)
        assert approved(client)["result"] == {"landed": True}
    assert WIDE in file.read_text()
    assert file.read_text().endswith(typed)


def test_client_that_announces_apply_edit_alone_gets_plain_changes(home: Repository) -> None:
    edits: list[Json] = []

    def take(method: str, params: Json) -> Any:
        edits.append(params)
        return {"applied": False}

    with raw_client(SERVER, take) as client:
        started(client, home.root, {"workspace": {"applyEdit": True}})
        uri = opened(client, home.root)
        run(client, menu(client, uri, LINE)[0])
        assert approved(client)["result"] == {"landed": False}
    (edit,) = edits
    assert list(edit["edit"]) == ["changes"]
    assert [each["newText"].strip() for each in edit["edit"]["changes"][uri]] == [WIDE]


def test_client_of_a_later_protocol_is_served(home: Repository) -> None:
    with raw_client(SERVER, lambda method, params: {"applied": True}) as client:
        response = started(client, home.root, FUTURE, trace="compact", locale=5)
        assert response["result"]["capabilities"]["positionEncoding"] == "utf-16"
        uri = opened(client, home.root)
        odd = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}, "message": "m"}
        diagnostics = [{**odd, "severity": 9, "tags": [1, 77], "code": {"value": 1}}]
        (first, *_) = menu(client, uri, LINE, diagnostics=diagnostics, triggerKind=8, only=["refactor", "new.kind"])
        assert (first["title"], first["kind"]) == ("Add docstring", "refactor.rewrite.workhorse.docstrings")


@pytest.mark.parametrize("applied", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_client_that_reports_an_edit_falsely_records_no_verdict(home: Repository, applied: bool) -> None:
    lies = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True, "changeAnnotationSupport": {}}}}
    lies["workspace"]["configuration"] = True
    with raw_client(SERVER, lambda method, params: {"applied": applied} if "applyEdit" in method else None) as client:
        started(client, home.root, lies)
        uri = opened(client, home.root)
        (command,) = [each for each in menu(client, uri, LINE) if each["title"] == "Add docstring"]
        run(client, command if isinstance(command["command"], str) else command["command"])
        assert approved(client)["result"] == {"landed": False}
        job = waiting_job(client)
        assert job["verdicts"] == []
    assert (home.root / "box.py").read_text() == BOX


def test_first_menu_after_opening_has_the_actions_of_definition_and_file(home: Repository) -> None:
    with raw_client(SERVER, nothing) as client:
        started(client, home.root, {})
        titles = [each["title"] for each in menu(client, opened(client, home.root), LINE)]
        assert titles == ["Add docstring", "Add missing docstrings in file", "Add missing docstrings in folder"]


@pytest.mark.parametrize("_", [1, *(pytest.param(number, marks=pytest.mark.slow) for number in range(2, 9))])
def test_exit_while_handlers_are_at_work_ends_without_a_traceback(home: Repository, _: int) -> None:
    with raw_client(SERVER, nothing) as client:
        started(client, home.root, {})  # the server still looks for the folder's repository
        client.notify("exit")
        assert client.server.wait(30) == 1
        assert client.server.stderr
        assert client.server.stderr.read().decode() == ""


def test_shutdown_while_a_command_waits_for_the_client_is_answered(home: Repository) -> None:
    def leave(method: str, params: Json) -> object:
        client.send(id="end", method="shutdown")
        return UNANSWERED

    with raw_client(SERVER, leave) as client:
        started(client, home.root, {"workspace": {"applyEdit": True}})
        run(client, menu(client, opened(client, home.root), LINE)[0])
        job = waiting_job(client)["job"]
        version = client.request("workhorse/diff", {"job": job})["result"]["version"]
        approve = {"command": "workhorse.approve", "arguments": [{"job": job, "version": version}]}
        client.send(id="command", method="workspace/executeCommand", params=approve)
        assert client.wait(lambda message: message.get("id") == "end").get("result", "an error") is None
        client.notify("exit")
        assert client.server.wait(30) == 0
        assert client.server.stderr
        assert client.server.stderr.read().decode() == ""


def test_messages_out_of_turn_are_refused_and_the_exit_code_reports_a_missing_shutdown(home: Repository) -> None:
    with raw_client(SERVER, nothing) as client:
        client.header = "content-length:{}\r\nCONTENT-TYPE: application/vscode-jsonrpc; charset=utf-8\r\n\r\n"
        assert client.request("workhorse/jobs")["error"]["code"] == -32002
        started(client, home.root, {})
        assert client.request("initialize", {"processId": None, "capabilities": {}})["error"]["code"] == -32600
        client.notify("exit")
        assert client.server.wait(30) == 1
        assert client.server.stderr
        assert client.server.stderr.read() == b""
    with raw_client(SERVER, nothing) as client:
        started(client, home.root, {})
        opened(client, home.root)
        assert client.request("shutdown")["result"] is None
        assert client.request("workhorse/jobs")["error"]["code"] == -32600
        client.notify("exit")
        assert client.server.wait(30) == 0
        assert client.server.stderr
        assert client.server.stderr.read() == b""


@pytest.mark.parametrize(
    "uri",
    [
        *("untitled:Untitled-1", "script"),
        pytest.param("vscode-notebook-cell:/work/a.ipynb#X1", marks=pytest.mark.slow),
    ],
)
def test_python_that_is_no_python_file_is_worked_on_without_a_scratch_branch(home: Repository, uri: str) -> None:
    edits: list[Json] = []

    def take(method: str, params: Json) -> Any:
        edits.append(params["edit"])
        return {"applied": True}

    if uri == "script":
        (home.root / "tool").write_text(BOX)
        uri = (home.root / "tool").as_uri()
    with raw_client(SERVER, take) as client:
        started(client, home.root, {"workspace": {"applyEdit": True}})
        opened(client, home.root, uri=uri)
        run(client, menu(client, uri, LINE)[0])
        job = waiting_job(client)
        assert job["branch"] is None
        version = client.request("workhorse/diff", {"job": job["job"]})["result"]["version"]
        client.send(
            id=999,
            method="workspace/executeCommand",
            params={"command": "workhorse.approve", "arguments": [{"job": job["job"], "version": version}]},
        )
        client.wait(lambda message: bool(edits))
        assert [each["newText"].strip() for each in edits[0]["changes"][uri]] == [WIDE]
    assert home.write("branch", "--list", "workhorse/*") == b""
