"""An HTTP transport that ends a response when it, or one line of it, grows past any use."""

from collections.abc import AsyncIterator
from typing import cast

from httpx2 import AsyncBaseTransport, AsyncByteStream, Request, Response

from workhorse_core.errors import EndpointError

LONGEST_RESPONSE = 64_000_000
"""Bytes of one answer, with the envelope of each token."""

LONGEST_LINE = 4_000_000
"""Bytes; one event is one line, and a tool call may hold a whole file."""

_TAIL = 64


class BoundedStream(AsyncByteStream):
    """The bytes of a response; ``tail`` holds the last of those read."""

    def __init__(self, inner: AsyncByteStream, source: str) -> None:
        self._inner = inner
        self._source = source
        self.tail = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the bytes as they come.

        Raises:
            EndpointError: There are too many.
        """
        total = line = 0
        async for chunk in self._inner:
            total += len(chunk)
            end = chunk.rfind(b"\n")
            line = line + len(chunk) if end < 0 else len(chunk) - end - 1
            if total > LONGEST_RESPONSE or line > LONGEST_LINE:
                raise EndpointError(f"{self._source} sends more than an answer can be.", "Look into the server's log.")
            self.tail = (self.tail + chunk)[-_TAIL:]
            yield chunk

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()


class BoundedTransport(AsyncBaseTransport):
    """A transport around another; a compressed response is refused, since a few bytes of it may unpack to any number.

    Args:
        inner: The transport that opens the connections.
    """

    def __init__(self, inner: AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: Request) -> Response:
        """Send a request whose response must not be compressed, and bound the response.

        Raises:
            EndpointError: It is compressed.
        """
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        source = f"{request.url.scheme}://{request.url.netloc.decode()}"
        if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            await response.aclose()
            raise EndpointError(f"{source} compresses its answers unasked.", "Turn that off in the server.")
        stream = BoundedStream(cast("AsyncByteStream", response.stream), source)
        response.stream = stream
        response.extensions = {**response.extensions, "bounded": stream}
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()


def ends_with(response: Response, mark: bytes) -> bool:
    """Return whether the bytes read so far of a response end with a mark, ignoring trailing white space."""
    stream = response.extensions.get("bounded")
    return isinstance(stream, BoundedStream) and stream.tail.rstrip().endswith(mark)
