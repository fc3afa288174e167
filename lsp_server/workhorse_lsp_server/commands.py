"""The commands of ``workspace/executeCommand``, and our own requests."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from workhorse_core.errors import JobError, TargetError, WorkhorseError
from workhorse_lsp_server.arguments import Arguments
from workhorse_lsp_server.candidate import Candidate, RegionId
from workhorse_lsp_server.job_messages import Json, diff_message, draft_message, job_message
from workhorse_lsp_server.job_records import discard_job, find_candidate, read_jobs, reject_job
from workhorse_lsp_server.lander import Lander
from workhorse_lsp_server.projects import OpenProject, path_of
from workhorse_lsp_server.review_dialog import ReviewDialog
from workhorse_lsp_server.task_starter import TaskStarter

if TYPE_CHECKING:
    from workhorse_lsp_server.server import WorkhorseServer

_LISTED = 5
_WAITING = ("verified", "approved", "drafting", "failed")
"""States of the jobs that are listed, in this order."""
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
        self._starter = TaskStarter(server, self._arrived)
        lander = Lander(server.editor, server.placer, self._starter.again, server.unrecorded, server.landed)
        self._reviewer = ReviewDialog(server.editor, server.placer, lander, lambda: server.settings.review)
        server.was_shown = self._reviewer.was_shown

    def _arrived(self, candidate: Candidate) -> None:
        self._server.tasks.in_background(self._announce(candidate))

    async def _announce(self, candidate: Candidate) -> None:
        """Announce a candidate once lenses and lists have it; outside of git it is kept here."""
        watched = self._server.watched.get(candidate.home.root)
        if candidate.job is None:
            candidate = self._server.unrecorded.keep(candidate)
        elif watched:
            await asyncio.to_thread(watched.watcher.read)
        self._server.jobs_changed(candidate.home)
        self._reviewer.announce(candidate)

    def by_name(self) -> Mapping[str, Command]:
        """List the commands."""
        return {
            "workhorse.run": self._run,
            "workhorse.cancel": self._cancel,
            "workhorse.review": self._review,
            "workhorse.showDiff": self._show_diff,
            "workhorse.approve": self._approve,
            "workhorse.decide": self._decide,
            "workhorse.reject": self._reject,
            "workhorse.retry": self._retry,
            "workhorse.discard": self._discard,
            "workhorse.jobs": self._choose_job,
        }

    def requests(self) -> Mapping[str, Command]:
        """List our own requests."""
        return {
            "workhorse/jobs": self._jobs,
            "workhorse/diff": self._diff,
            "workhorse/status": self._status,
            "workhorse/models": self._models,
        }

    async def _run(self, given: Arguments) -> Json | None:
        task = await self._starter.run(given)
        return {"task": task} if task else None

    async def _cancel(self, given: Arguments) -> None:
        if not self._server.tasks.cancel(given.text("task")):
            raise JobError("There is no such task; it may be over.")

    async def _candidate(self, given: Arguments) -> Candidate:
        job, folder = given.text("job"), given.maybe("folder")
        if kept := self._server.unrecorded.find(job):
            return kept
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
        candidate = await self._candidate(given)
        landed = await self._reviewer.approve(candidate, given.maybe("version"), given.maybe("reason") or "")
        self._server.jobs_changed(candidate.home)
        return {"landed": landed}

    async def _decide(self, given: Arguments) -> Json:
        verdicts = {"accept": True, "reject": False, "none": None}
        if (verdict := given.text("verdict")) not in verdicts:
            raise JsonRpcInvalidParams("verdict must be accept, reject or none.")
        candidate = await self._candidate(given)
        region = RegionId(given.text("path"), given.text("name"), given.line("first") or 0)
        why = given.maybe("reason") or ""
        decided = await self._reviewer.decide(candidate, given.text("version"), region, verdicts[verdict], why)
        self._server.jobs_changed(candidate.home)
        return decided._asdict()

    async def _reject(self, given: Arguments) -> None:
        if self._drop_unrecorded(given.text("job")):
            return
        home = self._home_of(given.text("job"), given.maybe("folder"))
        reason = given.maybe("reason") or await self._ask_for("Reject", "What is wrong with it?")
        if reason:
            await asyncio.to_thread(reject_job, home, given.text("job"), reason)

    async def _retry(self, given: Arguments) -> None:
        candidate = await self._candidate(given)
        note = given.maybe("note") or await self._reviewer.note()
        if note:
            self._drop_unrecorded(candidate.id)
            await self._starter.again(candidate, note)

    def _drop_unrecorded(self, name: str) -> bool:
        kept = self._server.unrecorded.find(name)
        if kept:
            self._server.unrecorded.drop(name)
            self._server.jobs_changed(kept.home)
        return kept is not None

    async def _ask_for(self, title: str, prompt: str) -> str | None:
        if self._server.editor.can_ask:
            return await self._server.editor.ask(title, prompt)
        raise TargetError("A reason is needed, and the editor cannot ask for it.", 'Give it as "reason"')

    async def _discard(self, given: Arguments) -> None:
        if self._drop_unrecorded(given.text("job")):
            return
        home = self._home_of(given.text("job"), given.maybe("folder"))
        await asyncio.to_thread(discard_job, home, given.text("job"))

    async def _choose_job(self, given: Arguments) -> None:
        self._server.tasks.in_background(self._converse())

    async def _converse(self) -> None:
        """Ask the user to choose among the waiting jobs, for an editor without a view of them."""
        from workhorse_core.jobs.job import subject_of

        waiting = {
            f"{job.id}: {subject_of(job)}": (project.home, job.id)
            for project in self._server.watched.values()
            for job in project.watcher.waiting
        }
        waiting |= {f"{draft.id}: {draft.title}": (draft.home, draft.id) for draft in self._server.unrecorded.waiting}
        if not waiting:
            self._server.editor.say("No job waits for your review.")
            return
        chosen = await self._server.editor.choose("Review which job?", [*waiting][:_LISTED])
        if chosen:
            home, job = waiting[chosen]
            draft = self._server.unrecorded.find(job)
            await self._reviewer.show(draft if draft else await asyncio.to_thread(find_candidate, home, job))

    async def _jobs(self, given: Arguments) -> Json:
        running = {task.progress.job for task in self._server.tasks.running.values()}
        folder, locate = given.maybe("folder"), self._server.lenses.locate
        shown: list[Json] = []
        for project in self._server.watched.values():
            if folder is not None and path_of(folder) != path_of(project.home.uri):
                continue
            await asyncio.to_thread(project.watcher.read)
            jobs = await asyncio.to_thread(read_jobs, project.home) if given.flag("all") else project.watcher.jobs
            shown += [job_message(project.home, job, job.id in running, locate) for job in jobs]
        if not given.flag("all"):
            shown = [job for job in shown if job["status"] in _WAITING]
        shown.sort(key=lambda job: job["started"], reverse=True)
        drafts = self._server.unrecorded.waiting
        kept = [
            draft_message(draft, locate) for draft in drafts if folder is None or draft.home.root == path_of(folder)
        ]
        return {"jobs": sorted([*kept, *shown], key=_turn_of)}

    async def _diff(self, given: Arguments) -> Json:
        candidate = await self._candidate(given)
        return diff_message(candidate, self._reviewer.decisions.of(candidate))

    async def _models(self, given: Arguments) -> Json:
        if not self._server.editor.is_trusted:
            return {"servers": []}
        found = await self._server.workers.list_models()
        servers = [{**each._asdict(), "models": [model._asdict() for model in each.models]} for each in found.servers]
        return {"servers": servers}

    async def _status(self, given: Arguments) -> Json:
        await self._server.find_model()
        return self._server.status()


def _turn_of(job: Json) -> int:
    """Return the place of a job's state in the list."""
    return _WAITING.index(job["status"]) if job["status"] in _WAITING else len(_WAITING)
