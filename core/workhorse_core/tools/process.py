"""Processes of a project's tools: run with bounded time and output, in the sandbox, without our environment."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from workhorse_core.system.find_program import lies_inside
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.sandbox import enclosed, sandbox_program, starts_enclosed
from workhorse_core.tools.tool import Origin, Tool, safe_path
from workhorse_core.workspace.project import Project

TIME_LIMIT = 60.0
"""Seconds of wall time that a linter or formatter may take."""

_PULSE = 0.05
"""Seconds between two looks whether a tool is still needed, where the caller cannot await."""

OUTPUT_LIMIT = 32_000_000
"""Bytes that a tool may write to one stream before it is stopped."""

_KEPT = frozenset(
    {
        *("HOME", "USER", "LOGNAME", "TZ", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP"),
        *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"),
        *("USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT"),
    }
)


class Output(NamedTuple):
    """The output of a finished tool; ``failure`` is the reason why it has none, "" where it ran to its end."""

    code: int
    stdout: bytes
    stderr: bytes
    failure: str = ""

    @property
    def first_words(self) -> str:
        """Its first line, errors first, or the last cause that it names; of a traceback the last line."""
        text = (self.stderr.strip() or self.stdout.strip()).decode("utf-8", "replace")
        if text.startswith("Traceback (most recent call last):"):
            text = text.rpartition("\n")[2]
        _, names_cause, cause = text.rpartition("  Cause: ")
        words = " ".join(cause.split()) if names_cause else text.split("\n", 1)[0].strip()
        return words[:200] or f"exit code {self.code}"


def tool_environment(project: Project, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the few variables that a tool needs.

    Variables that could change its behaviour or make it load code (PYTHON*, GIT_*, RUFF_*, LD_*, NODE_*) are left out.
    """
    environ = os.environ if environ is None else environ
    kept = {name: value for name, value in environ.items() if name.upper() in _KEPT}
    return kept | {
        "PATH": os.pathsep.join(safe_path(project, environ)),
        "NO_COLOR": "1",
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",  # its launcher would ask the network for a newer release
    }


class Reach(NamedTuple):
    """Files that a tool may read and folders that it may write in the sandbox, besides the one that it runs in."""

    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()


_NOTHING = Reach()


def tool_command(
    tool: Tool, project: Project, folder: Path, reach: Reach = _NOTHING, *, lasting: bool = False
) -> tuple[str, ...]:
    """Return the command that starts a tool in ``folder``: in the sandbox, unless the project is trusted.

    Args:
        tool: The tool.
        project: Whose files it looks at; the sandbox lets it read them.
        folder: Where it runs; ours, or the project's root.
        reach: Other files and folders that it may read and write.
        lasting: It outlives the thread that starts it.
    """
    if not is_enclosed(tool, project):
        return tool.command
    is_ours = not lies_inside(folder, project.root)
    readable = (project.root, *reach.readable)
    writable = (*reach.writable, *([folder] if is_ours else ()))
    return enclosed(tool.command, os.environ, readable=readable, writable=writable, lasting=lasting)


def is_enclosed(tool: Tool, project: Project) -> bool:
    """Whether a tool runs in the sandbox: there is one, the project is not trusted, and the tool starts in it."""
    return not (project.trusted or sandbox_program() is None or runs_outside(tool, project))


def runs_outside(tool: Tool, project: Project) -> bool:
    """Whether a tool of the user's does not start in the sandbox, and so runs without it, with settings of ours alone.

    It keeps what it needs in the home folder, which the sandbox hides.
    """
    if project.trusted or sandbox_program() is None or tool.origin not in (Origin.CONFIGURED, Origin.PATH):
        return False
    return not starts_enclosed(tool.command, tool_environment(project)["PATH"])


async def run_tool(
    tool: Tool,
    arguments: Sequence[str],
    project: Project,
    folder: Path,
    time_limit: float = TIME_LIMIT,
    reach: Reach = _NOTHING,
) -> Output:
    """Run a tool to its end in ``folder``; its whole process group is stopped when it takes or writes too much."""
    loop = asyncio.get_running_loop()
    starting = asyncio.ensure_future(
        loop.subprocess_exec(
            lambda: _Reader(loop),
            *tool_command(tool, project, folder, reach),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            cwd=folder,
            env=tool_environment(project),
            start_new_session=True,
        )
    )
    try:
        transport, reader = await asyncio.shield(starting)
    except OSError as error:
        return Output(-1, b"", b"", f"{tool.name} could not be started: {error.strerror}")
    except asyncio.CancelledError:  # asyncio would kill the tool, and not its children
        with suppress(OSError):
            transport, reader = await starting
            stop_group(transport.get_pid())
            transport.close()
            await reader.exited
        raise
    finished = False
    try:
        async with asyncio.timeout(time_limit):
            await reader.ended
        finished = not reader.too_much
    except TimeoutError:
        return Output(-1, b"", b"", f"{tool.name} took longer than {time_limit:g} seconds")
    finally:
        if not finished:
            stop_group(transport.get_pid())
        transport.close()
        await reader.exited
    if reader.too_much:
        return Output(-1, b"", b"", f"{tool.name} wrote more than {OUTPUT_LIMIT // 1_000_000} MB")
    return Output(transport.get_returncode() or 0, bytes(reader.streams[1]), bytes(reader.streams[2]))


def run_tool_aside(
    tool: Tool,
    arguments: Sequence[str],
    project: Project,
    folder: Path,
    time_limit: float = TIME_LIMIT,
    reach: Reach = _NOTHING,
) -> Output:
    """Run a tool as :func:`run_tool` does, where the caller cannot await: in a thread with a loop of its own.

    Raises:
        CancelledError: The task that waits for it is cancelled; the tool is stopped.
    """
    import threading
    from concurrent.futures import ThreadPoolExecutor, wait

    unwanted = threading.Event()

    async def watched() -> Output:
        running = asyncio.ensure_future(run_tool(tool, arguments, project, folder, time_limit, reach))
        while not running.done():
            await asyncio.wait([running], timeout=_PULSE)
            if unwanted.is_set():
                running.cancel()
        return await running

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(lambda: asyncio.run(watched()))
        try:
            while not wait([done], _PULSE).done:
                if _is_being_cancelled():
                    raise asyncio.CancelledError
        finally:
            unwanted.set()
        return done.result()


def _is_being_cancelled() -> bool:
    """Whether the current task is being cancelled: ^C cancels it, and interrupts no code that does not await."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # no loop
        return False
    return task is not None and task.cancelling() > 0


class _Reader(asyncio.SubprocessProtocol):
    """Collects the output of a process; ``ended``: it has exited and both streams are closed, or it wrote too much."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.streams = {1: bytearray(), 2: bytearray()}
        self.ended: asyncio.Future[None] = loop.create_future()
        self.exited: asyncio.Future[None] = loop.create_future()
        self.too_much = False

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self.streams[fd] += data
        if len(self.streams[fd]) > OUTPUT_LIMIT:
            self.too_much = True
            self._end()

    def process_exited(self) -> None:
        self.exited.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()

    def _end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


def stop_group(group: int) -> None:
    """Kill a process with all its children that have not left its group."""
    if os.name != "nt":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
