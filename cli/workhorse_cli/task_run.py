"""One task carried through the pipeline, with its progress shown, and the report at the end."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from workhorse_cli.errors import DONE, NOT_DONE
from workhorse_cli.interruption import run_interruptible
from workhorse_cli.output import Output
from workhorse_cli.report import print_dry_run, print_job, print_next
from workhorse_core.actions.catalog import measures
from workhorse_core.actions.registry import find_action
from workhorse_core.jobs.job import Job
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.pipeline.repair import Checked
from workhorse_core.pipeline.task import Task
from workhorse_core.services.job_view import JobView, view_finished
from workhorse_core.services.run import RunFinished, RunStarted
from workhorse_core.services.session import Began, RunOptions, Session
from workhorse_core.system.named_tuple import NamedTuple

if TYPE_CHECKING:
    from workhorse_core.actions.coverage import Coverage


class TaskRun(NamedTuple):
    """A task, where it runs, how it is shown, and an interrupted job to continue.

    ``check`` is the command that would write what is missing, where only the question is asked.
    """

    task: Task
    session: Session
    output: Output
    lanes: int | None = None
    job: Job | None = None
    check: str | None = None


def run_task(given: TaskRun) -> int:
    """Carry a task through, report its outcome, and return the exit code."""
    if not given.task.targets:
        return report_view(given, RunFinished(None, (), None))
    progress = _Progress(given)
    try:
        return report_view(given, run_interruptible(progress.follow()))
    except KeyboardInterrupt:
        if progress.job:
            given.output.note(f"The drafts are kept; continue with: workhorse resume {progress.job}")
        raise
    finally:
        given.output.clear_progress()


class _Progress:
    """The progress line of one run."""

    def __init__(self, given: TaskRun) -> None:
        self._given = given
        self._output = given.output
        self._total = 0
        self._drafted: set[tuple[str, str, int]] = set()
        self._began = Began(None)
        self.job: str | None = given.job.id if given.job else None

    async def follow(self) -> RunFinished:
        """Iterate the products until the last."""
        given = self._given
        async with aclosing(given.session.run(given.task, RunOptions(given.lanes, given.job))) as products:
            async for product in products:
                if isinstance(product, RunFinished):
                    return product
                self._show(product)
                await asyncio.sleep(0)  # lets ^C in: rules never wait
        raise AssertionError("a run ends with RunFinished")

    def _show(self, product: Began | RunStarted | Draft | Checked) -> None:
        match product:
            case Began():
                self._began = product
                self._output.progress("reading the project")
            case RunStarted(regions, job):
                self._total, self.job = regions, job
                if regions and self._began.reason:
                    self._output.note(f"By rules alone: {self._began.reason}")
                    self._output.note(f"  {self._began.hint}")
                if regions and self._given.task.note and self._began.model is None:
                    self._output.note("Rules cannot follow a note; a model can: workhorse up")
            case Draft():
                if product.digest:
                    self._drafted.add((product.path, product.name, product.first))
                self._output.progress(f"drafting {len(self._drafted)}/{self._total}  {product.path} {product.name}")
            case Checked(result, turn):
                self._output.progress(f"checking ({turn})  {result.name} {result.status.value}")


# -- the report


def report_view(given: TaskRun, finished: RunFinished) -> int:
    """Report the outcome of a task and return the exit code."""
    output, dry_run = given.output, given.session.dry_run
    view = view_finished(given.task, finished)
    if finished.handoff:
        view = view._replace(coverage=_measure(given, finished))
    if output.json:
        from workhorse_cli.json_line import to_line
        from workhorse_core.services.job_json import job_json

        print(to_line(job_json(view)))
    if dry_run and not output.json:
        print_dry_run(view, output)
    elif view.status == "nothing":
        print_job(view._replace(status="nothing to do"), output)
    else:
        print_job(view._replace(diff=b"") if output.json else view, output)
        print_next(view, output)
    if given.check is None:
        return NOT_DONE if view.status == "failed" else DONE
    return _check(view, given.check, output)


def _measure(given: TaskRun, finished: RunFinished) -> "Sequence[Coverage]":
    """Return the action's coverage of the targets with what was drafted; nothing where it measures none."""
    if not measures(given.task.action):
        return ()
    from workhorse_core.actions.coverage import Measuring

    action = find_action(given.task.action)
    assert isinstance(action, Measuring)
    return action.measure(given.session.project, given.task.targets, finished.drafts)


def _check(view: JobView, command: str, output: Output) -> int:
    """Report what is missing, and the command that writes it; ``--check`` itself writes nothing."""
    if view.status == "nothing":
        return DONE
    drafted, failed = (view.count(status) for status in (DraftStatus.DRAFTED, DraftStatus.FAILED))
    parts = [f"{drafted} would be written"] if drafted else []
    parts += [f"{failed} could not be drafted here"] if failed else []
    output.note(f"{drafted + failed} region{'s' if drafted + failed > 1 else ''} to write: {', '.join(parts)}.")
    output.note(f"  Write them with: {command}" if drafted else "  Write them by hand, or with a model: workhorse up")
    return NOT_DONE
