"""Placing a candidate in the editor's buffers, and reading them back."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from workhorse_core.change.patch import FileChange
from workhorse_core.languages.registry import source_of
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_lsp_server.candidate import Candidate
from workhorse_lsp_server.documents import MirroredDocument, split_lines, units_of
from workhorse_lsp_server.projects import uri_of
from workhorse_lsp_server.rebase_edits import Stale, TextChange, make_changes, minimal_change, rebase_edits

if TYPE_CHECKING:
    from workhorse_lsp_server.editor import Editor


Operation = lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile


class Patience(NamedTuple):
    """How long an editor may take to send the change of an edit that it has answered, in seconds.

    ``changed`` is for a document that has changed already (Neovim takes 150 ms), ``silent`` for one that has not
    (Eglot waits until its user has rested for half a second), ``refused`` for an edit that was refused.
    """

    changed: float = 2.0
    silent: float = 10.0
    refused: float = 0.2


PATIENCE = Patience()


class Placement(NamedTuple):
    """A candidate as edits of the present buffers.

    ``held`` are the paths that the editor takes; the others land in the work tree. ``before`` and ``after`` are the
    texts of the open documents, ``versions`` their versions before.
    """

    edit: lsp.WorkspaceEdit
    held: tuple[str, ...]
    before: Mapping[Path, str]
    after: Mapping[Path, str]
    versions: Mapping[Path, int | None]


class Placer:
    """Places candidates in the open documents."""

    def __init__(
        self,
        editor: "Editor",
        documents: Mapping[Path, MirroredDocument],
        encoding: str,
        patience: Patience = PATIENCE,
    ) -> None:
        self._editor = editor
        self._documents = documents
        self._encoding = encoding
        self._patience = patience

    def place(self, candidate: Candidate, confirm: bool) -> Placement | Stale:
        """Make the edit; stale if the user has typed in the drafted regions.

        Args:
            candidate: The candidate to place.
            confirm: Whether the user confirms each region.
        """
        operations: list[Operation] = []
        annotations: dict[str, lsp.ChangeAnnotation] = {}
        held: list[str] = []
        before: dict[Path, str] = {}
        after: dict[Path, str] = {}
        for change in candidate.changes:
            place = candidate.home.root / (change.moved_from or change.path)
            document = self._documents.get(place)
            uri = document.uri if document else uri_of(place)
            drafts = [draft for draft in candidate.drafts if draft.path == (change.moved_from or change.path)]
            if not self._takes(change, document is not None, candidate):
                continue
            text = document.source if document else _text(change)
            changes = rebase_edits(change, drafts, text)
            if isinstance(changes, Stale):
                return changes
            held.append(change.path)
            if document:
                before[place], after[place] = text, make_changes(text, changes)
            lines = document.lines if document else split_lines(text)
            version = document.version if document else None
            if change.before is None:
                operations.append(lsp.CreateFile(uri, options=lsp.CreateFileOptions(ignore_if_exists=True)))
            edits = [self._edit(lines, each, confirm, annotations, change.path) for each in changes]
            if edits:
                identifier = lsp.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
                operations.append(lsp.TextDocumentEdit(identifier, edits))
            if change.moved_from:
                operations.append(lsp.RenameFile(uri, uri_of(candidate.home.root / change.path)))
        return Placement(self._edit_of(operations, annotations), tuple(held), before, after, self._versions())

    def _edit_of(
        self, operations: list[Operation], annotations: dict[str, lsp.ChangeAnnotation] | None = None
    ) -> lsp.WorkspaceEdit:
        """Make an edit in the form that the editor announced: with versions, or as plain changes."""
        told = ("document_changes", "resource_operations")  # these only exist among document changes
        if any(self._editor.can("workspace", "workspace_edit", name) for name in told):
            return lsp.WorkspaceEdit(document_changes=operations, change_annotations=annotations or None)
        edited = [each for each in operations if isinstance(each, lsp.TextDocumentEdit)]
        return lsp.WorkspaceEdit(changes={each.text_document.uri: _plain(each.edits) for each in edited})

    def _takes(self, change: FileChange, is_open: bool, candidate: Candidate) -> bool:
        """Return whether the editor takes a change, by what it announced; else it lands in the work tree.

        A file that is not open lands there too, unless it is new, or lies outside of git.
        """
        if not self._editor.can("workspace", "apply_edit"):
            return False
        if change.moved_from and not self._editor.can_make(lsp.ResourceOperationKind.Rename):
            return False
        if is_open:
            return True
        if change.before is None:
            return self._editor.can_make(lsp.ResourceOperationKind.Create)
        return candidate.job is None

    def _edit(
        self,
        lines: Sequence[str],
        change: TextChange,
        confirm: bool,
        annotations: dict[str, lsp.ChangeAnnotation],
        path: str,
    ) -> lsp.TextEdit | lsp.AnnotatedTextEdit:
        place = lsp.Range(self._position(lines, change.start), self._position(lines, change.end))
        if not confirm:
            return lsp.TextEdit(place, change.new)
        name = change.name or path
        annotations.setdefault(name, lsp.ChangeAnnotation(f"Workhorse: {name}", True, path))
        return lsp.AnnotatedTextEdit(name, place, change.new)

    def _position(self, lines: Sequence[str], offset: int) -> lsp.Position:
        for number, line in enumerate(lines):
            if offset < len(line):
                return lsp.Position(number, units_of(self._encoding)(line[:offset]))
            offset -= len(line)
        if lines and lines[-1][-1] not in "\r\n":
            return lsp.Position(len(lines) - 1, units_of(self._encoding)(lines[-1]))
        return lsp.Position(len(lines), 0)

    def has_unsaved(self, candidate: Candidate, placed: Placement) -> bool:
        """Return whether a file that lands in the work tree is open with another text: saving that would undo it."""
        for change in candidate.changes:
            place = candidate.home.root / (change.moved_from or change.path)
            document = self._documents.get(place)
            if document and change.path not in placed.held and not _is_saved(document, place):
                return True
        return False

    async def read_back(self, placed: Placement, taken: bool) -> list[Path]:
        """Return the documents that differ from the edit, after waiting for their changes.

        Args:
            placed: The edit.
            taken: Whether the editor reported it as applied; then its changes are awaited longer.
        """
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while True:
            wrong = [place for place, text in placed.after.items() if self._text(place) != text]
            silent = any(self._version(place) == placed.versions.get(place) for place in wrong)
            patience = self._patience
            longest = patience.refused if not taken else patience.silent if silent else patience.changed
            if not wrong or loop.time() - begun > longest:
                return wrong
            await asyncio.sleep(0.01)

    def texts(self, placed: Placement) -> dict[Path, str | None]:
        """Return the present texts of an edit's documents; None for one that is not open any more."""
        return {place: self._text(place) for place in placed.before}

    def untouched(self, placed: Placement) -> bool:
        """Return whether no document was changed."""
        return self.texts(placed) == placed.before

    async def undo(self, placed: Placement) -> bool:
        """Restore every document, and return whether all are restored."""
        operations: list[Operation] = []
        for place, text in placed.before.items():
            if (document := self._documents.get(place)) is None or document.source == text:
                continue
            change = minimal_change(document.source, text)
            edit = self._edit(document.lines, change, False, {}, "")
            identifier = lsp.OptionalVersionedTextDocumentIdentifier(uri=document.uri, version=document.version)
            operations.append(lsp.TextDocumentEdit(identifier, [edit]))
        back = Placement(self._edit_of(operations), placed.held, {}, placed.before, self._versions())
        taken = await self._editor.apply(back.edit, "Workhorse: undo")
        return not await self.read_back(back, taken)

    def _versions(self) -> dict[Path, int | None]:
        return {place: document.version for place, document in self._documents.items()}

    def _version(self, place: Path) -> int | None:
        document = self._documents.get(place)
        return document.version if document else None

    def _text(self, place: Path) -> str | None:
        document = self._documents.get(place)
        return document.source if document else None


def _is_saved(document: MirroredDocument, place: Path) -> bool:
    try:
        saved = split_lines(source_of(place.name, place.read_bytes()).text)
    except OSError:
        return False
    return [line.rstrip("\r\n") for line in document.lines] == [line.rstrip("\r\n") for line in saved]


def _text(change: FileChange) -> str:
    return source_of(change.path, change.before or b"").text


def _plain(edits: Sequence[lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit]) -> list[lsp.TextEdit]:
    return [lsp.TextEdit(each.range, each.new_text) for each in edits if not isinstance(each, lsp.SnippetTextEdit)]
