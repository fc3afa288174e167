"""Commands as a palette or an explorer gives them: a cursor, several files, folders; and the models to choose from."""

from typing import Any

import pytest

from lsp_server.conftest import BOX, WIDE
from lsp_server.test_sessions import line_of
from support.lsp_editor import Buffer, editing
from workhorse_core.git.repository import Repository

LATER = {"review": "later"}


def at(buffer: Buffer, words: str, **more: Any) -> dict[str, Any]:
    """Return the argument of a run at a cursor."""
    place = {"line": line_of(buffer.text, words), "character": 4}
    return {"action": "docstrings", "uri": buffer.uri, "range": {"start": place, "end": place}, **more}


async def test_cursor_in_a_body_means_the_definition_around_it(home: Repository) -> None:
    async with editing(home.root, settings=LATER) as editor:
        buffer = editor.open("box.py")
        await editor.ready(buffer)
        await editor.command("workhorse.run", at(buffer, "return self.width > 10"))
        job = await editor.job_that_is("verified")
        assert [region["name"] for region in job["regions"]] == ["Box.is_wide"]


async def test_cursor_where_nothing_is_missing_is_an_error_that_names_the_line(home: Repository) -> None:
    async with editing(home.root, settings=LATER) as editor:
        buffer = editor.open("box.py")
        await editor.ready(buffer)
        with pytest.raises(Exception, match="nothing to do for docstrings around line 9"):
            await editor.command("workhorse.run", at(buffer, "self.width = width"))
        assert await editor.jobs(all=True) == []


async def test_several_files_make_one_job(home: Repository) -> None:
    async with editing(home.root, settings=LATER) as editor:
        buffer = editor.open("box.py")
        await editor.ready(buffer)
        uris = [(home.root / path).as_uri() for path in ("box.py", "src")]
        await editor.command("workhorse.run", {"action": "docstrings", "uri": uris[0], "uris": uris, "scope": "file"})
        job = await editor.job_that_is("verified")
        drafted = {region["path"] for region in job["regions"] if region["status"] == "drafted"}
        assert drafted == {"box.py", "src/other.py"}
        approved = await editor.approve(job["job"])
        assert approved == {"landed": True}, (editor.messages, editor.user.asked)
        assert WIDE in buffer.text
    assert (home.root / "box.py").read_text() == BOX
    assert WIDE in (home.root / "src/other.py").read_text()


async def test_models_of_the_servers_that_answer_are_listed(
    home: Repository, model_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKHORSE_URL", model_url)
    async with editing(home.root) as editor:
        (server,) = (await editor.request("workhorse/models", {}))["servers"]
        assert (server["endpoint"], server["kind"]) == (model_url, "llama.cpp")
        assert [model["name"] for model in server["models"]] == ["tiny"]
    async with editing(home.root, workhorse={"trusted": False}) as editor:
        assert await editor.request("workhorse/models", {}) == {"servers": []}
