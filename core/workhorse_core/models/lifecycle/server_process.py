"""The process of a model server that ``workhorse up`` has started: whether it runs, and its end."""

from contextlib import suppress
from os import WNOHANG, waitpid

from workhorse_core.errors import EndpointError
from workhorse_core.models.discovery.started_server import Started
from workhorse_core.system.processes import end_process, is_running

PATIENCE = 10.0
"""Seconds that a server gets to end after each signal."""


def is_alive(started: Started) -> bool:
    """Return whether its process is still the one that we started; False for compose, which has no process of ours."""
    return started.pid > 1 and is_running(started.pid, started.born)


def stop_process(started: Started, patience: float = PATIENCE) -> bool:
    """End its process, politely first; False where it was gone already.

    Args:
        started: The server.
        patience: Seconds that it gets to end after each signal.

    Raises:
        EndpointError: It does not end.
    """
    if not is_alive(started):
        return False
    if not end_process(started.pid, started.born, patience):
        raise EndpointError(
            f"The model server (process {started.pid}) does not end.", "End it yourself, then run again"
        )
    with suppress(ChildProcessError):
        waitpid(started.pid, WNOHANG)  # it may be our own child
    return True
