import asyncio
import math

import pytest

from workhorse_core.system.tasks import await_all


class Work:
    """Something that takes turns of the loop to do, and to clean up."""

    def __init__(self, turns: float = math.inf, cleaning: int = 0, error: Exception | None = None) -> None:
        self._turns, self._cleaning, self._error = turns, cleaning, error
        self.clean = False

    async def run(self) -> "Work":
        try:
            while self._turns > 0:
                self._turns -= 1
                await asyncio.sleep(0)
            if self._error:
                raise self._error
        finally:
            for _ in range(self._cleaning):
                await asyncio.sleep(0)
            self.clean = True
        return self


async def test_results_come_in_order() -> None:
    slow, quick = Work(turns=9), Work(turns=1)

    assert await await_all(slow.run(), quick.run()) == [slow, quick]


async def test_cancelling_ends_after_the_slowest_clean_up() -> None:
    quick, slow = Work(cleaning=1), Work(cleaning=50)
    task = asyncio.ensure_future(await_all(quick.run(), slow.run()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert quick.clean
    assert slow.clean


async def test_error_stops_the_others_and_is_raised_after_their_clean_up() -> None:
    failing, endless = Work(turns=1, error=ValueError("it")), Work(cleaning=50)

    with pytest.raises(ValueError, match="it"):
        await await_all(failing.run(), endless.run())

    assert endless.clean
