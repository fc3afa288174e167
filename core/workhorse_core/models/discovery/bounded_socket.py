"""A socket whose reader ends a response that is too long or takes too long, whatever it consists of.

The standard library's timeout counts from one byte to the next, and its limits are for a line: endless interim
responses, trailers or a byte now and then would be read for ever.
"""

import io
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class BoundedSocket:
    """A connected socket as ``http.client`` uses it.

    Args:
        inner: The socket itself.
        silence: Seconds between two bytes.
        until: The time by the monotonic clock at which everything must have come.
        most: The bytes that may come in all.
        clock: The monotonic clock.
    """

    def __init__(
        self, inner: Any, silence: float, until: float, most: int, clock: Callable[[], float] = monotonic
    ) -> None:
        self._inner = inner
        self._limits = silence, until, most, clock
        self._is_read = False

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return the reader of the response."""
        assert mode == "rb"
        self._is_read = True
        return io.BufferedReader(cast("io.RawIOBase", _BoundedReader(self._inner, *self._limits)))

    def close(self) -> None:
        """Close the connection; one that is being read is closed with its reader."""
        if not self._is_read:
            self._inner.close()


class _BoundedReader(io.RawIOBase):
    def __init__(self, inner: Any, silence: float, until: float, most: int, clock: Callable[[], float]) -> None:
        super().__init__()
        self._inner = inner
        self._silence = silence
        self._clock = clock
        self._until = until
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        left = self._until - self._clock()
        if left <= 0:
            raise TimeoutError("it takes too long")
        if self._left <= 0:
            raise ConnectionError("it sends too much")
        self._inner.settimeout(min(self._silence, left))
        count = int(self._inner.recv_into(buffer))
        self._left -= count
        return count

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
        super().close()
