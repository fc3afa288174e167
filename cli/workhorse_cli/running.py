"""One task carried through the pipeline, with its progress shown, and the report at the end."""

import asyncio
import os
from collections.abc import Sequence
from typing import NamedTuple

from workhorse_cli.errors import DONE, NOT_DONE
from workhorse_cli.jobs import open_ledger
from workhorse_cli.output import Output
from workhorse_cli.report import print_dry_run, print_job, print_next
from workhorse_cli.view import JobView, to_json, to_line
from workhorse_core.errors import EndpointError, EndpointRefused
from workhorse_core.jobs.job import Job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.pipeline.repair import Checked
from workhorse_core.pipeline.task import Engine, Task
from workhorse_core.services.run import Finished, Found, Means, run
from workhorse_core.workspace.project import Project


class TaskRun(NamedTuple):
    """What is carried: the task, where, how it is shown, and an interrupted job to go on with.

    ``check`` is the command that would do it, where it is only asked whether there is anything to do.
    """

    task: Task
    project: Project
    output: Output
    lanes: int | None = None
    dry_run: bool = False
    job: Job | None = None
    check: str | None = None


def run_task(given: TaskRun) -> int:
    """Carry a task through, report what came of it, and give the exit code."""
    if not given.task.targets:
        return report_view(given, Finished(None, (), None))
    if given.dry_run or given.project.repository is None:
        return report_view(given, _run(given, None))
    with open_ledger(given.project.repository) as ledger:
        return report_view(given, _run(given, ledger))


def _run(given: TaskRun, ledger: Ledger | None) -> Finished:
    walk = _Walk(given)
    try:
        return asyncio.run(walk.go(ledger))
    except KeyboardInterrupt:
        if walk.job:
            given.output.note(f"What is drafted is kept; go on with: workhorse resume {walk.job}")
        raise
    finally:
        given.output.clear_progress()


class _Walk:
    """One way through the pipeline, and how far it is."""

    def __init__(self, given: TaskRun) -> None:
        self._given = given
        self._output = given.output
        self._total = 0
        self._drafted: set[tuple[str, str, int]] = set()
        self._alone = ""
        self.job: str | None = given.job.id if given.job else None

    async def go(self, ledger: Ledger | None) -> Finished:
        """Iterate the products until the last."""
        given = self._given
        endpoint = self._find_endpoint()
        means = Means(ledger, endpoint, given.lanes)
        try:
            async for product in run(given.task, given.project, means, given.job):
                if isinstance(product, Finished):
                    return product
                self._show(product)
                await asyncio.sleep(0)  # here ^C is noticed: rules never wait for anything
        finally:
            if endpoint is not None:
                await endpoint.close()
        raise AssertionError("a run ends with Finished")

    def _find_endpoint(self) -> Endpoint | None:
        engine = self._given.task.engine
        if engine is Engine.RULES:
            return None
        from workhorse_core.models.discovery.locate import find_ready_endpoint

        try:
            endpoint = find_ready_endpoint(self._given.project.config, os.environ)
        except EndpointRefused:
            raise
        except EndpointError as error:
            if engine is Engine.LOCAL:
                raise
            self._alone = f"{error.message}\n  {error.hint}"
            return None
        if endpoint is None and engine is Engine.AUTO:
            self._alone = "no model server answers."
        if endpoint:
            say_who_rests(endpoint, self._output)
        return endpoint

    def _show(self, product: Found | Draft | Checked) -> None:
        match product:
            case Found(regions, job):
                self._total, self.job = regions, job
                if regions and self._alone:
                    self._output.note(f"By rules alone: {self._alone}")
            case Draft():
                if product.digest:
                    self._drafted.add((product.path, product.name, product.first))
                self._output.progress(f"drafting {len(self._drafted)}/{self._total}  {product.path} {product.name}")
            case Checked(result, turn):
                self._output.progress(f"checking ({turn})  {result.name} {result.status.value}")


def say_who_rests(endpoint: Endpoint, output: Output) -> None:
    """Have a pool of servers say when one of them is left alone."""
    from workhorse_core.models.chat.pool import Pool
    from workhorse_core.models.privacy.secrets import Masking

    if isinstance(endpoint, Masking) and isinstance(endpoint.inner, Pool):
        endpoint.inner.say = output.note


# -- the report


def report_view(given: TaskRun, finished: Finished) -> int:
    """Report what came of a task and give the exit code."""
    output = given.output
    view = view_of(given.task, finished)
    if given.task.action == "hints" and finished.handoff:
        from workhorse_core.actions.hints.coverage import measure

        view = view._replace(coverage=measure(given.project, given.task.targets, finished.drafts))
    if output.json:
        print(to_line(to_json(view)))
    if given.dry_run and not output.json:
        print_dry_run(view, output)
    elif view.status == "nothing":
        _print_nothing(view, output)
    else:
        print_job(view._replace(diff=b"") if output.json else view, output)
        print_next(view, output)
    if given.check is None:
        return NOT_DONE if view.status == "failed" else DONE
    return _check(view, given.check, output)


def _check(view: JobView, command: str, output: Output) -> int:
    """Say what is to be written; it is not done, which is what ``--check`` is asked for."""
    if view.status == "nothing":
        return DONE
    drafted, failed = (view.count(status) for status in (DraftStatus.DRAFTED, DraftStatus.FAILED))
    said = [f"{drafted} would be written"] if drafted else []
    said += [f"{failed} could not be drafted here"] if failed else []
    output.note(f"{drafted + failed} region{'s' if drafted + failed > 1 else ''} to write: {', '.join(said)}.")
    output.note(f"  Write what can be: {command}" if drafted else "  Write them by hand, or with a model: workhorse up")
    return NOT_DONE


def view_of(task: Task, finished: Finished) -> JobView:
    """See a task that was just carried through."""
    handoff = finished.handoff
    view = JobView(
        finished.job,
        task.action,
        _status(finished),
        [str(target) for target in task.targets],
        task.note,
        finished.drafts,
        notes=finished.notes,
    )
    if handoff is None:
        return view
    return view._replace(
        scratch=handoff.scratch,
        results=handoff.verification.results,
        diff=handoff.patch.text,
        risks=_unseen(handoff.risks),
    )


def _status(finished: Finished) -> str:
    if finished.handoff:
        return "verified"
    return "failed" if any(draft.status is DraftStatus.FAILED for draft in finished.drafts) else "nothing"


def _unseen(risks: Sequence[str]) -> tuple[str, ...]:
    """Leave out what the checks' own lines and the regions' say already."""
    return tuple(risk for risk in risks if " did not run: " not in risk and "could not be done" not in risk)


def _print_nothing(view: JobView, output: Output) -> None:
    print_job(view._replace(status="nothing to do"), output)
