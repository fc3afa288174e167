"""The tasks that are under way: each in a worker, shown as progress, and cancelled when its user says so."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lsprotocol import types as lsp

from workhorse_core.change.patch import FileChange
from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.task import Engine
from workhorse_core.services.workers.pool import Said, Workers
from workhorse_core.services.workers.protocol import Order
from workhorse_core.system.serialization import from_row
from workhorse_lsp_server.landing import Candidate
from workhorse_lsp_server.projects import Home
from workhorse_lsp_server.records import discard_unfinished

if TYPE_CHECKING:
    from workhorse_lsp_server.editor import Editor
    from workhorse_lsp_server.server import WorkhorseServer

_DRAFTED, _CHECKED = 80, 98
"""Percentages at which everything is drafted, and everything is checked."""
_ALONE = "No model server answers, so rules worked alone; start one with: workhorse up"
_CHECKS = 8
"""About how many checks there are: only for the look of the progress."""


@dataclass(slots=True)
class Running:
    """One task at work; ``title`` is for people, ``uri`` where it was asked for."""

    id: str
    title: str
    uri: str
    job: str | None = None
    percentage: int = 0
    message: str = ""
    regions: int = 0
    drafted: int = 0
    checked: int = 0
    alone: bool = False
    shown: bool = False
    work: asyncio.Task[None] | None = field(default=None, repr=False)


Done = Callable[[Candidate], Awaitable[None]]
Failed = Callable[[str, str], Awaitable[None]]


class Tasks:
    """Starts, shows and cancels."""

    def __init__(self, server: "WorkhorseServer", editor: "Editor", workers: Workers) -> None:
        self._server = server
        self._editor = editor
        self._workers = workers
        self.running: dict[str, Running] = {}
        self.endpoint: dict[str, str | None] = {"endpoint": None, "model": None}
        self._background: set[asyncio.Task[None]] = set()

    def start(self, home: Home, title: str, uri: str, order: Awaitable[Order], done: Done, failed: Failed) -> str:
        """Start a task and give its id, which is also its progress token.

        Args:
            home: The project.
            title: For people: "Add docstring".
            uri: Where it was asked for.
            order: What is to be done, once the buffers have been read.
            done: Gets the candidate when there is one.
            failed: Gets a sentence and a hint when there is none.
        """
        running = Running(f"workhorse-{uuid4().hex[:8]}", title, uri)
        self.running[running.id] = running
        running.work = asyncio.create_task(self._go(running, home, order, done, failed))
        self._server.status_changed()
        return running.id

    def cancel(self, task: str) -> bool:
        """Cancel a task: its draft is discarded. False where there is none of that id."""
        running = self.running.get(task)
        if running is None or running.work is None:
            return False
        return running.work.cancel()

    async def cancel_all(self) -> None:
        """Cancel everything, and wait until the drafts are discarded."""
        works = [running.work for running in self.running.values() if running.work]
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    async def look_for_endpoint(self) -> None:
        """Find out who would be asked; a process of its own looks, for it waits and needs much memory."""
        settings = self._server.settings
        if settings.engine == Engine.RULES or not self._editor.is_trusted:
            self.endpoint = {"endpoint": None, "model": None}
        else:
            self.endpoint = await self._workers.look(settings.url, settings.model)
        self._server.status_changed()

    def in_background(self, work: Any) -> None:
        """Run something that nobody waits for, and keep it alive until it is over."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _go(self, running: Running, home: Home, order: Awaitable[Order], done: Done, failed: Failed) -> None:
        progress = asyncio.create_task(self._begin(running))
        outcome: Said = {"kind": "cancelled"}
        try:
            outcome = await self._carry(running, await order)
        except asyncio.CancelledError:
            self._editor.log(f"{running.title}: cancelled")
            if running.job:  # the worker has discarded it, unless it was ended before it could
                await asyncio.to_thread(discard_unfinished, home, running.job)
        finally:
            self.running.pop(running.id, None)
            self.in_background(self._finish(running, progress, _last_words(outcome)))
            self._server.status_changed()
        self.in_background(_tell(running.title, home, outcome, done, failed))

    async def _carry(self, running: Running, order: Order) -> Said:
        async with aclosing(self._workers.carry(order)) as said:
            async for message in said:
                self._show(running, message)
                if message["kind"] in ("finished", "cancelled", "refused", "bug"):
                    alone = running.alone and order.task.engine is Engine.AUTO
                    return {**message, "task": order.task, "alone": alone}
        raise AssertionError("a worker has the last word")

    # -- progress

    async def _begin(self, running: Running) -> None:
        if await self._editor.create_progress(running.id):
            begin = lsp.WorkDoneProgressBegin(
                title=running.title, cancellable=True, message=running.message, percentage=running.percentage
            )
            running.shown = True
            self._editor.report(running.id, begin)

    async def _finish(self, running: Running, progress: asyncio.Task[None], words: str) -> None:
        await progress
        if running.shown:
            self._editor.report(running.id, lsp.WorkDoneProgressEnd(message=words))

    def _show(self, running: Running, said: Said) -> None:
        match said["kind"]:
            case "started":
                running.message = f"asking {said['model']}" if said["model"] else "by rules"
                running.alone = not said["model"]
            case "found":
                running.regions, running.job = said["regions"], said["job"]
                running.message = f"{said['regions']} to do"
            case "draft":
                running.drafted += said["drafted"]
                running.percentage = _DRAFTED * min(running.drafted, running.regions) // max(running.regions, 1)
                running.message = f"drafting {min(running.drafted, running.regions)}/{running.regions} {said['name']}"
            case "checked":
                running.checked += 1
                running.percentage = min(_DRAFTED + running.checked * (_CHECKED - _DRAFTED) // _CHECKS, _CHECKED)
                running.message = f"checking {said['name']} {said['status']}"
            case _:
                return
        if running.shown:
            report = lsp.WorkDoneProgressReport(message=running.message, percentage=running.percentage)
            self._editor.report(running.id, report)
        self._server.status_changed()


def _last_words(outcome: Said) -> str:
    match outcome["kind"]:
        case "finished":
            return "ready" if outcome["changes"] else "nothing to change"
        case kind:
            return "cancelled" if kind == "cancelled" else "not done"


async def _tell(title: str, home: Home, outcome: Said, done: Done, failed: Failed) -> None:
    match outcome["kind"]:
        case "finished" if outcome["changes"]:
            drafts = tuple(from_row(Draft, row) for row in outcome["drafts"])
            changes = tuple(from_row(FileChange, row) for row in outcome["changes"])
            risks = tuple(outcome["risks"])
            candidate = Candidate(home, outcome["task"], title, drafts, changes, outcome["diff"], risks, outcome["job"])
            await done(candidate)
        case "finished":
            words = _nothing([from_row(Draft, row) for row in outcome["drafts"]])
            await failed(words, _ALONE if outcome["alone"] else "")
        case "refused":
            await failed(outcome["message"], outcome["hint"])
        case "bug":
            await failed(f"This is a bug in Workhorse: {outcome['message']}", outcome["trace"])
        case _:
            pass


def _nothing(drafts: list[Draft]) -> str:
    reasons = list(dict.fromkeys(f"{draft.name or draft.path}: {draft.reason}" for draft in drafts if draft.reason))
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return f"Nothing was written. {reasons[0]}{more}" if reasons else "There is nothing to do."
