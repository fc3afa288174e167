import asyncio
import os
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from workhorse_core.settings.config import Config
from workhorse_core.tools import tool as tools
from workhorse_core.tools.tool import (
    Origin,
    Tool,
    environment_python,
    find_tool,
    run_tool,
    run_tool_aside,
    safe_path,
    tool_environment,
)
from workhorse_core.workspace.project import Project


def put_program(path: Path, script: str = "exit 0") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def with_commands(project: Project, **commands: tuple[str, ...]) -> Project:
    return project._replace(config=Config(commands=commands))


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
        async with asyncio.timeout(30):
            while self._read() != wanted:
                await asyncio.sleep(0.01)

    def _read(self) -> bytes | None:
        with suppress(BlockingIOError):
            return os.read(self.reader, 100)
        return None


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Pipe]:
    pipe = Pipe(tmp_path / "pipe")
    yield pipe
    os.close(pipe.reader)


# -- finding


def test_a_configured_command_comes_first(project: Project) -> None:
    tool = find_tool("ruff", with_commands(project, ruff=("/opt/ruff", "--isolated")))

    assert tool == Tool("ruff", ("/opt/ruff", "--isolated"), Origin.CONFIGURED)


def test_the_environment_of_a_trusted_project_comes_second(trusted: Project) -> None:
    put_program(trusted.root / ".venv/bin/python")
    program = put_program(trusted.root / ".venv/bin/ruff")

    assert find_tool("ruff", trusted) == Tool("ruff", (str(program),), Origin.PROJECT)


def test_the_environment_of_a_project_that_is_not_trusted_is_not_used(project: Project) -> None:
    put_program(project.root / ".venv/bin/python")
    put_program(project.root / ".venv/bin/ruff")

    tool = find_tool("ruff", project)

    assert tool is not None
    assert tool.origin is Origin.BESIDE


def test_tool_installed_beside_workhorse_comes_third(project: Project) -> None:
    assert find_tool("ruff", project) == Tool("ruff", (str(Path(sys.executable).parent / "ruff"),), Origin.BESIDE)


def test_python_tools_are_started_in_isolation(project: Project) -> None:
    tool = find_tool("flake8", project)

    assert tool is not None
    assert tool.command == (sys.executable, "-I", "-X", "utf8", "-m", "flake8")


def test_path_comes_last(project: Project, tmp_path: Path) -> None:
    program = put_program(tmp_path / "programs/zzlint")

    assert find_tool("zzlint", project, {"PATH": str(program.parent)}) == Tool("zzlint", (str(program),), Origin.PATH)
    assert find_tool("zzlint", project, {"PATH": "/nowhere"}) is None


def test_path_entries_in_the_project_are_refused(project: Project, tmp_path: Path) -> None:
    program = put_program(project.root / "bin/zzlint")
    outside = tmp_path / "outside"
    outside.symlink_to(program.parent)
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs/zzlint").symlink_to(program)
    (project.root / "away").symlink_to(tmp_path / "programs")

    for entry in (program.parent, outside, project.root / "away"):
        assert safe_path(project, {"PATH": str(entry)}) == []
    for entry in (program.parent, outside, tmp_path / "programs", project.root / "away"):
        assert find_tool("zzlint", project, {"PATH": str(entry)}) is None


def test_relative_path_entries_are_refused(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put_program(tmp_path / "programs/zzlint")
    monkeypatch.chdir(tmp_path)

    for entry in ("programs", "./programs", "", "."):
        assert safe_path(project, {"PATH": entry}) == []
        assert find_tool("zzlint", project, {"PATH": entry}) is None


def test_a_configured_path_from_the_root_needs_trust(project: Project, trusted: Project) -> None:
    program = put_program(project.root / "bin/zzlint")
    command = {"zzlint": ("bin/zzlint",)}

    assert find_tool("zzlint", with_commands(project, **command)) is None
    assert find_tool("zzlint", with_commands(trusted, **command)) == Tool("zzlint", (str(program),), Origin.CONFIGURED)


def test_a_configured_name_is_looked_up_on_the_safe_path(project: Project, tmp_path: Path) -> None:
    program = put_program(tmp_path / "programs/uvx")
    put_program(project.root / "bin/uvx")
    path = f"{project.root / 'bin'}{os.pathsep}{program.parent}"

    tool = find_tool("ruff", with_commands(project, ruff=("uvx", "ruff")), {"PATH": path})

    assert tool == Tool("ruff", (str(program), "ruff"), Origin.CONFIGURED)


def test_an_active_environment_counts_unless_it_lies_in_the_project(project: Project, tmp_path: Path) -> None:
    python = put_program(tmp_path / "env/bin/python")
    inside = put_program(project.root / ".venv/bin/python")

    assert environment_python(project, {"VIRTUAL_ENV": str(tmp_path / "env")}) == python
    assert environment_python(project, {"VIRTUAL_ENV": str(project.root / ".venv")}) is None
    assert environment_python(project._replace(trusted=True), {}) == inside


# -- running


async def test_output_and_exit_code_are_given_back(project: Project) -> None:
    output = await run_tool(shell("echo out; echo err >&2; exit 3"), [], project, project.root)

    assert (output.code, output.stdout, output.stderr, output.failure) == (3, b"out\n", b"err\n", "")
    assert output.first_words == "err"


async def test_the_last_line_of_a_traceback_names_the_failure(project: Project) -> None:
    script = "import nothing_like_it"
    output = await run_tool(Tool("python", (sys.executable, "-c", script), Origin.PATH), [], project, project.root)

    assert output.first_words == "ModuleNotFoundError: No module named 'nothing_like_it'"


async def test_variables_that_could_change_a_tool_are_not_in_its_environment(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONPATH", "PYTHONSTARTUP", "GIT_DIR", "RUFF_FIX", "LD_PRELOAD", "MYPYPATH", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("PATH", f"{project.root}{os.pathsep}/usr/bin{os.pathsep}.{os.pathsep}/bin")

    environment = tool_environment(project)

    assert not environment.keys() & {"PYTHONPATH", "PYTHONSTARTUP", "GIT_DIR", "RUFF_FIX", "LD_PRELOAD", "MYPYPATH"}
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


async def test_a_tool_that_writes_without_end_is_stopped(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "OUTPUT_LIMIT", 2_000_000)

    output = await run_tool(shell("yes"), [], project, project.root, 20)

    assert output.failure == "sh wrote more than 2 MB"


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
        while not begun.exists():
            time.sleep(0.01)
        task.cancel()

    thread = threading.Thread(target=cancel_when_begun)
    thread.start()
    with pytest.raises(asyncio.CancelledError):
        await task
    thread.join()
    await pipe.until(b"")
