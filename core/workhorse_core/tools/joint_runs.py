"""Several runs of one tool at the same time, in one sandbox: starting a sandbox takes as long as a small run."""

import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from workhorse_core.system.private_files import open_private
from workhorse_core.system.tasks import await_all
from workhorse_core.tools.process import OUTPUT_LIMIT, Output, Reach, is_enclosed, run_tool
from workhorse_core.tools.sandbox import program_places
from workhorse_core.tools.tool import Origin, Tool
from workhorse_core.workspace.project import Project

_SHELL = "/bin/sh"
_BLOCK = 512
"""Bytes of a block, in which POSIX's ``ulimit -f`` counts."""
_OUTPUT = "workhorse-stdout"
_ERRORS = "workhorse-stderr"


async def run_jointly(tool: Tool, runs: Sequence[Sequence[str]], project: Project, folder: Path) -> list[Output]:
    """Run a tool as `run_tool` does, once for each of these lists of arguments; return their outputs in order.

    Args:
        tool: The tool.
        runs: The arguments of each run.
        project: Whose files it looks at.
        folder: Where it runs; ours, and the outputs are written there.
    """
    if len(runs) < 2 or not is_enclosed(tool, project):
        return await await_all(*(run_tool(tool, arguments, project, folder) for arguments in runs))
    shell = Tool(tool.name, (_SHELL, "-c", _script([*tool.command, *arguments] for arguments in runs)), Origin.BESIDE)
    ended = await run_tool(shell, [], project, folder, reach=Reach(program_places(tool.command[0])))
    codes = ended.stdout.split()
    if ended.failure or len(codes) != len(runs) or not all(map(bytes.isdigit, codes)):
        failure = ended.failure or f"{tool.name} could not be started: {ended.first_words}"
        return [ended._replace(code=-1, stdout=b"", failure=failure) for _ in runs]
    return [_output(tool, folder, number, int(code)) for number, code in enumerate(codes)]


def _script(commands: Iterable[Sequence[str]]) -> str:
    """Return a script that starts the commands, writes their outputs into files, and prints their exit codes."""
    lines = [f"ulimit -f {OUTPUT_LIMIT // _BLOCK}"]
    waits: list[str] = []
    for number, command in enumerate(commands):
        lines.append(f"{shlex.join(command)} >{_OUTPUT}{number} 2>{_ERRORS}{number} & run{number}=$!")
        waits.append(f"wait $run{number}; echo $?")
    return "\n".join(lines + waits)


def _output(tool: Tool, folder: Path, number: int, code: int) -> Output:
    try:
        output, errors = (_read(folder / f"{name}{number}") for name in (_OUTPUT, _ERRORS))
    except OSError as error:
        return Output(-1, b"", b"", f"{tool.name} left no output: {error.strerror}")
    if max(len(output), len(errors)) >= OUTPUT_LIMIT // _BLOCK * _BLOCK:
        return Output(-1, b"", b"", f"{tool.name} wrote more than {OUTPUT_LIMIT // 1_000_000} MB")
    return Output(code, output, errors)


def _read(path: Path) -> bytes:
    with open(path, "rb", opener=open_private) as file:  # the tool may have put a link or a pipe there
        return file.read(OUTPUT_LIMIT)
