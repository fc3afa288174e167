"""Tasks under way: each runs in a worker, is shown as progress, and can be cancelled by its user."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lsprotocol import types as lsp

from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.task import Task
from workhorse_core.services.session import Overrides
from workhorse_core.services.workers.pool import WorkerPool
from workhorse_core.services.workers.progress import Progress
from workhorse_core.services.workers.protocol import (
    ModelFound,
    Noted,
    Outcome,
    TaskCancelled,
    TaskFinished,
    TaskRefused,
    TaskRequest,
    WorkerFailed,
)
from workhorse_lsp_server.candidate import Candidate
from workhorse_lsp_server.projects import OpenProject

if TYPE_CHECKING:
    from workhorse_lsp_server.editor import Editor


@dataclass(slots=True)
class Running:
    """One task at work; ``title`` is for people, ``uri`` the document from which it was started."""

    id: str
    title: str
    uri: str
    progress: Progress = field(default_factory=Progress)
    shown: bool = False
    work: asyncio.Task[None] | None = field(default=None, repr=False)


Done = Callable[[Candidate], None]
Failed = Callable[[str, str], Awaitable[None]]


class TaskRunner:
    """Starts, shows and cancels tasks; ``changed`` is called whenever the status is another."""

    def __init__(self, editor: "Editor", workers: WorkerPool, changed: Callable[[], None]) -> None:
        self._editor = editor
        self._workers = workers
        self._changed = changed
        self.running: dict[str, Running] = {}
        self.model = ModelFound(None, None)
        """The model server that a task would ask, as of the last look."""
        self._background: set[asyncio.Task[None]] = set()

    def start(
        self, home: OpenProject, title: str, uri: str, request: Awaitable[TaskRequest], done: Done, failed: Failed
    ) -> str:
        """Start a task and return its id, which is also its progress token.

        Args:
            home: The project.
            title: For people: "Add docstring".
            uri: The document from which it is started.
            request: The request, once the buffers have been read.
            done: Receives the candidate if there is one.
            failed: Receives a sentence and a hint if there is none.
        """
        running = Running(f"workhorse-{uuid4().hex[:8]}", title, uri)
        self.running[running.id] = running
        running.work = asyncio.create_task(self._run(running, home, request, done, failed))
        self._changed()
        return running.id

    def cancel(self, task: str) -> bool:
        """Cancel a task and discard its draft; return False if there is no task of that id."""
        running = self.running.get(task)
        if running is None or running.work is None:
            return False
        return running.work.cancel()

    async def cancel_all(self) -> None:
        """Cancel every task, and wait until the drafts are discarded."""
        works = [running.work for running in self.running.values() if running.work]
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    async def look_for_model(self, overrides: Overrides | None) -> None:
        """Find the model, in a worker: finding it waits, and takes much memory. None: no task would ask one."""
        self.model = await self._workers.find_model(overrides) if overrides else ModelFound(None, None)
        self._changed()

    def in_background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something that is not awaited, and keep it alive until it is over."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    async def _run(
        self, running: Running, home: OpenProject, request: Awaitable[TaskRequest], done: Done, failed: Failed
    ) -> None:
        begun = asyncio.create_task(self._begin(running))
        outcome: Outcome = TaskCancelled()
        task: Task | None = None
        try:
            given = await request
            task = given.task
            outcome = await self._follow(running, given)
        except asyncio.CancelledError:
            self._editor.log(f"{running.title}: cancelled")
        finally:
            self.running.pop(running.id, None)
            self.in_background(self._end(running, begun, _last_words(outcome)))
            self._changed()
        if task:
            self.in_background(_report(running, home, task, outcome, done, failed))

    async def _follow(self, running: Running, request: TaskRequest) -> Outcome:
        async with aclosing(self._workers.run(request)) as messages:
            async for message in messages:
                if isinstance(message, Outcome):
                    return message
                if isinstance(message, Noted):
                    self._editor.log(message.text)
                elif running.progress.update(message):
                    self._show(running)
        raise AssertionError("a request ends with an outcome")

    # -- progress

    async def _begin(self, running: Running) -> None:
        if await self._editor.create_progress(running.id):
            progress = running.progress
            begin = lsp.WorkDoneProgressBegin(
                title=running.title, cancellable=True, message=progress.message, percentage=progress.percentage
            )
            running.shown = True
            self._editor.report(running.id, begin)

    async def _end(self, running: Running, begun: asyncio.Task[None], words: str) -> None:
        await begun
        if running.shown:
            self._editor.report(running.id, lsp.WorkDoneProgressEnd(message=words))

    def _show(self, running: Running) -> None:
        if running.shown:
            progress = running.progress
            report = lsp.WorkDoneProgressReport(message=progress.message, percentage=progress.percentage)
            self._editor.report(running.id, report)
        self._changed()


def _last_words(outcome: Outcome) -> str:
    match outcome:
        case TaskFinished():
            return "ready" if outcome.changes else "nothing to change"
        case TaskCancelled():
            return "cancelled"
        case _:
            return "not done"


async def _report(
    running: Running, home: OpenProject, task: Task, outcome: Outcome, done: Done, failed: Failed
) -> None:
    match outcome:
        case TaskFinished() if outcome.changes:
            found = outcome
            candidate = Candidate(
                home,
                task,
                _subject(task, found),
                found.drafts,
                found.changes,
                found.diff,
                found.risks,
                found.job,
                found.job or "",
            )
            done(candidate)
        case TaskFinished():
            alone = running.progress.alone
            await failed(_why_nothing(outcome.drafts), f"Rules worked alone: {alone}" if alone else "")
        case TaskRefused(message, hint):
            await failed(message, hint)
        case WorkerFailed(message, trace):
            await failed(f"This is a bug in Workhorse: {message}", trace)
        case TaskCancelled():
            pass


def _subject(task: Task, found: TaskFinished) -> str:
    from workhorse_core.jobs.job import subject_of_drafts  # deferred: before the first result it is not needed

    return subject_of_drafts(task, found.drafts)


def _why_nothing(drafts: Sequence[Draft]) -> str:
    reasons = list(dict.fromkeys(f"{draft.name or draft.path}: {draft.reason}" for draft in drafts if draft.reason))
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return f"Nothing was written. {reasons[0]}{more}" if reasons else "There is nothing to do."
