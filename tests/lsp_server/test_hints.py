"""Type hints in the editor: offered where there is something to annotate, reviewed, and put into the buffer."""

import ast

import pytest

from lsp_server.test_sessions import line_of
from support.lsp_editor import editing
from support.waiting import until
from workhorse_core.git.repository import Repository

BARE = '''\
"""Rooms 😋."""


def is_large(size: int, limit=10):
    """Say whether it is large."""
    return size > limit + 1


def name_of(number: int) -> str:
    """Give a name."""
    return f"room {number}"


class Room:
    """A room."""

    def clear(self):
        """Forget everything."""
        self.things = []
'''


async def test_hints_are_offered_only_where_something_is_to_be_annotated(home: Repository) -> None:
    async with editing(home.root) as editor:
        buffer = editor.open("rooms.py", BARE)
        await editor.ready(buffer, line_of(BARE, "def is_large"))
        assert "Add type hints" in await editor.titles(buffer, line_of(BARE, "def is_large"))
        assert "Add type hints" in await editor.titles(buffer, line_of(BARE, "def clear"))
        for place in ("def name_of", "class Room", '"""Rooms'):
            assert "Add type hints" not in await editor.titles(buffer, line_of(BARE, place))
        (action,) = [a for a in await editor.menu(buffer, line_of(BARE, "def clear")) if a["title"] == "Add type hints"]
        assert action["kind"] == "refactor.rewrite.workhorse.hints"
        only = await editor.menu(buffer, 0, only=["source.workhorse.hints"])
        assert [(a["title"], a["kind"]) for a in only] == [
            ("Add missing hints in file", "source.workhorse.hints"),
            ("Add missing hints in folder", "source.workhorse.hints.folder"),
        ]
        whole = editor.open("whole.py", '"""Done."""\n\n\ndef two() -> int:\n    """Give two."""\n    return 2\n')
        await editor.ready(editor.open("again.py", BARE))
        assert not [title for title in await editor.titles(whole, 3) if "hints" in title]


@pytest.mark.slow
async def test_a_configuration_without_hints_offers_none(home: Repository) -> None:
    (home.root / "pyproject.toml").write_text('[tool.workhorse]\nactions = ["docstrings"]\n')
    async with editing(home.root) as editor:
        buffer = editor.open("rooms.py", BARE.replace('        """Forget everything."""\n', ""))
        assert await editor.ready(buffer, line_of(buffer.text, "def clear"))
        titles = await editor.titles(buffer, line_of(buffer.text, "def clear"))
        assert "Add docstring" in titles
        assert not [title for title in titles if "hints" in title]


async def test_hints_of_one_function_are_reviewed_and_land_in_the_buffer(home: Repository) -> None:
    async with editing(home.root) as editor:
        buffer = editor.open("rooms.py", BARE)
        await editor.do(buffer, line_of(BARE, "def is_large"), "Add type hints")
        job = await editor.job_that_is("merged")
        assert (job["action"], [region["name"] for region in job["regions"]]) == ("hints", ["is_large"])
        assert "def is_large(size: int, limit: int = 10) -> bool:" in buffer.text
        assert "def clear(self):" in buffer.text
        assert editor.user.asked[0][1] == ("Later", "Apply", "Retry…", "Discard")
        assert "Add type hints" not in await until(lambda: editor.titles(buffer, line_of(buffer.text, "is_large")))


@pytest.mark.slow
async def test_hints_of_a_file_come_to_an_editor_that_previews_each_region(home: Repository) -> None:
    async with editing(home.root, "visual-studio-code", {"review": "preview"}) as editor:
        buffer = editor.open("rooms.py", BARE)
        editor.user.answers = ["Keep"]
        await editor.do(buffer, line_of(BARE, "def clear"), "Add missing hints in file")
        await editor.job_that_is("merged")
        assert sorted(editor.edits[0].change_annotations or {}) == ["Room.clear", "is_large"]
        assert "def clear(self) -> None:" in buffer.text
        assert "def is_large(size: int, limit: int = 10) -> bool:" in buffer.text
        ast.parse(buffer.text)
