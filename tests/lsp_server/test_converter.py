"""Messages become what lsprotocol's own converter makes of them, and go back as it would write them."""

import json
import subprocess
import sys
from typing import Any

import attrs
import pytest
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
