"""Neovim, old and new, with the configuration of docs/editors.md: menu, progress, cancel, review, text."""

import json
from pathlib import Path
from typing import Any

import pytest

from editors.conftest import CODE, CONFIGURED, SCRIPTS, RealEditor, shown
from workhorse_core.git.repository import Repository

pytestmark = pytest.mark.editors
both = pytest.mark.parametrize("real_editor", CONFIGURED, indirect=True)


def play(editor: RealEditor, home: Repository, **given: str) -> dict[str, Any]:
    """Play nvim_session.lua and return its reports; a report that comes several times is a list of all."""
    config = home.root.parent / "config.lua"
    config.write_text(shown(CONFIGURED[editor.name], "lua"))
    script = str(SCRIPTS / "nvim_session.lua")
    environment = {"CONFIG": str(config), "FILE": "numbers.py", "LINE": "4", **given}
    output = editor.run(["--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", script], home.root, environment)
    said: dict[str, Any] = {"asked": [], "output": output}
    for line in output.splitlines():
        if line.startswith('["'):
            what, value = json.loads(line)
            said["asked"].append(value) if what == "asked" else said.update({what: value})
    assert "text" in said, output
    return said


def saved(home: Repository) -> str:
    return Path(home.root / "numbers.py").read_text()


@both
def test_a_draft_by_rules_is_reviewed_and_put_into_the_buffer(real_editor: RealEditor, home: Repository) -> None:
    said = play(real_editor, home)
    assert any("Add missing docstrings in file" in label for label in said["menu"][1])
    assert said["status"] == "merged", said["output"]
    assert said["before"] == [True, 0]
    assert "confirm" not in said
    assert '+    """Return whether there is nothing in the box."""' in said["asked"][0][0]
    assert said["verdicts"] == 1
    assert '    """Return whether there is nothing in the box."""\n    return not box' in said["text"]
    assert said["modified"]
    assert saved(home) == CODE
    assert said["progress"][0] == "begin"
    assert said["progress"][-1] == "end"


@both
def test_a_draft_by_the_real_model_server_is_written(real_editor: RealEditor, home: Repository, model_url: str) -> None:
    said = play(real_editor, home, LINE="8", WORKHORSE_URL=model_url)
    assert said["status"] == "merged", said["output"]
    assert '    """Give back the number that was given.' in said["text"]


@both
def test_type_hints_are_reviewed_and_put_into_the_buffer(real_editor: RealEditor, home: Repository) -> None:
    rooms = '"""Rooms."""\n\n\ndef is_large(size: int, limit=10):\n    """Say it."""\n    return size > limit + 1\n'
    (home.root / "rooms.py").write_text(rooms)
    said = play(real_editor, home, FILE="rooms.py", TITLE="Add type hints")
    labels = said["menu"][1]
    assert any("Add type hints" in label for label in labels)
    assert any("Add missing hints in file" in label for label in labels)
    assert not any("docstring" in label for label in labels)
    assert said["status"] == "merged", said["output"]
    assert "def is_large(size: int, limit: int = 10) -> bool:" in said["text"]
    assert (home.root / "rooms.py").read_text() == rooms


@both
def test_rejecting_or_discarding_what_was_shown_leaves_the_text_alone(
    real_editor: RealEditor, home: Repository
) -> None:
    floats = real_editor.name == "nvim-new"
    said = play(real_editor, home, ANSWERS="Discard", KEY="r", UNTIL="rejected" if floats else "discarded")
    assert said["status"] == ("rejected" if floats else "discarded"), said["output"]
    assert not said["changed"]
    assert "confirm" not in said


@both
def test_a_cancel_discards_the_draft(real_editor: RealEditor, home: Repository, endless_url: str) -> None:
    said = play(real_editor, home, LINE="8", WORKHORSE_URL=endless_url, CANCEL="yes")
    assert said["status"] == "discarded", said["output"]
    assert not said["changed"]
    assert said["progress"][-1] == "end"
