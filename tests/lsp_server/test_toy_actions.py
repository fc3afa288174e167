"""An action that is registered is in the menu, with its question to the user and whatever files it makes."""

import sys
from pathlib import Path

import pytest

from lsp_server.test_sessions import line_of
from support.lsp_editor import editing
from support.waiting import until
from workhorse_core.git.repository import Repository

TOYS = (sys.executable, "-I", str(Path(__file__).with_name("toy_server.py")))


async def test_an_action_that_needs_words_asks_for_them(home: Repository) -> None:
    async with editing(home.root, workhorse={"ask": True}, command=TOYS) as editor:
        buffer = editor.open("box.py")
        editor.user.words = ["mind the 😋"]
        await editor.do(buffer, line_of(buffer.text, "def frobnicate"), "Add note…")
        await until(lambda: "# mind the 😋\ndef frobnicate" in buffer.text)
        assert ("the note", ()) in editor.user.asked
        assert (await editor.job_that_is("merged"))["action"] == "note"


@pytest.mark.slow
async def test_without_words_nothing_is_done(home: Repository) -> None:
    async with editing(home.root, workhorse={"ask": True}, command=TOYS) as editor:
        buffer = editor.open("box.py")
        editor.user.words = [None]
        assert await editor.do(buffer, line_of(buffer.text, "def frobnicate"), "Add note…") is None
        assert await editor.jobs(all=True) == []


@pytest.mark.slow
async def test_an_action_that_needs_words_is_not_offered_by_a_client_that_cannot_ask(home: Repository) -> None:
    async with editing(home.root, command=TOYS) as editor:
        buffer = editor.open("box.py")
        await editor.ready(buffer)
        titles = await editor.titles(buffer, line_of(buffer.text, "def frobnicate"))
        assert "Add docstring" in titles
        assert "Add note…" not in titles
        argument = {"action": "note", "uri": buffer.uri, "name": "frobnicate", "words": "given"}
        await editor.command("workhorse.run", {**argument, "line": line_of(buffer.text, "def frobnicate")})
        await until(lambda: "# given\ndef frobnicate" in buffer.text)


async def test_an_action_may_make_a_file(home: Repository) -> None:
    async with editing(home.root, workhorse={"ask": True}, command=TOYS) as editor:
        buffer = editor.open("box.py")
        editor.user.words = ["made.py"]
        await editor.do(buffer, line_of(buffer.text, "def frobnicate"), "Make a file…")
        made = (home.root / "made.py").as_uri()
        await until(lambda: made in editor.buffers and editor.buffers[made].text == "NEW = '😋'\n")
        await editor.job_that_is("merged")
        assert buffer.text.count("NEW") == 0
