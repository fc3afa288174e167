"""Waiting for a server that is busy or still loading, and how long that is worth."""

from openai import APIError, APIStatusError

from workhorse_core.models.chat.pause import Pause
from workhorse_core.models.privacy.address import Address

LONGEST_PAUSE = 15.0
"""Seconds; a server that asks for more is asked again after this all the same."""

_PATIENCE = {429: 120.0, 502: 10.0, 503: 60.0, 529: 120.0}
"""Seconds that are waited in all, by the status."""

_LOADING_SECONDS = 900.0
"""A large model from a slow disk takes minutes."""

_LOADING = ("loading", "starting", "warming", "not ready")


class Waiting:
    """The waiting for one answer."""

    def __init__(self, address: Address, pause: Pause) -> None:
        self._root = address.root
        self._pause = pause
        self._waited = 0.0
        self._tries = 0

    async def wait(self, error: APIError, words: str) -> bool:
        """Wait before the next try; False if it is not worth it (any more)."""
        if not isinstance(error, APIStatusError) or error.status_code not in _PATIENCE:
            return False
        loads = any(sign in words.lower() for sign in _LOADING)
        patience = _LOADING_SECONDS if loads and error.status_code == 503 else _PATIENCE[error.status_code]
        if self._waited >= patience:
            return False
        if not self._tries:
            state = "is loading its model" if loads else f"is busy ({error.status_code})"
            self._pause.notify(f"The model server at {self._root} {state}; waiting up to {patience:.0f} seconds.")
        seconds = min(_asked_for(error) or 2.0**self._tries, LONGEST_PAUSE, patience - self._waited)
        self._tries += 1
        self._waited += seconds
        await self._pause.sleep(seconds)
        return True


def _asked_for(error: APIStatusError) -> float:
    """Return the seconds of a ``Retry-After`` header, 0 where there is none or it is a date."""
    value = str(error.response.headers.get("retry-after", ""))
    return float(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0.0
