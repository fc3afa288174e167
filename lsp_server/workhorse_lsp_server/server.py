"""The language server and its handlers."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from lsprotocol import types as lsp
from pygls.exceptions import FeatureNotificationError
from pygls.lsp.server import LanguageServer

from workhorse_core.actions.registry import all_actions
from workhorse_core.errors import WorkhorseError
from workhorse_core.languages.source import MAX_BYTES
from workhorse_core.services.job_watcher import JobWatcher
from workhorse_core.services.workers.pool import WORKER, WorkerPool
from workhorse_core.system.version import VERSION
from workhorse_lsp_server.code_actions import REGION_KIND, SOURCE_KIND, list_code_actions, list_reviews
from workhorse_lsp_server.converter import make_converter
from workhorse_lsp_server.documents import MirroredDocument, encoding_name
from workhorse_lsp_server.editor import Editor
from workhorse_lsp_server.editor_settings import SECTION, EditorSettings, read_settings
from workhorse_lsp_server.incremental_outline import Outline
from workhorse_lsp_server.lenses import Lenses
from workhorse_lsp_server.placement import PATIENCE, Patience, Placer
from workhorse_lsp_server.projects import OpenProject, ProjectFinder, path_of
from workhorse_lsp_server.protocol import Protocol
from workhorse_lsp_server.task_runner import TaskRunner

_QUIET_SECONDS = 0.3
"""The time after the last keystroke until the whole document is parsed."""
_WATCH_SECONDS = 1.0
_SLICE_SECONDS = 0.002
_STATUS_SECONDS = 0.25


@dataclass(slots=True)
class OpenDocument:
    """One open document. ``home`` is its project, None until it is found, and if it cannot be."""

    place: Path
    document: MirroredDocument
    home: OpenProject | None = None
    outline: Outline | None = None
    settling: asyncio.Task[None] | None = field(default=None, repr=False)


class WatchedProject(NamedTuple):
    """A project whose jobs are watched."""

    home: OpenProject
    watcher: JobWatcher


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
        self.tasks = TaskRunner(self, self.editor, self.workers)
        self.lenses = Lenses(self)
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
        document, place = self.workspace.get_text_document(uri), path_of(uri)
        if place is None or not isinstance(document, MirroredDocument):
            return
        opened = self.open[place] = OpenDocument(place, document)
        self.tasks.in_background(self._find_home(opened))

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
        if opened.home is None or opened.place.suffix not in (".py", ".pyi") or _is_unworkable(opened.document):
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
        for _ in outline.settle():
            if loop.time() > due:
                await asyncio.sleep(_SLICE_SECONDS)  # other work gets as much time
                due = loop.time() + _SLICE_SECONDS
            if opened.document.version != version:
                return
        self.lenses.refresh()

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
                    self.editor.notify("workhorse/jobsChanged", {"folder": home.uri})
                    self.lenses.refresh()
                    self.status_changed()
            except WorkhorseError as error:
                self.editor.log(f"{error.message} {error.hint}")
                await asyncio.sleep(_WATCH_SECONDS)

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
        waiting = sum(len(project.watcher.waiting) for project in self.watched.values())
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
            self.tasks.in_background(self.tasks.look_for_model())

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log an error in a notification, which has no answer."""
        if source is FeatureNotificationError:  # an error of sending could not be sent either
            self.editor.log(f"{type(error).__name__}: {error}")


def _is_unworkable(document: MirroredDocument) -> bool:
    """Return whether a document is too large or binary, as the core would refuse it."""
    return len(document.source) > MAX_BYTES or "\0" in document.source


def make_server(worker: Sequence[str] = WORKER, patience: Patience = PATIENCE) -> WorkhorseServer:
    """Make the server with all its handlers; ``worker`` is the command of a worker process."""
    from workhorse_lsp_server.commands import register_commands

    server = WorkhorseServer(worker, patience)
    _register_documents(server)
    _register_workspace(server)
    register_commands(server)
    server.lenses.register()
    return server


def _register_documents(server: WorkhorseServer) -> None:
    kinds: list[lsp.CodeActionKind | str] = [REGION_KIND, SOURCE_KIND]

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.take_up(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        place = path_of(params.text_document.uri)
        if place in server.open:
            server.look_into(server.open[place])

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        place = path_of(params.text_document.uri)
        if place and (gone := server.open.pop(place, None)) and gone.settling:
            gone.settling.cancel()

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=kinds))
    def offered(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        place = path_of(params.text_document.uri)
        found = server.open.get(place) if place else None
        if found is None or found.outline is None:
            return []
        actions = list_code_actions(found.outline, params, server.editor.can_ask)
        if not server.editor.can_choose and found.home:
            actions = [
                *list_reviews(server.lenses.jobs_at(found, params.range.start.line), found.home, params),
                *actions,
            ]
        return actions


def _register_workspace(server: WorkhorseServer) -> None:
    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        assert isinstance(server.protocol, Protocol)
        server.protocol.install_workspace()
        server.settings, _ = read_settings(params.initialization_options)
        for folder in server.folders:
            server.homes.look_for(folder)  # while the client prepares its next message

    @server.feature(lsp.INITIALIZED)
    async def initialized(params: lsp.InitializedParams) -> None:
        await server.fetch_settings()
        server.look_for_endpoint()
        await server.watch_folders()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def moved(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        await server.watch_folders()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configured(params: lsp.DidChangeConfigurationParams) -> None:
        given: object = params.settings
        if given:
            server.take_settings(given)
        else:
            await server.fetch_settings()
        server.look_for_endpoint()
        server.lenses.refresh()

    @server.feature(lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def cancelled(params: lsp.WorkDoneProgressCancelParams) -> None:
        server.tasks.cancel(str(params.token))

    @server.feature(lsp.SHUTDOWN)
    async def shut_down(_: Any) -> None:
        await server.tasks.cancel_all()
        await server.workers.close()


def serve(
    address: tuple[str, int] | None = None, worker: Sequence[str] = WORKER, patience: Patience = PATIENCE
) -> None:
    """Serve standard input and output, or one client at an address."""
    server = make_server(worker, patience)
    try:
        if address:
            server.start_tcp(*address)
        else:
            server.start_io()
    finally:
        server.workers.kill()
