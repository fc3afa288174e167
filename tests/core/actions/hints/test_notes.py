"""The notes of a job of hints."""

from pathlib import Path

from workhorse_core.pipeline.task import Target, Task
from workhorse_core.services.job_json import job_json
from workhorse_core.services.job_view import view_finished
from workhorse_core.services.run import RunFinished, RunResources, run
from workhorse_core.settings.config import Config
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project


async def finish(root: Path, config: Config, code: str = "def f(x=True, y=None):\n    return y\n") -> RunFinished:
    (root / "a.py").write_text(code)
    task = Task("hints", (Target("a.py"),))
    products = [product async for product in run(task, Project(root, None, WorkTree(root), config), RunResources())]
    assert isinstance(products[-1], RunFinished)
    return products[-1]


async def test_a_source_that_failed_is_named_with_its_first_line_and_the_others_serve(tmp_path: Path) -> None:
    tool = tmp_path / "pyrefly"
    tool.write_text("#!/bin/sh\necho 'it broke' >&2\nexit 9\n")
    tool.chmod(0o755)
    finished = await finish(tmp_path, Config(commands={"pyrefly": (str(tool),)}))
    assert finished.handoff is not None
    assert len(finished.notes) == 1
    assert "it broke" in finished.notes[0]
    assert job_json(view_finished(Task("hints", ()), finished))["notes"] == list(finished.notes)


async def test_where_every_source_works_there_is_no_note(tmp_path: Path) -> None:
    finished = await finish(tmp_path, Config())
    assert finished.notes == ()
    assert "notes" not in job_json(view_finished(Task("hints", ()), finished))


async def test_where_nothing_is_to_be_annotated_no_source_is_asked(tmp_path: Path) -> None:
    tool = tmp_path / "pyrefly"
    tool.write_text("#!/bin/sh\nexit 9\n")
    tool.chmod(0o755)
    code = "def f(x: int = 1) -> bool:\n    return x == 2\n"
    finished = await finish(tmp_path, Config(commands={"pyrefly": (str(tool),)}), code)
    assert (finished.handoff, finished.notes) == (None, ())
