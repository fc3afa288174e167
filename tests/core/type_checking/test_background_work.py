"""Background work ends with its owner."""

import asyncio
import os
import sys
from collections.abc import Collection
from pathlib import Path

import pytest

from support.waiting import until, wait_until
from workhorse_core.pipeline.check import Comparison
from workhorse_core.pipeline.task import Target, Task
from workhorse_core.tools.process import Output, run_tool
from workhorse_core.tools.tool import Origin, Tool
from workhorse_core.type_checking import sessions
from workhorse_core.type_checking.background_work import BackgroundWork
from workhorse_core.type_checking.sessions import TypeCheckSession
from workhorse_core.workspace.project import Project

FILES = {"own/__init__.py": "", "own/a.py": "def one():\n    return 1\n"}
TYPED = {"own/a.py": [("def one():", "def one() -> str:")]}


def test_background_work_is_waited_for() -> None:
    done: list[int] = []

    async def work() -> None:
        for _ in range(100):
            await asyncio.sleep(0)
        done.append(1)

    work_ahead = BackgroundWork(work())
    work_ahead.wait()
    assert done == [1]
    work_ahead.close()


def test_process_of_background_work_is_stopped_when_it_is_closed(project: Project, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    text = f"import os, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()) + '.')\ntime.sleep(60)\n"
    tool = Tool("sleeper", (sys.executable, "-I", "-c", text), Origin.CONFIGURED)
    outputs: list[Output] = []

    async def work() -> None:
        outputs.append(await run_tool(tool, [], project, tmp_path, 100))

    work_ahead = BackgroundWork(work())
    wait_until(lambda: mark.exists() and mark.read_text().endswith("."))
    work_ahead.close()
    work_ahead.wait()
    assert outputs == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()[:-1]), 0)


@pytest.mark.parametrize(
    ("configuration", "target", "changes"),
    [("[mypy]\n", "", TYPED), ("[mypy]\nfiles = own\n", "own", {**TYPED, "other.py": [("1", "2")]})],
)
async def test_base_that_mypy_checked_beforehand_is_not_checked_again(
    compare, monkeypatch: pytest.MonkeyPatch, configuration: str, target: str, changes: dict[str, list[tuple[str, str]]]
) -> None:
    files = FILES if changes is TYPED else {**FILES, "other.py": "x = 1\n"}
    comparison: Comparison = compare({**files, "mypy.ini": configuration, "tests/test_b.py": ""}, changes)
    asked: list[Collection[str]] = []

    async def counted(tool: Tool, arguments: Collection[str], *rest: object) -> Output:
        asked.append(arguments)
        return await run_tool(tool, list(arguments), *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(sessions, "run_tool", counted)
    session = TypeCheckSession(comparison.project, warm=True)
    session.prepare(Task("hints", (Target(target),)))
    await until(lambda: asked)
    (report,) = [each for each in await session.check(comparison) if each]
    assert [each.message for each in report.after if each.path == "own/a.py"] == [
        'Incompatible return value type (got "int", expected "str")'
    ]
    assert ["--shadow-file" in each for each in asked] == [False, True]
    assert "tests/test_b.py" not in asked[0]
    session.close()
