"""Handlers of the protocol's requests and notifications, and the server that is made with them."""

import sys
from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from lsprotocol import types as lsp

from workhorse_core.services.workers.pool import WORKER
from workhorse_lsp_server.code_actions import REGION_KIND, SOURCE_KIND, list_code_actions, list_reviews
from workhorse_lsp_server.commands import register_commands
from workhorse_lsp_server.editor_settings import read_settings
from workhorse_lsp_server.placement import PATIENCE, Patience
from workhorse_lsp_server.protocol import HeaderReader, Protocol
from workhorse_lsp_server.server import WorkhorseServer


def make_server(worker: Sequence[str] = WORKER, patience: Patience = PATIENCE) -> WorkhorseServer:
    """Make the server with all its handlers; ``worker`` is the command of a worker process."""
    server = WorkhorseServer(worker, patience)
    _register_documents(server)
    _register_menus(server)
    _register_workspace(server)
    register_commands(server)
    return server


def _register_documents(server: WorkhorseServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.take_up(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        if opened := server.opened(params.text_document.uri):
            server.look_into(opened)
            server.look_for_undo(opened)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        if gone := server.opened(params.text_document.uri):
            del server.open[gone.place]
            if gone.settling:
                gone.settling.cancel()


def _register_menus(server: WorkhorseServer) -> None:
    kinds: list[lsp.CodeActionKind | str] = [REGION_KIND, SOURCE_KIND]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=kinds))
    async def offered(params: lsp.CodeActionParams) -> list[lsp.Command | lsp.CodeAction]:
        found = await server.outline_of(params.text_document.uri)
        if found is None or found.outline is None:
            return []
        actions = list_code_actions(found.outline, params, server.editor.can_ask)
        if found.home and (jobs := server.lenses.jobs_at(found, params.range.start.line)):
            can_choose = server.editor.can_choose
            actions = [*list_reviews(jobs, found.home, params, can_choose, server.was_shown), *actions]
        if not server.editor.can("text_document", "code_action", "code_action_literal_support"):
            return [action.command for action in actions if action.command]
        return [*actions]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    def lenses(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        opened = server.opened(params.text_document.uri)
        return server.lenses.lenses_of(opened) if opened and server.settings.code_lens else []


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
        server.refresh_lenses()

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
            server.start_io(cast("BinaryIO", HeaderReader(sys.stdin.buffer)))
    finally:
        server.workers.kill()
    assert isinstance(server.protocol, Protocol)
    sys.exit(server.protocol.exit_code)
