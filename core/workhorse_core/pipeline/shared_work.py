"""Work that several checks of one candidate need, done once."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from workhorse_core.system.tasks import stop_all

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class SharedWork:
    """Results shared by the checks that run at the same time on one candidate; ``names`` are those checks."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        self._made: dict[Callable[[Any], Any], Any] = {}

    def once(self, make: Callable[[_Given], _Made], given: _Given) -> _Made:
        """Call ``make`` the first time, and return what it made then; ``given`` is the same each time."""
        if make not in self._made:
            self._made[make] = make(given)
        return cast("_Made", self._made[make])

    async def close(self) -> None:
        """Stop the tasks that were made, and wait until they have ended."""
        tasks: list[asyncio.Future[Any]] = [made for made in self._made.values() if isinstance(made, asyncio.Future)]
        await stop_all(tasks)
