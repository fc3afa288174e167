"""An action that is only in the catalog is offered in an editor's menu."""

import pytest

from support.toy_actions import add_action
from workhorse_core.settings.config import Config
from workhorse_lsp_server.menu import read_spots


def test_menu_offers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    add_action(monkeypatch, "shout", "support.toy_actions.shout")
    spots = read_spots("a.py", "", "def whisper():\n    return 1\n", Config())
    assert spots
    offered = {(choice.action, choice.title) for spot in spots for choice in spot.choices}
    assert ("shout", "Add shout") in offered
    assert ("docstrings", "Add docstring") in offered
