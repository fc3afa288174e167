"""pygls' JSON-RPC without some of its defects."""

import re
from collections.abc import Callable
from concurrent.futures import InvalidStateError
from contextlib import suppress
from typing import Any, BinaryIO

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from workhorse_lsp_server.documents import MirroredWorkspace

_NOT_INITIALIZED, _INVALID_REQUEST = -32002, -32600
_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*(\d+)\s*", re.IGNORECASE)


class _Futures(dict[Any, Any]):
    """The handlers at work: a shutdown cancels one after another, and each one that is cancelled is removed."""

    def items(self) -> Any:
        """Return a copy of the items."""
        return [*super().items()]


class Protocol(LanguageServerProtocol):
    """The protocol with mirrored documents, its order of messages, and answers to malformed requests."""

    exit_code = 0
    """The code that the process ends with: 1 if it was told to exit without a shutdown."""
    _is_initialized = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._request_futures = _Futures()

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

    def handle_message(self, message: Any) -> None:
        """Handle a message if it comes in its turn; a request out of turn is answered with an error."""
        method = getattr(message, "method", None)
        if method == lsp.EXIT:
            self.exit_code = 0 if self._shutdown else 1
        elif method is not None and (refusal := self._refusal(method)):
            if (request := getattr(message, "id", None)) is not None:
                self._send_response(request, error=refusal)
            return
        super().handle_message(message)

    def _refusal(self, method: str) -> lsp.ResponseError | None:
        """Return why a message may not come now; None if it may."""
        if self._shutdown:
            return lsp.ResponseError(_INVALID_REQUEST, "The server has shut down.")
        if method == lsp.INITIALIZE:
            if self._is_initialized:
                return lsp.ResponseError(_INVALID_REQUEST, "The server is initialized already.")
            self._is_initialized = True
        elif not self._is_initialized:
            return lsp.ResponseError(_NOT_INITIALIZED, "The server is not initialized.")
        return None

    def _execute_handler(
        self, msg_id: Any, handler: Any, callback: Callable[[Any], None], args: Any = None, kwargs: Any = None
    ) -> None:
        """Run a handler, and forget it at its end: pygls keeps those of notifications, 2 kB for each key."""

        def ended(future: Any) -> None:
            self._request_futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, ended, args, kwargs)

    def _check_handler_result(self, future: Any) -> None:
        """Check the end of a notification's handler; one that ended with the server has no result."""
        if not future.cancelled():
            super()._check_handler_result(future)

    def _run_generator(self, future: Any, **named: Any) -> None:
        """Go on after a handler of ours; one that ended with the server has nothing to go on with."""
        if future is None or not future.cancelled():
            super()._run_generator(future, **named)

    def _handle_response(self, *arguments: Any, **named: Any) -> None:
        """Handle a response; one that came after its request was cancelled is ignored (pygls issue 621)."""
        with suppress(InvalidStateError):
            super()._handle_response(*arguments, **named)


class HeaderReader:
    """An input whose header lines are as pygls expects them: it knows one spelling of their names."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner

    def readline(self) -> bytes:
        """Read a line of a header."""
        line = self._inner.readline()
        if found := _LENGTH.fullmatch(line):
            return b"Content-Length: %s\r\n" % found[1]
        return line

    def read(self, size: int = -1) -> bytes:
        """Read a body."""
        return self._inner.read(size)

    def close(self) -> None:
        """Close the input."""
        self._inner.close()
