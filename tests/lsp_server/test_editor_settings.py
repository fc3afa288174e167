"""Settings of a client: each has a default, wrong ones are named and ignored."""

from pathlib import Path

import pytest
from lsprotocol import types as lsp

from lsp_server.conftest import WIDE
from lsp_server.test_sessions import line_of
from support.lsp_editor import editing
from support.repository import make_repository
from support.waiting import until
from workhorse_core.git.repository import Repository
from workhorse_lsp_server.editor_settings import EditorSettings, read_settings


def test_nothing_set_is_every_default() -> None:
    assert read_settings(None) == (EditorSettings(), ())
    assert read_settings({}) == (EditorSettings(), ())


@pytest.mark.parametrize(
    "given",
    [
        {"docstrings": {"style": "numpy"}, "codeLens": False},
        {"workhorse": {"docstrings": {"style": "numpy"}, "codeLens": False}},
        {"docstrings.style": "numpy", "workhorse.codeLens": False},
    ],
)
def test_keys_may_be_nested_or_dotted(given: object) -> None:
    assert read_settings(given) == (EditorSettings(style="numpy", code_lens=False), ())


def test_wrong_settings_are_named_and_the_others_used() -> None:
    given = {
        "engine": "fast",
        "maxRounds": True,
        "url": 5,
        "codeLense": True,
        "review": "later",
        "trace": {"server": 1},
    }
    settings, wrong = read_settings(given)
    assert settings == EditorSettings(review="later")
    named = [words.split(" ", 1)[0].removeprefix("workhorse.") for words in wrong]
    assert named == ["engine", "maxRounds", "url", "There"]
    assert "did you mean codeLens?" in wrong[3]
    assert read_settings([1])[1]


async def test_settings_change_at_run_time_and_wrong_ones_are_named(home: Repository) -> None:
    async with editing(home.root) as editor:
        buffer = editor.open("box.py")
        await editor.ready(buffer)
        changed = {"workhorse": {"engine": "rules", "review": "later", "colour": "red"}}
        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(changed))
        await editor.said("There is no setting workhorse.colour")
        await editor.do(buffer, line_of(buffer.text, "is_wide"), "Add docstring")
        await editor.job_that_is("verified")
        assert not [message for message in editor.messages if "ready" in message]
        assert editor.user.asked == []


async def test_several_folders_are_watched_whether_a_file_is_open_or_not(home: Repository, tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other", {"a.py": "A = 1\n"}).root
    async with editing(home.root, folders=[other]) as editor:
        wanted = {home.root.as_uri(), other.as_uri()}
        await until(lambda: wanted <= {note.get("folder") for _, note in editor.notes})


async def test_in_a_window_that_is_not_trusted_only_rules_work(home: Repository, model_url: str) -> None:
    settings = {"engine": "local", "url": model_url}
    async with editing(home.root, settings=settings, workhorse={"trusted": False}) as editor:
        buffer = editor.open("box.py")
        await editor.do(buffer, line_of(buffer.text, "def frobnicate"), "Add docstring")
        await editor.said("Nothing was written")
        await editor.do(buffer, line_of(buffer.text, "is_wide"), "Add docstring")
        await editor.job_that_is("merged")
        assert WIDE in buffer.text
        assert "Give back" not in buffer.text
