"""JSON-RPC as pygls has it, less what it gets wrong."""

from concurrent.futures import InvalidStateError
from contextlib import suppress
from typing import Any

from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from workhorse_lsp_server.documents import MirroredWorkspace


class Protocol(LanguageServerProtocol):
    """Keeps documents as LSP means them, answers what it cannot read, and minds no late answers."""

    def install_workspace(self) -> None:
        """Put our documents in the place of those that pygls has just made room for."""
        old = self.workspace
        folders = [*old.folders.values()]
        self._workspace = MirroredWorkspace(old.root_uri, old._sync_kind, folders, old.position_encoding)  # pyright: ignore[reportPrivateUsage]

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read a message; a request that makes no sense is answered, or its sender would wait for ever."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise

    def _handle_response(self, *arguments: Any, **named: Any) -> None:
        """Take an answer; that nobody waits for it any more is no error (pygls issue 621)."""
        with suppress(InvalidStateError):
            super()._handle_response(*arguments, **named)
