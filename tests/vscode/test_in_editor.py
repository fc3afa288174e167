"""The suites of `vscode-client/test`, each inside real VS Code, in the world that it is about."""

from pathlib import Path

import pytest

from vscode.editor import run_suite, serve_editor

EXTENSION = Path(__file__).parents[2] / "vscode-client"
pytestmark = pytest.mark.vscode


def test_without_any_python(code_server: Path, tmp_path: Path, empty_path: dict[str, str]) -> None:
    with serve_editor(code_server, tmp_path / "editor", {}, empty_path, for_suites=True) as editor:
        code, said = run_suite(editor, EXTENSION, EXTENSION / "out/noPython.js", {"folder": str(tmp_path)}, 60)
    assert code == 0, said
