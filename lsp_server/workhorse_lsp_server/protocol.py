"""pygls' JSON-RPC without three of its defects."""

from concurrent.futures import InvalidStateError
from contextlib import suppress
from typing import Any

from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from workhorse_lsp_server.documents import MirroredWorkspace


class Protocol(LanguageServerProtocol):
    """The protocol with mirrored documents, answers to malformed requests, and late responses ignored."""

    def install_workspace(self) -> None:
        """Replace pygls' workspace by one of mirrored documents."""
        old = self.workspace
        folders = [*old.folders.values()]
        self._workspace = MirroredWorkspace(old.root_uri, old._sync_kind, folders, old.position_encoding)  # pyright: ignore[reportPrivateUsage]

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Decode a message; a malformed request is answered with an error, or its sender would wait for ever."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise

    def _handle_response(self, *arguments: Any, **named: Any) -> None:
        """Handle a response; one that came after its request was cancelled is ignored (pygls issue 621)."""
        with suppress(InvalidStateError):
            super()._handle_response(*arguments, **named)
