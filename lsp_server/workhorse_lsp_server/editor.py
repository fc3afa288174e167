"""The client: its capabilities, and requests to it. It may answer late, wrongly or never."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

_METHOD_NOT_FOUND = -32601
_APPLY_SECONDS = 600.0
"""A preview may stay open for a long time."""
_PROMPT_SECONDS = 5.0
"""For requests that an editor answers without its user."""
_LINE = 43
"""Cells of a message behind ``LSP[workhorse][Warning]``: in 80 columns Neovim waits for a key after more, and takes one
that was typed."""


def _get(value: object, *names: str) -> Any:
    for name in names:
        value = (
            cast("Mapping[str, object]", value).get(name) if isinstance(value, Mapping) else getattr(value, name, None)
        )
    return value


class Editor:
    """One connected client."""

    def __init__(self, server: "LanguageServer") -> None:
        self._server = server
        self.can_choose = True
        """Whether it shows messages with buttons. There is no capability for that: Helix answers MethodNotFound."""

    # -- capabilities

    def can(self, *names: str) -> bool:
        """Return whether it has a capability, by its path: ("window", "work_done_progress")."""
        return bool(_get(self._server.client_capabilities, *names))

    def _announces(self, name: str) -> object:
        return _get(self._server.client_capabilities.experimental, "workhorse", name)

    @property
    def is_trusted(self) -> bool:
        """Whether the window may start tools and ask models."""
        return self._announces("trusted") is not False

    @property
    def can_ask(self) -> bool:
        """Whether it can ask its user for words."""
        return self._announces("ask") is True

    @property
    def can_show_diff(self) -> bool:
        """Whether it opens diffs by itself."""
        return self._announces("showDiff") is True

    @property
    def shows_drafts(self) -> bool:
        """Whether it shows by itself that a draft waits."""
        return self._announces("drafted") is True

    @property
    def shows_status(self) -> bool:
        """Whether it shows which model would be asked: finding it costs a process."""
        return self._announces("status") is True or self.can_show_diff

    @property
    def can_preview(self) -> bool:
        """Whether its user can confirm annotated edits before they are made."""
        return self.can("workspace", "workspace_edit", "change_annotation_support")

    def can_make(self, kind: lsp.ResourceOperationKind) -> bool:
        """Return whether it can create, rename or delete files."""
        kinds = _get(self._server.client_capabilities, "workspace", "workspace_edit", "resource_operations") or ()
        return kind in kinds

    # -- requests

    def say(self, words: str, kind: lsp.MessageType = lsp.MessageType.Info) -> None:
        """Show a message of one short line; the log has the whole of a longer one."""
        line = words if self._announces("messages") is True else _one_line(words)
        if line != words:
            kept = min(kind, lsp.MessageType.Warning)  # by default, Neovim's log leaves out what is less
            self._server.window_log_message(lsp.LogMessageParams(kept, words))
        self._server.window_show_message(lsp.ShowMessageParams(kind, line))

    def show_text(self, words: str) -> None:
        """Show a text of any length that its user asked to read."""
        self._server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, words))

    def log(self, words: str) -> None:
        """Write a line into its log."""
        self._server.window_log_message(lsp.LogMessageParams(lsp.MessageType.Log, words))

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        """Send a notification of our own, to a client that announced that it knows any."""
        if _get(self._server.client_capabilities.experimental, "workhorse") is None:
            return
        self._server.protocol.notify(method, dict(params))

    async def choose(self, words: str, options: Sequence[str]) -> str | None:
        """Ask the user to choose; None if the question was dismissed or cannot be shown."""
        items = [lsp.MessageActionItem(option) for option in options]
        params = lsp.ShowMessageRequestParams(lsp.MessageType.Info, words, items)
        try:
            chosen = await self._server.window_show_message_request_async(params)
        except JsonRpcException as error:
            self.can_choose = self.can_choose and error.code != _METHOD_NOT_FOUND
            return None
        except asyncio.InvalidStateError:
            return None
        title = _get(chosen, "title")
        return title if title in options else None

    async def ask(self, title: str, prompt: str, value: str = "") -> str | None:
        """Ask the user for words; None if there is no answer."""
        asked = {"title": title, "prompt": prompt, "value": value}
        answer = await self._request(self._server.protocol.send_request_async("workhorse/ask", asked), None)
        words = _get(answer, "value")
        return words.strip() or None if isinstance(words, str) else None

    async def apply(self, edit: lsp.WorkspaceEdit, label: str) -> bool:
        """Send an edit, and return whether the editor reports it as applied; read the documents back to be sure."""
        params = lsp.ApplyWorkspaceEditParams(edit, label)
        answer = await self._request(self._server.workspace_apply_edit_async(params), _APPLY_SECONDS)
        return bool(_get(answer, "applied"))

    async def show(self, uri: str) -> bool:
        """Open a document in the editor; return whether it did."""
        if not self.can("window", "show_document", "support"):
            return False
        params = lsp.ShowDocumentParams(uri, take_focus=True)
        return bool(
            _get(await self._request(self._server.window_show_document_async(params), _PROMPT_SECONDS), "success")
        )

    async def configuration(self, section: str) -> object:
        """Request a section of its settings; None if it has none or does not answer."""
        params = lsp.ConfigurationParams([lsp.ConfigurationItem(section=section)])
        answer = await self._request(self._server.workspace_configuration_async(params), _PROMPT_SECONDS)
        found: object = answer[0] if answer else None
        return found

    async def create_progress(self, token: str) -> bool:
        """Ask for a place to show progress."""
        if not self.can("window", "work_done_progress"):
            return False
        params = lsp.WorkDoneProgressCreateParams(token)
        asked = self._server.window_work_done_progress_create_async(params)
        missing = object()
        return await self._request(asked, _PROMPT_SECONDS, missing) is not missing

    def report(
        self, token: str, value: lsp.WorkDoneProgressBegin | lsp.WorkDoneProgressReport | lsp.WorkDoneProgressEnd
    ) -> None:
        """Send a step of a progress."""
        self._server.protocol.notify(lsp.PROGRESS, lsp.ProgressParams(token, value))

    async def _request(self, asked: Any, seconds: float | None, otherwise: object = None) -> Any:
        with suppress(TimeoutError, JsonRpcException, asyncio.InvalidStateError):
            async with asyncio.timeout(seconds):
                return await asked
        return otherwise


def _one_line(words: str) -> str:
    """Return the words in one line, cut where they are too long."""
    line = " ".join(words.split())
    if _cells(line) <= _LINE:
        return line
    line = line[:_LINE]
    while _cells(line) >= _LINE:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _cells(line: str) -> int:
    """Return the width of a line in a terminal."""
    from unicodedata import east_asian_width  # deferred: few sessions have a message

    return sum(2 if east_asian_width(character) in "WF" else 1 for character in line)
