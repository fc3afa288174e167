"""Code lenses, and diagnostics if they are enabled, on the regions of waiting jobs."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from workhorse_lsp_server.projects import OpenProject

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

    from workhorse_core.jobs.job import Job
    from workhorse_lsp_server.candidate import Candidate
    from workhorse_lsp_server.editor import Editor
    from workhorse_lsp_server.open_document import OpenDocument, WatchedProject
    from workhorse_lsp_server.unrecorded import UnrecordedDrafts


class Lenses:
    """The marks of waiting jobs in the text."""

    def __init__(
        self,
        server: "LanguageServer",
        editor: "Editor",
        documents: Mapping[Path, "OpenDocument"],
        watched: Mapping[Path, "WatchedProject"],
        unrecorded: "UnrecordedDrafts",
    ) -> None:
        self._server = server
        self._editor = editor
        self._open = documents
        self._watched = watched
        self._unrecorded = unrecorded
        self._marked: set[Path] = set()
        self._shown: dict[Path, list[tuple[str, int]]] = {}

    def lenses_of(self, opened: "OpenDocument") -> list[lsp.CodeLens]:
        """List the lenses of a document."""
        return [_lens(opened, job, line) for job, line, _ in self._touched(opened)]

    def refresh(self, diagnostics: bool) -> None:
        """Ask the client to refresh its lenses if they have changed, and publish diagnostics if they are wanted."""
        now = {place: [(job.id, line) for job, line, _ in self._touched(o)] for place, o in self._open.items()}
        if now != self._shown:
            self._shown = now
            if self._editor.can("workspace", "code_lens", "refresh_support"):
                self._server.workspace_code_lens_refresh(None)
            self._mark(diagnostics)

    def locate(self, place: Path, name: str, first: int) -> dict[str, Any] | None:
        """Return the range of a definition in an open document; ``first`` is its former line, from 1."""
        opened = self._open.get(place)
        found = opened.outline.find(name, first - 1) if opened and opened.outline else None
        if found is None:
            return None
        return {"start": {"line": found[0], "character": 0}, "end": {"line": found[1] + 1, "character": 0}}

    def jobs_at(self, opened: "OpenDocument", line: int) -> "list[Job | Candidate]":
        """List the waiting jobs that touch the definition around a line (from 0)."""
        return [job for job, first, last in self._touched(opened) if first <= line <= last]

    def _touched(self, opened: "OpenDocument") -> "Iterator[tuple[Job | Candidate, int, int]]":
        """Yield each waiting job with the present lines (from 0, both included) of its regions."""
        home: OpenProject | None = opened.home
        if home is None:
            return
        project = self._watched.get(home.root)
        kept = [draft for draft in self._unrecorded.waiting if draft.home.root == home.root]
        waiting: list[Job | Candidate] = [*(project.watcher.waiting if project else ()), *kept]
        path = home.path_of(opened.place)
        for job in waiting:
            for draft in job.drafts:
                if draft.path == path and draft.parts:
                    found = opened.outline.find(draft.name, draft.first - 1) if opened.outline else None
                    yield job, *(found or (draft.first - 1, draft.last - 1))

    def _mark(self, wanted: bool) -> None:
        for place, opened in self._open.items():
            found = [_diagnostic(opened, job, line) for job, line, _ in self._touched(opened)] if wanted else []
            if found or place in self._marked:
                self._server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(opened.document.uri, found))
                self._marked.add(place)


def _at(opened: "OpenDocument", line: int) -> lsp.Range:
    line = min(line, max(len(opened.document.lines) - 1, 0))
    return lsp.Range(opened.document.position_at(line, 0), opened.document.position_at(line, 1_000_000))


def _lens(opened: "OpenDocument", job: "Job | Candidate", line: int) -> lsp.CodeLens:
    title = f"Workhorse: review the drafted {job.task.action}"
    folder = opened.home.uri if opened.home else None
    command = lsp.Command(title, "workhorse.review", arguments=[{"job": job.id, "folder": folder}])
    return lsp.CodeLens(_at(opened, line), command)


def _diagnostic(opened: "OpenDocument", job: "Job | Candidate", line: int) -> lsp.Diagnostic:
    words = f"Job {job.id} waits for your review: {job.task.action}."
    return lsp.Diagnostic(_at(opened, line), words, lsp.DiagnosticSeverity.Information, source="workhorse")
