"""The commands of ``workspace/executeCommand``, and our own requests."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from workhorse_core.errors import JobError, TargetError, WorkhorseError
from workhorse_lsp_server.arguments import Arguments
from workhorse_lsp_server.job_messages import Json, diff_message, job_message
from workhorse_lsp_server.job_records import discard_job, find_candidate, read_jobs, reject_job
from workhorse_lsp_server.placement import Candidate
from workhorse_lsp_server.projects import OpenProject, path_of
from workhorse_lsp_server.task_starter import TaskStarter

if TYPE_CHECKING:
    from workhorse_core.jobs.job import Job
    from workhorse_lsp_server.server import WorkhorseServer

_LISTED = 5
_REQUEST_FAILED = -32803

Command = Callable[[Arguments], Awaitable[object]]


def register_commands(server: "WorkhorseServer") -> None:
    """Register every command and request."""
    commands = Commands(server)
    for name, command in commands.by_name().items():
        server.command(name)(_taking_one_object(command))
    for name, request in commands.requests().items():
        server.feature(name)(_answering(request))


def _taking_one_object(command: Command) -> Callable[..., Awaitable[object]]:
    async def handler(*arguments: Any) -> object:
        if len(arguments) > 1 or not all(isinstance(given, Mapping) for given in arguments):
            raise JsonRpcInvalidParams("Give one object as the only argument.")
        return await _said(command(Arguments(*arguments)))

    return handler


def _answering(request: Command) -> Callable[[Any], Awaitable[object]]:
    async def handler(params: Any) -> object:
        return await _said(request(Arguments(params)))

    return handler


async def _said(work: Awaitable[object]) -> object:
    try:
        return await work
    except WorkhorseError as error:
        raise JsonRpcException(" ".join(filter(None, (error.message, error.hint))), _REQUEST_FAILED) from error


class Commands:
    """The handlers of all commands and requests."""

    def __init__(self, server: "WorkhorseServer") -> None:
        self._server = server
        self._starter = TaskStarter(server)
        self._reviewer = self._starter.reviewer

    def by_name(self) -> Mapping[str, Command]:
        """List the commands."""
        return {
            "workhorse.run": self._run,
            "workhorse.cancel": self._cancel,
            "workhorse.review": self._review,
            "workhorse.showDiff": self._show_diff,
            "workhorse.approve": self._approve,
            "workhorse.reject": self._reject,
            "workhorse.retry": self._retry,
            "workhorse.discard": self._discard,
            "workhorse.jobs": self._choose_job,
        }

    def requests(self) -> Mapping[str, Command]:
        """List our own requests."""
        return {"workhorse/jobs": self._jobs, "workhorse/diff": self._diff, "workhorse/status": self._status}

    async def _run(self, given: Arguments) -> Json | None:
        task = await self._starter.run(given)
        return {"task": task} if task else None

    async def _cancel(self, given: Arguments) -> None:
        if not self._server.tasks.cancel(given.text("task")):
            raise JobError("There is no such task; it may be over.")

    async def _candidate(self, given: Arguments) -> Candidate:
        job, folder = given.text("job"), given.maybe("folder")
        return await asyncio.to_thread(find_candidate, self._home_of(job, folder), job)

    def _home_of(self, job: str, folder: str | None) -> OpenProject:
        watched = [*self._server.watched.values()]
        if folder is not None:
            watched = [project for project in watched if path_of(project.home.uri) == path_of(folder)]
        named = [project for project in watched if any(each.id == job for each in project.watcher.jobs)]
        found = named or watched
        if not found:
            raise JobError("No open project has jobs.", "Open a file of the project first")
        return found[0].home

    async def _review(self, given: Arguments) -> None:
        candidate = await self._candidate(given)
        self._server.tasks.in_background(self._reviewer.show(candidate))

    async def _show_diff(self, given: Arguments) -> None:
        await self._reviewer.show_diff(await self._candidate(given))

    async def _approve(self, given: Arguments) -> Json:
        return {"landed": await self._reviewer.apply(await self._candidate(given), given.maybe("reason") or "")}

    async def _reject(self, given: Arguments) -> None:
        home = self._home_of(given.text("job"), given.maybe("folder"))
        reason = given.maybe("reason") or await self._ask_for("Reject", "What is wrong with it?")
        if reason:
            await asyncio.to_thread(reject_job, home, given.text("job"), reason)

    async def _retry(self, given: Arguments) -> None:
        candidate = await self._candidate(given)
        note = given.maybe("note") or await self._reviewer.note()
        if note:
            await self._starter.again(candidate, note)

    async def _ask_for(self, title: str, prompt: str) -> str | None:
        if self._server.editor.can_ask:
            return await self._server.editor.ask(title, prompt)
        raise TargetError("A reason is needed, and the editor cannot ask for it.", 'Give it as "reason"')

    async def _discard(self, given: Arguments) -> None:
        home = self._home_of(given.text("job"), given.maybe("folder"))
        await asyncio.to_thread(discard_job, home, given.text("job"))

    async def _choose_job(self, given: Arguments) -> None:
        self._server.tasks.in_background(self._converse())

    async def _converse(self) -> None:
        """Ask the user to choose among the waiting jobs, for an editor without a view of them."""
        from workhorse_core.jobs.job import subject_of

        waiting = {
            f"{job.id}: {subject_of(job)}": (project.home, job)
            for project in self._server.watched.values()
            for job in project.watcher.waiting
        }
        if not waiting:
            self._server.editor.say("No job waits for your review.")
            return
        chosen = await self._server.editor.choose("Review which job?", [*waiting][:_LISTED])
        if chosen:
            home, job = waiting[chosen]
            await self._reviewer.show(await asyncio.to_thread(find_candidate, home, job.id))

    async def _jobs(self, given: Arguments) -> Json:
        running = {task.progress.job for task in self._server.tasks.running.values()}
        folder, locate = given.maybe("folder"), self._server.lenses.locate
        shown: list[tuple[OpenProject, Job]] = []
        for project in self._server.watched.values():
            if folder is not None and path_of(folder) != path_of(project.home.uri):
                continue
            await asyncio.to_thread(project.watcher.read)
            jobs = await asyncio.to_thread(read_jobs, project.home) if given.flag("all") else project.watcher.jobs
            shown += [(project.home, job) for job in jobs]
        shown.sort(key=lambda item: item[1].started, reverse=True)
        return {"jobs": [job_message(home, job, job.id in running, locate) for home, job in shown]}

    async def _diff(self, given: Arguments) -> Json:
        return diff_message(await self._candidate(given))

    async def _status(self, given: Arguments) -> Json:
        await self._server.find_model()
        return self._server.status()
