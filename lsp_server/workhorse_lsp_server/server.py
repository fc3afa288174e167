"""The language server: its state, from open documents to watched projects."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import FeatureNotificationError
from pygls.lsp.server import LanguageServer

from workhorse_core.actions.registry import all_actions
from workhorse_core.errors import WorkhorseError
from workhorse_core.languages.source import MAX_BYTES
from workhorse_core.pipeline.task import Engine
from workhorse_core.services.job_watcher import JobWatcher
from workhorse_core.services.session import Overrides
from workhorse_core.services.workers.pool import WorkerPool
from workhorse_core.system.version import VERSION
from workhorse_lsp_server.candidate import Candidate
from workhorse_lsp_server.converter import make_converter
from workhorse_lsp_server.documents import MirroredDocument, encoding_name
from workhorse_lsp_server.editor import Editor
from workhorse_lsp_server.editor_settings import SECTION, EditorSettings, read_settings
from workhorse_lsp_server.incremental_outline import Outline
from workhorse_lsp_server.job_records import record_turn
from workhorse_lsp_server.landings import Landings, Turn
from workhorse_lsp_server.lenses import Lenses
from workhorse_lsp_server.open_document import OpenDocument, WatchedProject
from workhorse_lsp_server.placement import Patience, Placement, Placer
from workhorse_lsp_server.places import Places
from workhorse_lsp_server.projects import OpenProject, ProjectFinder, path_of
from workhorse_lsp_server.protocol import Protocol
from workhorse_lsp_server.task_runner import TaskRunner
from workhorse_lsp_server.unrecorded import UnrecordedDrafts

_QUIET_SECONDS = 0.3
"""The time after the last keystroke until the whole document is parsed."""
_WATCH_SECONDS = 1.0
_SLICE_SECONDS = 0.002
_STATUS_SECONDS = 0.25
_FIRST_SECONDS = 0.02


class WorkhorseServer(LanguageServer):
    """One editor's server."""

    def __init__(self, worker: Sequence[str], patience: Patience) -> None:
        super().__init__("workhorse", VERSION, protocol_cls=Protocol, converter_factory=make_converter)  # pyright: ignore[reportUnknownMemberType]
        self.editor = Editor(self)
        self.settings = EditorSettings()
        self.open: dict[Path, OpenDocument] = {}
        self.watched: dict[Path, WatchedProject] = {}
        self.homes = ProjectFinder(lambda: self.folders)
        self.workers = WorkerPool(worker)
        self.tasks = TaskRunner(self.editor, self.workers, self.status_changed)
        self.places = Places()
        self.unrecorded = UnrecordedDrafts()
        self.landings = Landings()
        self.lenses = Lenses(self, self.editor, self.open, self.watched, self.unrecorded)
        self.was_shown: Callable[[str], bool] = lambda version: False
        """Returns whether the text of a candidate's version was shown to the user."""
        self._patience = patience
        self._status_due = False
        self._warned: set[str] = set()

    def say_once(self, words: str) -> None:
        """Warn once of a fault that every file of a project has."""
        if words not in self._warned:
            self._warned.add(words)
            self.editor.say(words, lsp.MessageType.Warning)

    # -- documents

    @property
    def documents(self) -> Mapping[Path, MirroredDocument]:
        """The open documents by their files."""
        return {place: opened.document for place, opened in self.open.items()}

    def placer(self) -> Placer:
        """Return what places candidates in the open documents."""
        return Placer(self.editor, self.documents, encoding_name(self.workspace), self._patience)

    @property
    def folders(self) -> list[Path]:
        """The workspace folders."""
        uris = [folder.uri for folder in self.workspace.folders.values()]
        if not uris and self.workspace.root_uri:
            uris = [self.workspace.root_uri]
        return [place.resolve() for uri in uris if (place := path_of(uri))]

    def take_up(self, uri: str) -> None:
        """Find the project of a document that was opened."""
        document = self.workspace.get_text_document(uri)
        if not isinstance(document, MirroredDocument) or (place := self.places.open(document)) is None:
            return
        opened = self.open[place] = OpenDocument(place, document)
        opened.finding = self.tasks.in_background(self._find_home(opened))

    def opened(self, uri: str) -> OpenDocument | None:
        """Return the open document of a URI."""
        place = self.places.find(uri)
        return self.open.get(place) if place else None

    async def outline_of(self, uri: str) -> OpenDocument | None:
        """Return an open document with an outline, once its project is found; None if it has none."""
        found = self.opened(uri)
        if found and found.outline is None and found.finding:
            await asyncio.wait([found.finding])
            self._parse_at_once(found)
        return found if found and found.outline else None

    def _parse_at_once(self, opened: OpenDocument) -> None:
        """Parse what can be parsed in a moment, so that a first menu has the actions of the file."""
        due = asyncio.get_running_loop().time() + _FIRST_SECONDS
        for _ in opened.outline.parse_all() if opened.outline else ():
            if asyncio.get_running_loop().time() > due:
                return

    async def _find_home(self, opened: OpenDocument) -> None:
        finding = self.homes.look_for(opened.place)
        await asyncio.sleep(0)
        all_actions()  # imported while git answers
        try:
            home = await asyncio.shield(finding)
        except WorkhorseError as error:
            self.say_once(f"{error.message} {error.hint}".strip())
            return
        opened.home = home
        self.tasks.in_background(self.watch(home))
        self.look_into(opened)

    def look_into(self, opened: OpenDocument) -> None:
        """Divide a Python document, and parse its pieces when there is time."""
        if opened.home is None or not _is_python(opened) or _is_unworkable(opened.document):
            return
        path = opened.home.path_of(opened.place) or opened.place.name
        if opened.outline is None:
            opened.outline = Outline(path, opened.document.lines, opened.home.config)
            opened.document.on_change = opened.outline.change
        if opened.settling:
            opened.settling.cancel()
        opened.settling = asyncio.create_task(self._settle(opened, opened.outline))

    async def _settle(self, opened: OpenDocument, outline: Outline) -> None:
        loop = asyncio.get_running_loop()
        version = opened.document.version
        await asyncio.sleep(_QUIET_SECONDS if opened.settling else 0)
        due = loop.time() + _SLICE_SECONDS
        for _ in outline.parse_all():
            if loop.time() > due:
                await asyncio.sleep(_SLICE_SECONDS)  # other work gets as much time
                due = loop.time() + _SLICE_SECONDS
            if opened.document.version != version:
                return
        self.refresh_lenses()

    def refresh_lenses(self) -> None:
        """Refresh the marks of waiting jobs in the text."""
        self.lenses.refresh(self.settings.diagnostics)

    def landed(self, candidate: Candidate, placed: Placement) -> None:
        """Watch a landing that lies in buffers alone; it may be undone already."""
        self.landings.remember(candidate.home, candidate.id, placed.before, placed.after)
        for place in placed.before:
            if opened := self.open.get(place):
                self.look_for_undo(opened)

    def look_for_undo(self, opened: OpenDocument) -> None:
        """Record a landing that its user takes back, or does again, with the editor's own undo."""
        for turn in self.landings.turns(opened.place, opened.document.lines):
            self.tasks.in_background(self._record(turn))

    async def _record(self, turn: Turn) -> None:
        try:
            await asyncio.to_thread(record_turn, *turn)
        except WorkhorseError as error:
            self.editor.log(error.message)

    # -- projects

    async def watch_folders(self) -> None:
        """Watch the projects of the workspace folders, with or without open files."""
        for folder in self.folders:
            try:
                home = await self.homes.find(folder)
            except WorkhorseError as error:
                self.say_once(f"{error.message} {error.hint}".strip())
            else:
                self.tasks.in_background(self.watch(home))

    async def watch(self, home: OpenProject) -> None:
        """Watch a project's jobs from now on."""
        if home.root in self.watched or home.repository is None:
            return
        project = self.watched[home.root] = WatchedProject(home, JobWatcher(home.repository))
        while True:
            try:
                async for _ in project.watcher.changes(_WATCH_SECONDS):
                    self.jobs_changed(home)
            except WorkhorseError as error:
                self.editor.log(f"{error.message} {error.hint}")
                await asyncio.sleep(_WATCH_SECONDS)

    def jobs_changed(self, home: OpenProject) -> None:
        """Notify the client that a project has other jobs."""
        self.editor.notify("workhorse/jobsChanged", {"folder": home.uri})
        self.refresh_lenses()
        self.status_changed()

    def status_changed(self) -> None:
        """Notify the client soon, and not of each small step."""
        if not self._status_due:
            self._status_due = True
            asyncio.get_running_loop().call_later(_STATUS_SECONDS, self._notify_status)

    def _notify_status(self) -> None:
        self._status_due = False
        self.editor.notify("workhorse/statusChanged", self.status())

    def status(self) -> dict[str, Any]:
        """Return a ``Status``."""
        running = [
            {
                "task": task.id,
                "title": task.title,
                "uri": task.uri,
                "job": task.progress.job,
                "percentage": task.progress.percentage,
                "message": task.progress.message,
            }
            for task in self.tasks.running.values()
        ]
        waiting = sum(len(project.watcher.waiting) for project in self.watched.values()) + len(self.unrecorded.waiting)
        return {"version": VERSION, **self.tasks.model._asdict(), "running": running, "waiting": waiting}

    # -- settings

    def take_settings(self, given: object) -> None:
        """Apply the client's settings, and name the wrong ones."""
        self.settings, wrong = read_settings(given)
        if wrong:
            self.editor.say("\n".join(wrong), lsp.MessageType.Warning)

    async def fetch_settings(self) -> None:
        """Request the client's settings, if it has a configuration."""
        if self.editor.can("workspace", "configuration"):
            given = await self.editor.configuration(SECTION)
            if given is not None:
                self.take_settings(given)

    def look_for_endpoint(self) -> None:
        """Find the model in the background, if the client shows it."""
        if self.editor.shows_status:
            self.tasks.in_background(self.find_model())

    async def find_model(self) -> None:
        """Find the model that a task would ask."""
        asks = self.settings.engine != Engine.RULES and self.editor.is_trusted
        await self.tasks.look_for_model(Overrides(self.settings.model, self.settings.url) if asks else None)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log an error in a notification, which has no answer."""
        if source is FeatureNotificationError:  # an error of sending could not be sent either
            self.editor.log(f"{type(error).__name__}: {error}")


def _is_python(opened: OpenDocument) -> bool:
    return opened.place.suffix in (".py", ".pyi") or opened.document.language_id == "python"


def _is_unworkable(document: MirroredDocument) -> bool:
    """Return whether a document is too large or binary, as the core would refuse it."""
    return len(document.source) > MAX_BYTES or "\0" in document.source
