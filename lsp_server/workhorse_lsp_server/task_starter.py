"""Starting tasks: from the menu, again with a note, or again because the text has changed."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workhorse_core.actions.catalog import takes_option
from workhorse_core.actions.registry import find_action
from workhorse_core.errors import TargetError
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.services.session import Overrides
from workhorse_core.services.workers.protocol import TaskRequest
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_lsp_server.arguments import Arguments
from workhorse_lsp_server.candidate import Candidate
from workhorse_lsp_server.documents import MirroredDocument
from workhorse_lsp_server.job_records import reopen_job
from workhorse_lsp_server.projects import OpenProject, read_buffers

if TYPE_CHECKING:
    from workhorse_lsp_server.open_document import OpenDocument
    from workhorse_lsp_server.server import WorkhorseServer


class _Asked(NamedTuple):
    """A requested task with its project, title and document."""

    home: OpenProject
    task: Task
    title: str
    uri: str
    job: str | None = None


class TaskStarter:
    """Makes tasks of requests, and starts them."""

    def __init__(self, server: "WorkhorseServer", done: Callable[[Candidate], None]) -> None:
        self._server = server
        self._done = done

    async def run(self, given: Arguments) -> str | None:
        """Start a task and return its id; None if the user gave no words.

        Raises:
            WorkhorseError: There is no such action, or the document is not a file.
            JsonRpcInvalidParams: An argument is missing or wrong.
        """
        action = find_action(given.text("action"))
        uri = given.text("uri")
        options = given.words("options")
        places = [self._place(each) for each in given.texts("uris") or [uri]]
        homes = [await self._home_of(place) for place in places]
        targets = self._targets(given, action.name, places, homes)
        if action.argument is not None:
            words = await self._words(given, action.argument)
            if words is None:
                return None
            options[action.argument] = words
        if self._server.settings.style and takes_option(action.name, "style"):
            options.setdefault("style", self._server.settings.style)
        title = given.maybe("title") or action.title
        started = None
        for home in homes:  # a task has one project: files of several projects make several tasks
            if home.root in targets:
                task = self._task(action.name, targets.pop(home.root), options)
                started = self._start(_Asked(home, task, title, uri))
        return started

    def _place(self, uri: str) -> Path:
        place = self._server.places.find(uri)
        if place is None:
            raise TargetError(f"{uri} is no file, and not open as Python.", "Save it first")
        return place

    async def _home_of(self, place: Path) -> OpenProject:
        opened = self._server.open.get(place)
        return opened.home if opened and opened.home else await self._server.homes.find(place)

    def _targets(
        self, given: Arguments, action: str, places: Sequence[Path], homes: Sequence[OpenProject]
    ) -> dict[Path, list[Target]]:
        """Return the targets in each project, by its root."""
        targets: dict[Path, list[Target]] = {}
        for place, home in zip(places, homes, strict=True):
            path = home.path_of(place) or place.name
            if place.is_dir():
                target = Target("" if path == "." else path)
            else:
                target = self._at_cursor(given, action, place, path) or given.target(path)
            targets.setdefault(home.root, []).append(target)
        return targets

    def _at_cursor(self, given: Arguments, action: str, place: Path, path: str) -> Target | None:
        """Return the definition around a cursor that has something to do for an action; None for lines or files.

        Raises:
            TargetError: There is nothing to do around the cursor.
        """
        opened = self._server.open.get(place)
        first, last = given.line("range", "start", "line"), given.line("range", "end", "line")
        in_region = (given.maybe("scope") or "region") == "region" and given.maybe("name") is None
        if not in_region or first is None or first != last or not opened or not opened.outline:
            return None
        for spot, line, choice in opened.outline.choices(first, first):
            if choice.action == action and not choice.rewrite:
                return Target(path, spot.name, line + 1, line + 1)
        raise TargetError(f"There is nothing to do for {action} around line {first + 1}.")

    async def _words(self, given: Arguments, asked: str) -> str | None:
        if words := given.maybe("words"):
            return words
        if not self._server.editor.can_ask:
            raise TargetError(f"This needs {asked}, and the editor cannot ask for it.", 'Give it as "words"')
        return await self._server.editor.ask(given.maybe("title") or "Workhorse", asked)

    def _task(self, action: str, targets: Sequence[Target], options: Mapping[str, str]) -> Task:
        settings = self._server.settings
        engine = Engine(settings.engine) if self._server.editor.is_trusted else Engine.RULES
        return Task(action, tuple(targets), engine, options, settings.max_rounds)

    def _start(self, asked: _Asked) -> str:
        async def failed(words: str, hint: str) -> None:
            self._server.editor.say(f"{asked.title}: {words}" + (f" {hint}" if hint else ""))

        request = asyncio.ensure_future(asyncio.to_thread(self._request, asked, dict(self._server.documents)))
        return self._server.tasks.start(asked.home, asked.title, asked.uri, request, self._done, failed)

    def _request(self, asked: _Asked, documents: Mapping[Path, MirroredDocument]) -> TaskRequest:
        settings = self._server.settings
        buffers = read_buffers(asked.home, documents)
        overrides = Overrides(settings.model, settings.url)
        return TaskRequest(asked.task, str(asked.home.root), buffers, overrides, asked.job)

    async def again(self, candidate: Candidate, note: str | None) -> None:
        """Draft a candidate again: with a note, or because the text has changed."""
        task = candidate.task._replace(targets=tuple(self._moved(candidate.home, t) for t in candidate.task.targets))
        asked = _Asked(candidate.home, task, candidate.title, self._uri_of(candidate))
        if note is not None:
            asked = asked._replace(task=task._replace(note=note))
            if candidate.job:
                job = await asyncio.to_thread(reopen_job, candidate.home, candidate.job, note)
                asked = asked._replace(job=job.id)
        self._start(asked)

    def _moved(self, home: OpenProject, target: Target) -> Target:
        """Update the target of a definition that has moved in its document."""
        opened: OpenDocument | None = self._server.open.get(home.root / target.path)
        if not opened or not opened.outline or not target.symbol or target.first is None:
            return target
        found = opened.outline.find(target.symbol, target.first - 1)
        return target._replace(first=found[0] + 1, last=found[0] + 1) if found else target

    def _uri_of(self, candidate: Candidate) -> str:
        path = candidate.changes[0].path if candidate.changes else ""
        opened = self._server.open.get(candidate.home.root / path)
        return opened.document.uri if opened else candidate.home.uri
