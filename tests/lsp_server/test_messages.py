"""Messages of the server: one short line, for an editor may wait for a key after more and take one that was typed."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unicodedata import east_asian_width

import pytest
from lsprotocol import types as lsp

import workhorse_lsp_server
from lsp_server.test_sessions import line_of
from support.lsp_editor import editing
from workhorse_core.git.repository import Repository
from workhorse_lsp_server.editor import Editor

NEOVIM_LINE = 80 - len("LSP[workhorse][Warning] ") - 12 - 1
"""What Neovim shows without waiting for a key: the columns without its own words, the ruler and the last cell."""
LONG = "The docstrings of the parser were not written, for the file has changed meanwhile."


class Client:
    """A client that notes what it is sent."""

    def __init__(self, **announced: bool) -> None:
        self.client_capabilities = SimpleNamespace(experimental={"workhorse": announced})
        self.shown: list[str] = []
        self.logged: list[tuple[lsp.MessageType, str]] = []

    def window_show_message(self, params: lsp.ShowMessageParams) -> None:
        self.shown.append(params.message)

    def window_log_message(self, params: lsp.LogMessageParams) -> None:
        self.logged.append((params.type, params.message))


def editor_of(client: Any) -> Editor:
    return Editor(client)


def cells(words: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in words)


@pytest.mark.parametrize(
    "words",
    [LONG, LONG.replace(" ", "\n"), "読" * 60, "a" * 42 + "読", "line\n" * 500],
    ids=["long", "lines", "wide", "half", "many"],
)
def test_a_long_message_is_cut_to_a_line_that_fits_and_logged_whole(words: str) -> None:
    client = Client(ask=True)
    editor_of(client).say(words)
    (line,) = client.shown
    assert cells(line) <= NEOVIM_LINE
    assert cells(line) >= NEOVIM_LINE - 2
    assert "\n" not in line
    assert line.endswith("…")
    assert client.logged == [(lsp.MessageType.Warning, words)]


def test_an_error_that_is_cut_is_logged_as_an_error() -> None:
    client = Client()
    editor_of(client).say(LONG, lsp.MessageType.Error)
    assert client.logged == [(lsp.MessageType.Error, LONG)]


@pytest.mark.parametrize("words", ["Short.", "a" * NEOVIM_LINE], ids=["short", "full"])
def test_a_message_that_fits_is_shown_as_it_is_and_not_logged(words: str) -> None:
    client = Client()
    editor_of(client).say(words)
    assert (client.shown, client.logged) == ([words], [])


def test_a_client_that_announces_messages_is_shown_the_whole() -> None:
    client = Client(messages=True)
    editor_of(client).say(LONG)
    assert (client.shown, client.logged) == ([LONG], [])


def test_the_diff_that_its_user_asked_for_is_never_cut() -> None:
    client = Client()
    editor_of(client).show_text("+ line\n" * 50)
    assert client.shown == ["+ line\n" * 50]


def test_no_module_but_the_editor_sends_messages() -> None:
    folder = Path(workhorse_lsp_server.__file__).parent
    names = {path.name for path in folder.glob("*.py") if "show_message(" in path.read_text()}
    assert names == {"editor.py"}


async def test_why_nothing_was_written_is_one_line_and_whole_in_the_log(home: Repository) -> None:
    async with editing(home.root, settings={"engine": "rules"}) as editor:
        buffer = editor.open("box.py")
        await editor.do(buffer, line_of(buffer.text, "def frobnicate"), "Add docstring")
        whole = await editor.said("Nothing was written")
        assert len(whole) > NEOVIM_LINE
        assert "frobnicate" in whole
        await editor.said("…")
        assert [cells(message) <= NEOVIM_LINE for message in editor.messages] == [True]
