"""Processes by id: start-time tokens, liveness, and ending one.

A process id is reused once its process has ended, so a stored id counts only together with the start time of its
process. psutil reads both on every system; importing it costs 8 ms of CPU, so it is imported on first use.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psutil import Process

PATIENCE = 5.0
"""Seconds a process gets to end after each signal."""
_CLOCK_DRIFT = 2.0
"""Seconds by which the system's clock may be corrected between two readings of the same start time."""


def start_token(pid: int) -> str:
    """Return an opaque start-time token of a process; "" if it has exited or is a zombie."""
    process = _find(pid)
    return "" if process is None else f"{process.create_time():.2f}"


def is_running(pid: int, token: str) -> bool:
    """Return whether the process that had this token still runs under this id."""
    return _find_same(pid, token) is not None


def end_process(pid: int, token: str, patience: float = PATIENCE) -> bool:
    """Terminate a process, kill it if it does not end within ``patience`` seconds, and return whether it is gone.

    A process with another token is left alone: the one that was meant has ended.
    """
    process = _find_same(pid, token)
    return process is None or _end(process, patience)


def _end(process: "Process", patience: float) -> bool:
    """Send one signal after the other until the process is gone; return whether it is."""
    from psutil import Error, wait_procs

    for signal in ("terminate", "kill"):
        with suppress(Error):  # gone, or another user's
            getattr(process, signal)()
        wait_procs([process], timeout=patience)
        if not _is_alive(process):
            return True
    return False


def _find_same(pid: int, token: str) -> "Process | None":
    process = _find(pid)
    try:
        started = float(token)
    except ValueError:
        return None
    if process is None or abs(process.create_time() - started) > _CLOCK_DRIFT:
        return None
    return process


def _find(pid: int) -> "Process | None":
    from psutil import Error, Process

    if pid <= 1:
        return None
    try:
        process = Process(pid)
    except Error:
        return None
    return process if _is_alive(process) else None


def _is_alive(process: "Process") -> bool:
    from psutil import STATUS_ZOMBIE, Error

    try:
        return process.is_running() and process.status() != STATUS_ZOMBIE
    except Error:
        return False
