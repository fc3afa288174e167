"""Code lenses, and where wanted diagnostics, on the regions that waiting jobs touch."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from workhorse_lsp_server.projects import Home, path_of

if TYPE_CHECKING:
    from workhorse_core.jobs.job import Job
    from workhorse_lsp_server.server import Open, WorkhorseServer


class Lenses:
    """What is shown in the text of jobs that wait for their review."""

    def __init__(self, server: "WorkhorseServer") -> None:
        self._server = server
        self._marked: set[Path] = set()
        self._shown: dict[Path, list[tuple[str, int]]] = {}

    def register(self) -> None:
        """Listen to the request for lenses."""

        @self._server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
        def lenses(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
            place = path_of(params.text_document.uri)
            opened = self._server.open.get(place) if place else None
            if opened is None or not self._server.settings.code_lens:
                return []
            return [_lens(opened, job, line) for job, line, _ in self._touched(opened)]

    def refresh(self) -> None:
        """Have the client ask again where something has changed, and mark the regions."""
        now = {place: [(job.id, line) for job, line, _ in self._touched(o)] for place, o in self._server.open.items()}
        if now != self._shown:
            self._shown = now
            if self._server.editor.can("workspace", "code_lens", "refresh_support"):
                self._server.workspace_code_lens_refresh(None)
            self._mark()

    def locate(self, place: Path, name: str, first: int) -> dict[str, Any] | None:
        """Give the range of a definition in an open document; ``first`` is the line where it stood, from 1."""
        opened = self._server.open.get(place)
        found = opened.outline.find(name, first - 1) if opened and opened.outline else None
        if found is None:
            return None
        return {"start": {"line": found[0], "character": 0}, "end": {"line": found[1] + 1, "character": 0}}

    def jobs_at(self, opened: "Open", line: int) -> "list[Job]":
        """List the waiting jobs that touch a definition in which a line (from 0) is."""
        return [job for job, first, last in self._touched(opened) if first <= line <= last]

    def _touched(self, opened: "Open") -> "Iterator[tuple[Job, int, int]]":
        """Give each waiting job with the lines (from 0, both included) where its regions are now."""
        home: Home | None = opened.home
        desk = self._server.desks.get(home.root) if home else None
        if home is None or desk is None:
            return
        path = home.path_of(opened.place)
        for job in desk.watcher.waiting:
            for draft in job.drafts:
                if draft.path == path and draft.parts:
                    found = opened.outline.find(draft.name, draft.first - 1) if opened.outline else None
                    yield job, *(found or (draft.first - 1, draft.last - 1))

    def _mark(self) -> None:
        wanted = self._server.settings.diagnostics
        for place, opened in self._server.open.items():
            found = [_diagnostic(opened, job, line) for job, line, _ in self._touched(opened)] if wanted else []
            if found or place in self._marked:
                self._server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(opened.document.uri, found))
                self._marked.add(place)


def _at(opened: "Open", line: int) -> lsp.Range:
    line = min(line, max(len(opened.document.lines) - 1, 0))
    return lsp.Range(opened.document.position_at(line, 0), opened.document.position_at(line, 1_000_000))


def _lens(opened: "Open", job: "Job", line: int) -> lsp.CodeLens:
    title = f"Workhorse: review {job.task.action} ({job.id})"
    folder = opened.home.uri if opened.home else None
    command = lsp.Command(title, "workhorse.review", arguments=[{"job": job.id, "folder": folder}])
    return lsp.CodeLens(_at(opened, line), command)


def _diagnostic(opened: "Open", job: "Job", line: int) -> lsp.Diagnostic:
    words = f"Job {job.id} waits for your review: {job.task.action}."
    return lsp.Diagnostic(_at(opened, line), words, lsp.DiagnosticSeverity.Information, source="workhorse")
