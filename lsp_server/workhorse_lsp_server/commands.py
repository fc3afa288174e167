"""What a client can have done: the commands of ``workspace/executeCommand``, and our own requests."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from workhorse_core.actions.registry import find_action
from workhorse_core.errors import JobError, TargetError, WorkhorseError
from workhorse_core.handoff import Decision
from workhorse_core.job import Job, JobStatus, read_job
from workhorse_core.review import discard, judge, reopen
from workhorse_core.task import Engine, Target, Task
from workhorse_lsp_server.jobs import Json, diff_json, find_candidate, job_json, read_jobs
from workhorse_lsp_server.landing import Candidate
from workhorse_lsp_server.projects import Home, find_home, open_record, path_of, read_buffers
from workhorse_lsp_server.reviewing import Reviewer
from workhorse_lsp_server.worker import Order

if TYPE_CHECKING:
    from workhorse_lsp_server.server import Open, WorkhorseServer

_LISTED = 5
_REQUEST_FAILED = -32803


def register_commands(server: "WorkhorseServer") -> None:
    """Have the server offer every command and request."""
    commands = Commands(server)
    for name, command in commands.by_name().items():
        server.command(name)(_taking_one_object(command))
    for name, request in commands.requests().items():
        server.feature(name)(_answering(request))


def _taking_one_object(command: "Command") -> Callable[..., Awaitable[object]]:
    async def handler(*arguments: Any) -> object:
        if len(arguments) > 1 or not all(isinstance(given, Mapping) for given in arguments):
            raise JsonRpcInvalidParams("Give one object as the only argument.")
        return await _said(command(_Given(_table(*arguments))))

    return handler


def _answering(request: "Command") -> Callable[[Any], Awaitable[object]]:
    async def handler(params: Any) -> object:
        return await _said(request(_Given(_table(params))))

    return handler


async def _said(work: Awaitable[object]) -> object:
    try:
        return await work
    except WorkhorseError as error:
        raise JsonRpcException(" ".join(filter(None, (error.message, error.hint))), _REQUEST_FAILED) from error


def _table(params: Any = None) -> Mapping[str, object]:
    found = params._asdict() if hasattr(params, "_asdict") else params
    return cast("Mapping[str, object]", found) if isinstance(found, Mapping) else {}


class _Given:
    """The argument of a command, read key by key."""

    def __init__(self, table: Mapping[str, object]) -> None:
        self._table = table

    def text(self, name: str) -> str:
        """Give a text that must be there.

        Raises:
            JsonRpcInvalidParams: It is not.
        """
        if (value := self.maybe(name)) is None:
            raise JsonRpcInvalidParams(f"{name} is missing.")
        return value

    def maybe(self, name: str) -> str | None:
        """Give a text, None where there is none."""
        value = self._table.get(name)
        if value is not None and not isinstance(value, str):
            raise JsonRpcInvalidParams(f"{name} must be text.")
        return value

    def line(self, *names: str) -> int | None:
        """Give a number from 0, found by its path; None where there is none."""
        value: object = self._table
        for name in names:
            value = _table(value).get(name)
        if value is not None and (type(value) is not int or value < 0):
            raise JsonRpcInvalidParams(f"{'.'.join(names)} must be a number from 0.")
        return value

    def flag(self, name: str) -> bool:
        """Whether a flag is set."""
        return self._table.get(name) is True

    def words(self, name: str) -> dict[str, str]:
        """Give a table of texts, empty where there is none."""
        value = self._table.get(name)
        texts = {key: text for key, text in _table(value).items() if isinstance(text, str)}
        if value is not None and (not isinstance(value, Mapping) or len(texts) < len(_table(value))):
            raise JsonRpcInvalidParams(f"{name} must be an object of texts.")
        return texts


Command = Callable[[_Given], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A task as it was asked for, with where and what it is called."""

    home: Home
    task: Task
    title: str
    uri: str
    job: str | None = None


class Commands:
    """Everything that can be called."""

    def __init__(self, server: "WorkhorseServer") -> None:
        self._server = server
        self._reviewer = Reviewer(server.editor, server.lander, self._again, lambda: server.settings.review)

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

    # -- tasks

    async def _run(self, given: _Given) -> Json | None:
        action = find_action(given.text("action"))
        uri = given.text("uri")
        place = path_of(uri)
        if place is None:
            raise TargetError(f"{uri} is no file, and only files can be worked on.", "Save it first")
        opened = self._server.open.get(place)
        home = opened.home if opened and opened.home else await self._home(place)
        options = given.words("options")
        if action.argument is not None:
            words = await self._words(given, action.argument)
            if words is None:
                return None
            options[action.argument] = words
        if action.name == "docstrings" and self._server.settings.style:
            options.setdefault("style", self._server.settings.style)
        target = _target(given, home.path_of(place) or place.name)
        asked = _Asked(home, self._task(action.name, target, options), given.maybe("title") or action.title, uri)
        return {"task": self._start(asked)}

    async def _home(self, place: Any) -> Home:
        return await asyncio.to_thread(find_home, place, self._server.folders)

    async def _words(self, given: _Given, asked: str) -> str | None:
        if words := given.maybe("words"):
            return words
        if not self._server.editor.can_ask:
            raise TargetError(f"This needs {asked}, and the editor cannot ask for it.", 'Give it as "words"')
        return await self._server.editor.ask(given.maybe("title") or "Workhorse", asked)

    def _task(self, action: str, target: Target, options: Mapping[str, str]) -> Task:
        settings = self._server.settings
        engine = Engine(settings.engine) if self._server.editor.is_trusted else Engine.RULES
        return Task(action, (target,), engine, options, settings.max_rounds)

    def _start(self, asked: _Asked) -> str:
        async def failed(words: str, hint: str) -> None:
            self._server.editor.say(f"{asked.title}: {words}" + (f" {hint}" if hint else ""))

        order = asyncio.ensure_future(asyncio.to_thread(self._order, asked, dict(self._server.documents)))
        return self._server.tasks.start(asked.home, asked.title, asked.uri, order, self._reviewer.show, failed)

    def _order(self, asked: _Asked, documents: Mapping[Any, Any]) -> Order:
        settings = self._server.settings
        buffers = read_buffers(asked.home, documents)
        return Order(asked.task, str(asked.home.root), buffers, settings.url, settings.model, asked.job)

    async def _cancel(self, given: _Given) -> None:
        if not self._server.tasks.cancel(given.text("task")):
            raise JobError("There is no such task; it may be over.")

    async def _again(self, candidate: Candidate, note: str | None) -> None:
        """Do a candidate again: with words, or because the text has changed."""
        task = replace(candidate.task, targets=tuple(self._moved(candidate.home, t) for t in candidate.task.targets))
        asked = _Asked(candidate.home, task, candidate.title, self._uri_of(candidate))
        if note is not None and candidate.job:
            job = await asyncio.to_thread(_reopen, candidate.home, candidate.job, note)
            asked = replace(asked, task=replace(task, note=note), job=job.id)
        elif note is not None:
            asked = replace(asked, task=replace(task, note=note))
        self._start(asked)

    def _moved(self, home: Home, target: Target) -> Target:
        """Find a definition again that has moved in its document."""
        opened: Open | None = self._server.open.get(home.root / target.path)
        if not opened or not opened.outline or not target.symbol or target.first is None:
            return target
        found = opened.outline.find(target.symbol, target.first - 1)
        return replace(target, first=found[0] + 1, last=found[0] + 1) if found else target

    def _uri_of(self, candidate: Candidate) -> str:
        path = candidate.changes[0].path if candidate.changes else ""
        opened = self._server.open.get(candidate.home.root / path)
        return opened.document.uri if opened else candidate.home.uri

    # -- jobs

    async def _candidate(self, given: _Given) -> Candidate:
        job, folder = given.text("job"), given.maybe("folder")
        return await asyncio.to_thread(find_candidate, self._home_of(job, folder), job)

    def _home_of(self, job: str, folder: str | None) -> Home:
        desks = [*self._server.desks.values()]
        if folder is not None:
            desks = [desk for desk in desks if path_of(desk.home.uri) == path_of(folder)]
        named = [desk for desk in desks if any(each.id == job for each in desk.jobs)]
        found = named or desks
        if not found:
            raise JobError("No open project has jobs.", "Open a file of the project first")
        return found[0].home

    async def _review(self, given: _Given) -> None:
        candidate = await self._candidate(given)
        self._server.tasks.in_background(self._reviewer.show(candidate))

    async def _show_diff(self, given: _Given) -> None:
        await self._reviewer.show_diff(await self._candidate(given))

    async def _approve(self, given: _Given) -> Json:
        return {"landed": await self._reviewer.apply(await self._candidate(given), given.maybe("reason") or "")}

    async def _reject(self, given: _Given) -> None:
        home = self._home_of(given.text("job"), given.maybe("folder"))
        reason = given.maybe("reason") or await self._ask_for("Reject", "What is wrong with it?")
        if reason:
            await asyncio.to_thread(_judge, home, given.text("job"), reason)

    async def _retry(self, given: _Given) -> None:
        candidate = await self._candidate(given)
        note = given.maybe("note") or await self._reviewer.note()
        if note:
            await self._again(candidate, note)

    async def _ask_for(self, title: str, prompt: str) -> str | None:
        if self._server.editor.can_ask:
            return await self._server.editor.ask(title, prompt)
        raise TargetError("A reason is needed, and the editor cannot ask for it.", 'Give it as "reason"')

    async def _discard(self, given: _Given) -> None:
        home = self._home_of(given.text("job"), given.maybe("folder"))
        await asyncio.to_thread(_discard, home, given.text("job"))

    async def _choose_job(self, given: _Given) -> None:
        self._server.tasks.in_background(self._converse())

    async def _converse(self) -> None:
        """Let the user choose among the waiting jobs where there is no view of them."""
        waiting = {
            f"{job.id}: {job_json(desk.home, job, False, self._server.lenses.locate)['title']}": (desk.home, job)
            for desk in self._server.desks.values()
            for job in desk.waiting
        }
        if not waiting:
            self._server.editor.say("No job waits for your review.")
            return
        chosen = await self._server.editor.choose("Review which job?", [*waiting][:_LISTED])
        if chosen:
            home, job = waiting[chosen]
            await self._reviewer.show(await asyncio.to_thread(find_candidate, home, job.id))

    # -- requests

    async def _jobs(self, given: _Given) -> Json:
        running = {task.job for task in self._server.tasks.running.values()}
        folder, locate = given.maybe("folder"), self._server.lenses.locate
        shown: list[tuple[Home, Job]] = []
        for desk in self._server.desks.values():
            if folder is not None and path_of(folder) != path_of(desk.home.uri):
                continue
            await asyncio.to_thread(desk.read)
            jobs = await asyncio.to_thread(read_jobs, desk.home, True) if given.flag("all") else desk.jobs
            shown += [(desk.home, job) for job in jobs]
        shown.sort(key=lambda item: item[1].started, reverse=True)
        return {"jobs": [job_json(home, job, job.id in running, locate) for home, job in shown]}

    async def _diff(self, given: _Given) -> Json:
        return diff_json(await self._candidate(given))

    async def _status(self, given: _Given) -> Json:
        await self._server.tasks.look_for_endpoint()
        return self._server.status()


def _target(given: _Given, path: str) -> Target:
    scope = given.maybe("scope") or "region"
    if scope == "folder":
        return Target(path.rpartition("/")[0])
    if scope == "file":
        return Target(path)
    if scope != "region":
        raise JsonRpcInvalidParams("scope must be region, file or folder.")
    name, line = given.maybe("name"), given.line("line")
    if name is not None and line is not None:
        return Target(path, name, line + 1, line + 1)
    first, last = given.line("range", "start", "line"), given.line("range", "end", "line")
    if first is None or last is None:
        raise JsonRpcInvalidParams("range is missing.")
    if last > first and given.line("range", "end", "character") == 0:
        last -= 1
    return Target(path, None, first + 1, max(first, last) + 1)


def _reopen(home: Home, job: str, note: str) -> Job:
    with open_record(home) as (repository, ledger):
        return reopen(repository, ledger, read_job(ledger, ledger.find_job(job)), note)


def _judge(home: Home, job: str, reason: str) -> None:
    with open_record(home) as (repository, ledger):
        judge(repository, ledger, read_job(ledger, ledger.find_job(job)), Decision.REJECT, reason)


def _discard(home: Home, job: str) -> None:
    with open_record(home) as (repository, ledger):
        found = read_job(ledger, ledger.find_job(job))
        if found.status not in (JobStatus.MERGED, JobStatus.DISCARDED):
            discard(repository, ledger, found)
