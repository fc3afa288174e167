"""Starting tasks: from the menu, again with a note, or again because the text has changed."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from workhorse_core.actions.catalog import takes_option
from workhorse_core.actions.registry import find_action
from workhorse_core.errors import TargetError
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.services.session import Overrides
from workhorse_core.services.workers.protocol import TaskRequest
from workhorse_lsp_server.arguments import Arguments
from workhorse_lsp_server.documents import MirroredDocument
from workhorse_lsp_server.job_records import reopen_job
from workhorse_lsp_server.placement import Candidate
from workhorse_lsp_server.projects import OpenProject, path_of, read_buffers
from workhorse_lsp_server.review_dialog import ReviewDialog

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
    """Makes tasks of requests, and starts them; their candidates go to ``reviewer``."""

    def __init__(self, server: "WorkhorseServer") -> None:
        self._server = server
        self.reviewer = ReviewDialog(server.editor, server.placer, self.again, lambda: server.settings.review)

    async def run(self, given: Arguments) -> str | None:
        """Start a task and return its id; None if the user gave no words.

        Raises:
            WorkhorseError: There is no such action, or the document is not a file.
            JsonRpcInvalidParams: An argument is missing or wrong.
        """
        action = find_action(given.text("action"))
        uri = given.text("uri")
        place = path_of(uri)
        if place is None:
            raise TargetError(f"{uri} is not a file, and only files can be worked on.", "Save it first")
        opened = self._server.open.get(place)
        home = opened.home if opened and opened.home else await self._server.homes.find(place)
        options = given.words("options")
        if action.argument is not None:
            words = await self._words(given, action.argument)
            if words is None:
                return None
            options[action.argument] = words
        if self._server.settings.style and takes_option(action.name, "style"):
            options.setdefault("style", self._server.settings.style)
        target = given.target(home.path_of(place) or place.name)
        asked = _Asked(home, self._task(action.name, target, options), given.maybe("title") or action.title, uri)
        return self._start(asked)

    async def _words(self, given: Arguments, asked: str) -> str | None:
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

        request = asyncio.ensure_future(asyncio.to_thread(self._request, asked, dict(self._server.documents)))
        return self._server.tasks.start(asked.home, asked.title, asked.uri, request, self.reviewer.show, failed)

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
