"""A cancel reaches the model server at once and discards the draft."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from lsprotocol import types as lsp

from lsp_server.test_sessions import line_of
from support.lsp_editor import Editor, editing
from support.waiting import until
from workhorse_core.git.repository import Repository


class Relay:
    """Stands between Workhorse and the real model server, and notes when a question is dropped."""

    def __init__(self, url: str) -> None:
        self.target = urlsplit(url)
        self.asked = 0
        self.dropped = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(self.target.hostname, self.target.port)

        async def down() -> None:
            while data := await up_reader.read(65536):
                writer.write(data)

        back = asyncio.create_task(down())
        asking = False
        try:
            while data := await reader.read(65536):
                if b"/chat/completions" in data:
                    asking, self.asked = True, self.asked + 1
                up_writer.write(data)
        except ConnectionError:
            pass
        if asking:
            self.dropped += 1
        back.cancel()
        up_writer.close()
        writer.close()


@asynccontextmanager
async def relaying(url: str) -> AsyncIterator[tuple[Relay, str]]:
    relay = Relay(url)
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield relay, f"http://127.0.0.1:{port}/v1"
    server.close()


async def begun(editor: Editor, relay: Relay, number: int) -> str:
    buffer = next(iter(editor.buffers.values()))
    task = (await editor.do(buffer, line_of(buffer.text, "def frobnicate"), "Add docstring"))["task"]
    await until(lambda: relay.asked > number and task in editor.client.progress_reports)
    return task


async def test_a_cancel_reaches_the_model_server_at_once_and_discards_the_draft(
    home: Repository, endless_url: str
) -> None:
    async with (
        relaying(endless_url) as (relay, url),
        editing(home.root, settings={"engine": "local", "url": url}) as editor,
    ):
        editor.open("box.py")
        for number in range(2):  # the second task runs in the worker that has cancelled the first
            task = await begun(editor, relay, number)
            editor.client.protocol.notify(lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL, lsp.WorkDoneProgressCancelParams(task))
            await until(lambda number=number: relay.dropped > number)
            await until(lambda task=task: editor.client.progress_reports[task][-1].kind == "end")
        assert {job["status"] for job in await until(lambda: editor.jobs(all=True))} == {"discarded"}
        assert (await editor.request("workhorse/status", {}))["running"] == []
    assert home.write("branch", "--list", "workhorse/*") == b""


@pytest.mark.slow
async def test_a_task_can_be_cancelled_by_its_name(home: Repository, endless_url: str) -> None:
    async with (
        relaying(endless_url) as (relay, url),
        editing(home.root, settings={"engine": "local", "url": url}) as editor,
    ):
        editor.open("box.py")
        task = await begun(editor, relay, 0)
        await editor.command("workhorse.cancel", {"task": task})
        await editor.job_that_is("discarded")
        assert editor.user.asked == []


@pytest.mark.slow
async def test_the_menu_is_there_while_a_model_thinks(home: Repository, endless_url: str) -> None:
    async with (
        relaying(endless_url) as (relay, url),
        editing(home.root, settings={"engine": "local", "url": url}) as editor,
    ):
        buffer = editor.open("box.py")
        await begun(editor, relay, 0)
        assert "Add docstring" in await editor.titles(buffer, line_of(buffer.text, "is_wide"))


@pytest.mark.slow
async def test_a_task_that_has_hardly_begun_is_discarded_too(home: Repository, endless_url: str) -> None:
    async with editing(home.root, settings={"engine": "auto", "url": endless_url}) as editor:
        buffer = editor.open("box.py")
        task = (await editor.do(buffer, line_of(buffer.text, "def frobnicate"), "Add docstring"))["task"]
        await until(lambda: editor.jobs(all=True))
        await editor.command("workhorse.cancel", {"task": task})
        await editor.job_that_is("discarded")
