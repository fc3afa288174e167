"""Malformed messages and broken projects: a message each time, never a crash or a lost edit."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest
from pygls.exceptions import JsonRpcException

from lsp_server.conftest import BOX, WIDE
from lsp_server.test_sessions import line_of
from support.lsp_editor import SERVER, Editor, editing, plain
from support.repository import make_repository
from support.waiting import until
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.settings.command_settings import read_command_settings
from workhorse_core.settings.config_file import read_repository_file
from workhorse_core.settings.trust import give_trust
from workhorse_lsp_server.features import make_server

REQUEST_FAILED = -32803
INITIALIZE = (
    b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{},"processId":null,"rootUri":null}}'
)


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


async def test_without_git_a_draft_is_offered_for_the_buffer_alone(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "box.py").write_text(BOX)
    for profile in ("visual-studio-code", "neovim"):
        async with editing(folder, profile) as editor:
            buffer = editor.open("box.py")
            await editor.do(buffer, line_of(buffer.text, "is_wide"), "Add docstring")
            await until(lambda buffer=buffer: WIDE in buffer.text)
            assert f"+        {WIDE}" in editor.user.asked[0][0]
            await until(lambda editor=editor: _has_no_jobs(editor))
    assert (folder / "box.py").read_text() == BOX
    assert sorted(path.name for path in folder.iterdir()) == ["box.py"]


async def _has_no_jobs(editor: Editor) -> bool:
    return await editor.jobs() == []


@pytest.mark.slow
async def test_a_bare_and_a_broken_repository_are_warned_of(tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "init", "-q", "--bare", bare], check=True)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / ".git").write_text("gitdir: /nowhere/at/all\n")
    for root in (bare, broken):
        async with editing(root) as editor:
            buffer = editor.open("box.py", BOX)
            await until(lambda editor=editor: editor.messages)
            assert await editor.menu(buffer, line_of(BOX, "is_wide")) == []
            with pytest.raises(JsonRpcException, match="repository") as raised:
                await editor.command("workhorse.run", {"action": "docstrings", "uri": buffer.uri, "scope": "file"})
            assert raised.value.code == REQUEST_FAILED, "a sentence for the user, and no bug"
            assert buffer.text == BOX


@pytest.mark.slow
async def test_a_file_outside_the_workspace_belongs_to_its_own_project(home: Repository, tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other", {"box.py": BOX}).root
    async with editing(home.root) as editor:
        editor.root = other
        buffer = editor.open("box.py")
        await editor.do(buffer, line_of(buffer.text, "is_wide"), "Add docstring")
        job = await editor.job_that_is("merged")
        assert job["folder"] == other.as_uri()
        assert WIDE in buffer.text


@pytest.mark.slow
async def test_a_binary_and_a_huge_file_are_left_alone(home: Repository) -> None:
    huge = "X = 1\n" * 900_000
    async with editing(home.root) as editor:
        normal = editor.open("box.py")
        for number, text in enumerate(("a\0b = 1\n", huge)):
            buffer = editor.open(f"odd_{number}.py", text)
            editor.type(buffer, 0, "Y = 2\n")
            assert await editor.ready(normal)
            assert await editor.menu(buffer, 0) == []
            await editor.command("workhorse.run", {"action": "docstrings", "uri": buffer.uri, "scope": "file"})
        assert "binary" in await editor.said("binary")
        assert "too large" in await editor.said("too large")
        assert await editor.ready(normal)


@pytest.mark.slow
async def test_a_read_only_file_is_edited_in_its_buffer_alone(home: Repository) -> None:
    (home.root / "box.py").chmod(0o444)
    async with editing(home.root) as editor:
        buffer = editor.open("box.py")
        await editor.do(buffer, line_of(buffer.text, "is_wide"), "Add docstring")
        await editor.job_that_is("merged")
        assert WIDE in buffer.text
    assert (home.root / "box.py").read_text() == BOX


async def test_with_the_endpoint_down_rules_work_alone_and_the_reason_is_logged(home: Repository) -> None:
    async with editing(home.root, settings={"engine": "auto", "url": "http://127.0.0.1:9/v1"}) as editor:
        buffer = editor.open("box.py")
        await editor.do(buffer, line_of(buffer.text, "is_wide"), "Add docstring")
        await until(lambda: WIDE in buffer.text)
        await editor.do(buffer, line_of(buffer.text, "def frobnicate"), "Add docstring")
        assert "127.0.0.1:9" in await editor.said("frobnicate")


async def test_a_folder_is_landed_on_the_disk_where_files_are_not_open_and_keeps_every_byte(home: Repository) -> None:
    head = b'# coding: latin-1\r\nNAME = "\xe9"\r\n\r\n\r\n'
    latin = (
        head
        + b'class Box:\r\n    """A box."""\r\n\r\n    # Return whether nothing is inside.\r\n'
        + b"    def is_empty(self) -> bool:\r\n        return self.width == 0\r\n"
    )
    (home.root / "src" / "latin.py").write_bytes(latin)
    async with editing(home.root) as editor:
        buffer = editor.open("src/other.py")
        argument = {"action": "docstrings", "uri": buffer.uri, "scope": "folder"}
        await editor.ready(buffer)
        await editor.command("workhorse.run", argument)
        await editor.job_that_is("merged")
        assert WIDE in buffer.text
    assert (home.root / "src" / "other.py").read_text() == BOX
    after = (home.root / "src" / "latin.py").read_bytes()
    assert after != latin
    assert after.startswith(b"# coding: latin-1\r\n")
    assert b'"\xe9"\r\n' in after
    assert b"\n" not in after.replace(b"\r\n", b"")


@pytest.mark.parametrize("trusted", [False, pytest.param(True, marks=pytest.mark.slow)])
async def test_a_command_of_a_folder_is_run_only_when_the_folder_is_trusted(home: Repository, trusted: bool) -> None:
    mark = home.root.parent / "ran"
    config = f'[tool.workhorse.commands]\nruff = ["sh", "-c", "touch {mark}"]\n[tool.ruff]\nline-length = 100\n'
    (home.root / "pyproject.toml").write_text(config)
    if trusted:
        give_trust(home.root, os.environ, read_command_settings(home.root, read_repository_file(home.root)))
    async with editing(home.root) as editor:
        buffer = editor.open("box.py")
        await editor.do(buffer, line_of(buffer.text, "is_wide"), "Add docstring")
        await until(lambda: editor.jobs(all=True))
        await until(lambda: editor.user.asked)
    assert mark.exists() is trusted


WRONG: tuple[dict[str, object], ...] = (
    {},
    {"action": "docstrings"},
    {"action": "nonsense", "uri": "file:///x.py"},
    {"action": "docstrings", "uri": "untitled:1", "scope": "file"},
    {"action": "docstrings", "uri": "file:///nowhere/x.py", "scope": "all"},
    {"action": "docstrings", "uri": "file:///nowhere/x.py", "range": {"start": {"line": -1}}},
    {"action": "docstrings", "uri": 5},
    {"action": "docstrings", "uri": "file:///nowhere/x.py", "scope": "file", "options": {"rewrite": 1}},
)


async def test_a_wrong_argument_is_an_error_with_a_sentence(home: Repository) -> None:
    async with editing(home.root) as editor:
        for argument in WRONG:
            with pytest.raises(Exception, match=r"\w+ .*\."):
                await editor.command("workhorse.run", argument)
            assert (await editor.request("workhorse/status", {}))["running"] == [], argument


def read_message(server: "subprocess.Popen[bytes]") -> dict[str, object]:
    assert server.stdout
    length = 0
    while (line := server.stdout.readline()).strip():
        if line.startswith(b"Content-Length"):
            length = int(line.split()[1])
    message: dict[str, object] = json.loads(server.stdout.read(length))
    return message


def test_garbage_on_standard_input_is_survived(home: Repository) -> None:
    pipe = subprocess.PIPE
    server = subprocess.Popen(SERVER, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
    assert server.stdin
    half = b'{"jsonrpc":"2.0","id":77,"method":"textDocument/codeAction"}'
    server.stdin.write(framed(INITIALIZE))
    for body in (b"{", b"[]", b"5", b"null", b"\xff\xfe", b"{}", b'{"jsonrpc":"2.0","id":5,"result":1}', half):
        server.stdin.write(framed(body))
    server.stdin.write(b"x" * 200_000)  # no line is so long
    server.stdin.write(b"\r\ncomplete nonsense\r\nContent-Length: many\r\n\r\n")
    change = b'{"textDocument":{"uri":"file:///not/open.py","version":2},"contentChanges":[{"text":"x"}]}'
    server.stdin.write(framed(b'{"jsonrpc":"2.0","method":"textDocument/didChange","params":' + change + b"}"))
    server.stdin.write(framed(b'{"jsonrpc":"2.0","id":78,"method":"workhorse/jobs","params":{}}'))
    server.stdin.flush()
    answers = {}
    while 78 not in answers:
        message = read_message(server)
        answers[message.get("id")] = message
    assert "error" in answers[77]
    assert answers[78]["result"] == {"jobs": []}
    server.stdin.close()
    assert server.wait(20) is not None
    assert server.stdout
    server.stdout.close()


CLIENT = """
import json, subprocess, sys, time
server, root, settings = json.loads(sys.argv[1])
process = subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def send(**message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    process.stdin.write(b"Content-Length: %d\\r\\n\\r\\n" % len(body) + body)
    process.stdin.flush()
uri = root + "/box.py"
capabilities = {"window": {"workDoneProgress": True}, "workspace": {"configuration": True}}
send(id=1, method="initialize", params={"processId": None, "rootUri": root, "capabilities": capabilities,
    "workspaceFolders": [{"uri": root, "name": "a"}], "initializationOptions": settings})
send(method="initialized", params={})
given = {"action": "docstrings", "uri": uri, "scope": "file"}
send(id=2, method="workspace/executeCommand", params={"command": "workhorse.run", "arguments": [given]})
print(process.pid, flush=True)
while True:  # reads what it is sent, and answers nothing
    process.stdout.read1()
"""


@contextmanager
def mute_client(root: Path, settings: dict[str, str]) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A client in a process of its own that starts a task and answers nothing; and its server's process id."""
    given = json.dumps([SERVER, root.as_uri(), settings])
    client = subprocess.Popen([sys.executable, "-I", "-c", CLIENT, given], stdout=subprocess.PIPE, text=True)
    assert client.stdout
    try:
        yield client, int(client.stdout.readline())
    finally:
        client.kill()
        client.wait()
        client.stdout.close()


def children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def is_alive(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def statuses(home: Repository) -> list[str]:
    with Ledger.open(home.common_dir / "workhorse") as ledger:
        return [read_job(ledger, job).status.value for job in ledger.jobs(True) if ledger.events(job)]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_when_the_client_is_killed_in_a_task_the_server_ends_with_its_workers(
    home: Repository, endless_url: str
) -> None:
    with mute_client(home.root, {"engine": "local", "url": endless_url}) as (client, server):
        await until(lambda: statuses(home) == ["drafting"])
        workers = children(server)
        assert workers
        client.send_signal(signal.SIGKILL)
        await until(lambda: not any(is_alive(process) for process in (server, *workers)))
    assert statuses(home) in (["drafting"], ["discarded"])
    assert (home.root / "box.py").read_text() == BOX
    assert home.ask("status", "--porcelain").output == b""


async def test_a_client_that_answers_no_request_at_all_has_its_task_done_and_nothing_applied(home: Repository) -> None:
    with mute_client(home.root, {"engine": "rules"}) as (_, server):
        await until(lambda: statuses(home) == ["verified"])
        assert is_alive(server)
    assert (home.root / "box.py").read_text() == BOX


@pytest.mark.slow
async def test_a_client_that_never_answers_blocks_no_other_request(home: Repository) -> None:
    async with editing(home.root) as editor:
        editor.user.silent = True
        buffer = editor.open("box.py")
        await editor.do(buffer, line_of(buffer.text, "is_wide"), "Add docstring")
        await editor.do(buffer, line_of(buffer.text, "is_empty"), "Add docstring")
        await until(lambda: len(editor.user.asked) == 2)
        assert await editor.menu(buffer, 0)
        assert {job["status"] for job in await editor.jobs()} == {"verified"}


def test_a_message_that_breaks_off_ends_it_like_any_end(home: Repository) -> None:
    sent = framed(INITIALIZE) + framed(INITIALIZE)[:40]
    done = subprocess.run(SERVER, input=sent, capture_output=True, timeout=60)
    assert b'"codeActionProvider"' in done.stdout
    assert done.returncode == 0, done.stderr


def test_input_from_a_file_is_read_as_well(home: Repository, tmp_path: Path) -> None:
    (tmp_path / "input").write_bytes(framed(INITIALIZE))
    with (tmp_path / "input").open("rb") as stdin:
        done = subprocess.run(SERVER, stdin=stdin, capture_output=True, timeout=60)
    assert b'"codeActionProvider"' in done.stdout


@pytest.mark.slow
def test_the_server_starts_in_each_way_that_editors_use(home: Repository) -> None:
    for arguments in (("--stdio",), ()):
        done = subprocess.run([*SERVER, *arguments], input=b"", capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
    script = Path(sys.executable).with_name("workhorse")
    done = subprocess.run(
        [script, "lsp"], input=framed(INITIALIZE), capture_output=True, timeout=60, env=dict(os.environ)
    )
    assert b'"codeActionProvider"' in done.stdout
    assert plain({}) == {}


def test_an_answer_that_comes_after_its_question_was_given_up_is_no_error() -> None:
    protocol = make_server().protocol
    given_up: Future[object] = Future()
    given_up.cancel()
    protocol._request_futures["1"] = given_up  # pyright: ignore[reportPrivateUsage]
    protocol._handle_response("1", {"applied": True})  # pyright: ignore[reportPrivateUsage]
