import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from support.waiting import until, wait_until
from workhorse_core.tools.process import run_tool, run_tool_aside, tool_environment
from workhorse_core.tools.tool import Origin, Tool
from workhorse_core.workspace.project import Project


def shell(script: str) -> Tool:
    return Tool("sh", ("/bin/sh", "-c", script), Origin.BESIDE)


class Pipe:
    """A named pipe: as long as a process of a tool lives that writes to it, it has no end."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self.reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    async def until(self, wanted: bytes) -> None:
        """Wait until this is read; nothing is read at the end."""
        await until(lambda: self._read() == wanted)

    def _read(self) -> bytes | None:
        with suppress(BlockingIOError):
            return os.read(self.reader, 100)
        return None


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Pipe]:
    pipe = Pipe(tmp_path / "pipe")
    yield pipe
    os.close(pipe.reader)


async def test_output_and_exit_code_are_given_back(project: Project) -> None:
    output = await run_tool(shell("echo out; echo err >&2; exit 3"), [], project, project.root)

    assert (output.code, output.stdout, output.stderr, output.failure) == (3, b"out\n", b"err\n", "")
    assert output.first_words == "err"


async def test_the_last_line_of_a_traceback_names_the_failure(project: Project) -> None:
    script = "import nothing_like_it"
    output = await run_tool(Tool("python", (sys.executable, "-c", script), Origin.PATH), [], project, project.root)

    assert output.first_words == "ModuleNotFoundError: No module named 'nothing_like_it'"


LEFT_OUT = {
    *("PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "PYTHONWARNINGS", "MYPYPATH", "PYTEST_ADDOPTS", "NODE_OPTIONS"),
    *("GIT_DIR", "GIT_CONFIG_COUNT", "GIT_EXEC_PATH", "GIT_SSH_COMMAND", "RUFF_FIX", "RUFF_CONFIG", "UV_PYTHON"),
    *("LD_PRELOAD", "LD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "WORKHORSE_URL", "HTTPS_PROXY", "BASH_ENV"),
}


async def test_variables_that_could_change_a_tool_are_not_in_its_environment(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*LEFT_OUT, "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("PATH", f"{project.root}{os.pathsep}/usr/bin{os.pathsep}.{os.pathsep}/bin")

    environment = tool_environment(project)

    assert not environment.keys() & LEFT_OUT
    assert environment["PATH"] == f"/usr/bin{os.pathsep}/bin"
    output = await run_tool(Tool("env", ("/usr/bin/env",), Origin.PATH), [], project, project.root)
    assert b"/nowhere" not in output.stdout


async def test_a_tool_that_takes_too_long_is_stopped_with_all_it_started(trusted: Project, pipe: Pipe) -> None:
    output = await run_tool(
        shell(f"exec >{pipe.path} 2>&1; echo begun; sleep 60 & sleep 60"), [], trusted, trusted.root, 1
    )

    assert output.failure == "sh took longer than 1 seconds"
    await pipe.until(b"begun\n")
    await pipe.until(b"")


async def test_a_process_that_stays_behind_with_the_output_does_not_hold_us_up(trusted: Project) -> None:
    output = await run_tool(shell("setsid sleep 5 & exit 0"), [], trusted, trusted.root, 0.2)

    assert output.failure


async def test_a_tool_that_writes_without_end_is_stopped(project: Project) -> None:
    output = await run_tool(shell("yes"), [], project, project.root, 20)

    assert output.failure == "sh wrote more than 32 MB"


async def test_a_tool_that_cannot_be_started_is_a_value(project: Project) -> None:
    output = await run_tool(Tool("x", ("/nowhere/x",), Origin.PATH), [], project, project.root)

    assert output.failure == "x could not be started: No such file or directory"


async def test_a_run_that_is_cancelled_leaves_nothing_behind(trusted: Project, pipe: Pipe) -> None:
    script = f"exec >{pipe.path} 2>&1; echo begun; sleep 60 & sleep 60"
    task = asyncio.ensure_future(run_tool(shell(script), [], trusted, trusted.root))
    await pipe.until(b"begun\n")

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await pipe.until(b"")


def test_a_tool_is_run_where_nothing_can_be_awaited(project: Project) -> None:
    assert run_tool_aside(shell("echo out"), [], project, project.root).stdout == b"out\n"


async def test_tool_run_beside_a_loop_is_stopped_with_its_task(trusted: Project, tmp_path: Path, pipe: Pipe) -> None:
    begun = tmp_path / "begun"

    async def work() -> None:
        run_tool_aside(shell(f"exec >{pipe.path} 2>&1; touch {begun}; sleep 60 & sleep 60"), [], trusted, trusted.root)

    task = asyncio.ensure_future(work())

    def cancel_when_begun() -> None:
        """Cancel it as the handler of a signal does: while it is at work."""
        wait_until(begun.exists)
        task.cancel()

    thread = threading.Thread(target=cancel_when_begun)
    thread.start()
    with pytest.raises(asyncio.CancelledError):
        await task
    thread.join()
    await pipe.until(b"")
