"""Messages become what lsprotocol's own converter makes of them, and go back as it would write them."""

import json
import subprocess
import sys
from typing import Any

import attrs
import pytest
from cattrs.errors import BaseValidationError
from lsprotocol import types as lsp
from lsprotocol.converters import get_converter
from pytest_lsp import client_capabilities

from support.lsp_editor import PROFILES
from workhorse_lsp_server.converter import make_converter

FOLDERS = [lsp.WorkspaceFolder("file:///a", "a")]
PLACE = lsp.Range(lsp.Position(0, 0), lsp.Position(2, 5))
ANNOTATED = lsp.AnnotatedTextEdit("a", PLACE, "new")
VERSIONED = lsp.OptionalVersionedTextDocumentIdentifier("file:///a.py", version=None)
EDIT = lsp.WorkspaceEdit(
    document_changes=[lsp.TextDocumentEdit(VERSIONED, [ANNOTATED]), lsp.CreateFile("file:///b.py")],
    change_annotations={"a": lsp.ChangeAnnotation("A", needs_confirmation=True)},
)
COMMAND = lsp.Command("Do", "workhorse.run", arguments=[{"uri": "file:///a.py", "line": 3}])
MESSAGES: list[Any] = [
    *(
        lsp.InitializeRequest(1, lsp.InitializeParams(client_capabilities(name), workspace_folders=FOLDERS))
        for name in PROFILES
    ),
    lsp.ApplyWorkspaceEditRequest(2, lsp.ApplyWorkspaceEditParams(EDIT, "label")),
    lsp.CodeActionResponse(3, [lsp.CodeAction("Do", kind="refactor.rewrite.workhorse.docstrings", command=COMMAND)]),
    lsp.ApplyWorkspaceEditResponse(4, lsp.ApplyWorkspaceEditResult(False, failure_reason="why")),
    lsp.ShowMessageResponse(5, None),
    lsp.DidChangeTextDocumentNotification(
        lsp.DidChangeTextDocumentParams(
            lsp.VersionedTextDocumentIdentifier(7, "file:///a.py"),
            [lsp.TextDocumentContentChangePartial(PLACE, "x"), lsp.TextDocumentContentChangeWholeDocument("y")],
        )
    ),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_is_encoded_and_decoded_as_by_lsprotocol(message: Any) -> None:
    theirs, ours = get_converter(), make_converter()
    written = theirs.unstructure(message)
    assert ours.unstructure(message) == written
    received = json.loads(json.dumps(written))
    assert ours.structure(received, type(message)) == theirs.structure(received, type(message))


def test_types_made_at_first_use_equal_those_of_lsprotocol() -> None:
    """In a process of its own, for here they were imported before."""
    program = """
import workhorse_lsp_server.lean_types
import attrs
from lsprotocol import types
known = types.ALL_TYPES_MAP
made = {name: getattr(known[name], "__dict__", {}).get("__attrs_attrs__", ()) for name in known}
late = [name for name in known if not isinstance(made[name], tuple)]
assert len(late) > 400, len(late)
for name in late:
    for field in attrs.fields(known[name]):
        print(name, field.name, field.type, field.default)
"""
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    get_converter()  # resolves what the annotations name
    kinds = {line.split(" ", 1)[0] for line in done.stdout.splitlines()}
    expected: list[str] = []
    for name, kind in lsp.ALL_TYPES_MAP.items():
        if name in kinds and isinstance(kind, type):
            expected += [f"{name} {each.name} {each.type} {each.default}" for each in attrs.fields(kind)]
    assert done.stdout.splitlines() == expected


def test_a_value_that_fits_no_type_is_refused_by_the_type_s_name() -> None:
    with pytest.raises(Exception, match="no Position"):
        make_converter().structure({"line": -1, "character": 0}, lsp.Position)


ODD_CAPABILITIES = {
    "a tag of Visual Studio": {"textDocument": {"publishDiagnostics": {"tagSupport": {"valueSet": [1, 2, -1, 3]}}}},
    "a symbol kind of a later protocol": {"textDocument": {"documentSymbol": {"symbolKind": {"valueSet": [1, 300]}}}},
    "a kind of markup of its own": {"textDocument": {"hover": {"contentFormat": ["markdown", "html"]}}},
    "an operation of its own": {"workspace": {"workspaceEdit": {"resourceOperations": ["create", "copy"]}}},
    "a missing key": {"textDocument": {"semanticTokens": {"formats": ["relative"]}}},
    "a text for a group": {"window": "yes"},
}


@pytest.mark.parametrize("odd", ODD_CAPABILITIES.values(), ids=ODD_CAPABILITIES.keys())
def test_capability_that_cannot_be_read_counts_as_absent_and_the_others_are_kept(odd: dict[str, Any]) -> None:
    capabilities = {**odd, "general": {"positionEncodings": ["utf-8"]}}
    params = {"processId": None, "rootUri": None, "trace": "compact", "capabilities": capabilities}
    request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    read = make_converter().structure(request, lsp.InitializeRequest)
    assert tuple(read.params.capabilities.general.position_encodings) == ("utf-8",)
    assert read.params.trace is None


def test_of_a_list_of_capabilities_only_the_unknown_elements_are_absent() -> None:
    operations = {"workspace": {"workspaceEdit": {"resourceOperations": ["create", "copy", "delete"]}}}
    read = make_converter().structure(operations, lsp.ClientCapabilities)
    kept = read.workspace.workspace_edit.resource_operations
    assert tuple(kept) == (lsp.ResourceOperationKind.Create, lsp.ResourceOperationKind.Delete)


def test_change_with_a_range_that_cannot_be_read_is_refused_and_no_change_of_the_whole_text() -> None:
    change = {"range": {"start": {"line": 0}, "end": "no"}, "text": "x"}
    params = {"textDocument": {"uri": "file:///a.py", "version": 2}, "contentChanges": [change]}
    message = {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}
    with pytest.raises(BaseValidationError):
        make_converter().structure(message, lsp.DidChangeTextDocumentNotification)
