import asyncio
import os
from pathlib import Path

import psutil
import pytest

from support.waiting import until
from workhorse_core.tools.joint_runs import run_jointly
from workhorse_core.tools.process import OUTPUT_LIMIT
from workhorse_core.tools.sandbox import sandbox_program
from workhorse_core.tools.tool import Origin, Tool
from workhorse_core.workspace.project import Project

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the tool is a shell")

SHELL = Tool("sh", ("/bin/sh", "-c"), Origin.BESIDE)


def sandboxes() -> list[int]:
    """Return the processes of sandboxes that this process has started itself."""
    children = psutil.Process().children()
    return [child.pid for child in children if child.name() == Path(sandbox_program() or "none").name]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


async def test_each_run_has_its_own_output_errors_and_exit_code(walls: str, project: Project, folder: Path) -> None:
    runs = [["echo it\\'s first; echo wrong >&2; exit 1"], ["exit 3"], ["pwd"]]

    first, second, third = await run_jointly(SHELL, runs, project, folder)

    assert (first.code, first.stdout, first.stderr) == (1, b"it's first\n", b"wrong\n")
    assert (second.code, second.stdout, second.stderr) == (3, b"", b"")
    assert third.stdout == f"{folder}\n".encode()
    assert {output.failure for output in (first, second, third)} == {""}


async def test_runs_are_at_work_at_the_same_time(walls: str, project: Project, folder: Path) -> None:
    runs = [["mkfifo a; echo from the first >a"], ["until [ -p a ]; do :; done; cat a"]]

    _, second = await run_jointly(SHELL, runs, project, folder)

    assert second.stdout == b"from the first\n"


@pytest.mark.skipif(sandbox_program() is None, reason="there is no sandbox")
async def test_runs_share_one_sandbox_and_end_with_it(project: Project, folder: Path) -> None:
    runs = [["touch one; exec sleep 3600"], ["touch two; exec sleep 3600"]]
    running = asyncio.ensure_future(run_jointly(SHELL, runs, project, folder))
    await until(lambda: (folder / "one").exists() and (folder / "two").exists())

    assert len(sandboxes()) == 1
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not sandboxes()


async def test_endless_output_of_a_run_fails_that_run_alone(walls: str, project: Project, folder: Path) -> None:
    endless, other = await run_jointly(SHELL, [["yes"], ["echo done"]], project, folder)

    assert endless.failure == f"sh wrote more than {OUTPUT_LIMIT // 1_000_000} MB"
    assert (other.failure, other.stdout) == ("", b"done\n")


@pytest.mark.skipif(sandbox_program() is None, reason="there is no sandbox")
@pytest.mark.parametrize("planted", ["ln -s {secret}", "mkfifo", "mkdir"])
async def test_nothing_but_a_file_is_read_as_output(
    planted: str, project: Project, folder: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of the user")
    script = f"rm -f workhorse-stdout0; {planted.format(secret=secret)} workhorse-stdout0"

    first, second = await run_jointly(SHELL, [[script], ["echo done"]], project, folder)

    assert first.stdout == b""
    assert second.stdout == b"done\n"


@pytest.mark.skipif(sandbox_program() is None, reason="there is no sandbox")
async def test_tool_that_is_not_there_is_reported_for_each_run(project: Project, folder: Path) -> None:
    tool = Tool("nothing", ("/nowhere/nothing",), Origin.BESIDE)

    outputs = await run_jointly(tool, [["a"], ["b"]], project, folder)

    assert [output.code for output in outputs] == [127, 127]
    assert "not found" in outputs[0].first_words
