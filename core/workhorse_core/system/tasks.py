"""Tasks of asyncio that end together."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

_Result = TypeVar("_Result")


async def await_all(*coroutines: Coroutine[Any, Any, _Result]) -> list[_Result]:
    """Run coroutines at the same time and return their results in order, or raise an error of theirs.

    An error or a cancellation stops the others, and what they clean up is awaited: `asyncio.gather` goes on as soon as
    one of them has ended. `asyncio.TaskGroup` would wrap the error.
    """
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        if tasks:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        await stop_all(tasks)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()):
            raise error
    return [task.result() for task in tasks]


async def stop_all(tasks: Sequence[asyncio.Future[Any]]) -> None:
    """Cancel what is not done of these tasks, and wait until all have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
