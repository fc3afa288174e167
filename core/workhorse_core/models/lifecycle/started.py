"""The record of the model server that ``workhorse up`` has started, and how it is stopped again."""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from time import monotonic, sleep
from typing import Any, cast

from workhorse_core.errors import EndpointError
from workhorse_core.models.privacy.address import Address, admit
from workhorse_core.settings.folders import state_folder

PATIENCE = 10.0
"""Seconds for a server to end by itself."""


@dataclass(frozen=True, slots=True)
class Started:
    """One server that we started.

    ``kind`` is "embedded", "ollama" or "compose". ``pid`` and ``born`` together name its process: a number
    alone is given to another process one day. For compose, ``compose`` is the file and ``profile`` the variant.
    """

    kind: str
    url: str
    model: str = ""
    pid: int = 0
    born: str = ""
    log: str = ""
    compose: str = ""
    profile: str = ""
    size: int = 0


def record_file(environ: Mapping[str, str]) -> Path:
    """Say where the record is."""
    return state_folder(environ) / "server.json"


def read_started(environ: Mapping[str, str]) -> Started | None:
    """Read the record; None where nothing was started, or where it cannot be read."""
    try:
        found: object = json.loads(record_file(environ).read_bytes())
        table = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        known = {item.name: table[item.name] for item in fields(Started) if item.name in table}
        return Started(**known) if _is_sound(known) else None
    except (OSError, ValueError, RecursionError):
        return None


def write_started(started: Started, environ: Mapping[str, str]) -> None:
    """Write the record."""
    write_record(asdict(started), record_file(environ))


def write_record(value: object, path: Path) -> None:
    """Write JSON that nobody else may read; it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        json.dump(value, stream, indent=1)
    Path(name).replace(path)


def forget_started(environ: Mapping[str, str]) -> None:
    """Take the record away."""
    record_file(environ).unlink(missing_ok=True)


def is_alive(started: Started) -> bool:
    """Say whether its process is still the one that we started; for compose, nobody can say without asking."""
    return started.pid > 1 and bool(started.born) and birth_of(started.pid) == started.born


def is_at(started: Started, address: Address) -> bool:
    """Say whether it is the server at this address."""
    return admit(started.url).root == address.root


def stop_process(started: Started) -> bool:
    """End its process, politely first; False where it was gone already.

    Raises:
        EndpointError: It does not end.
    """
    handle = _open_handle(started.pid)  # before the check: from here on the number cannot pass to another process
    try:
        if not is_alive(started):
            return False
        for what in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                _send(handle, started.pid, what)
            if _has_ended(started):
                return True
    finally:
        if handle is not None:
            os.close(handle)
    raise EndpointError(f"The model server (process {started.pid}) does not end.", "End it yourself, then run again")


def birth_of(pid: int) -> str:
    """Say when a process began, in words that are only compared; "" where it is gone, or dead and not yet buried."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return "" if state in "ZX" else f"{boot} {rest[18]}"  # field 22: ticks since the machine started
    except OSError:
        return "" if Path("/proc/self/stat").exists() else _birth_by_ps(pid)


def _birth_by_ps(pid: int) -> str:
    try:
        done = subprocess.run(
            ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    state, _, born = done.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else born.strip()


def _is_sound(known: Mapping[str, object]) -> bool:
    kinds = {"pid": int, "size": int}
    return {"kind", "url"} <= known.keys() and all(
        isinstance(value, kinds.get(name, str)) for name, value in known.items()
    )


def _open_handle(pid: int) -> int | None:
    opener = getattr(os, "pidfd_open", None)  # Linux 5.3
    if opener is None or pid <= 1:
        return None
    try:
        return cast("int", opener(pid))
    except OSError:
        return None


def _send(handle: int | None, pid: int, what: signal.Signals) -> None:
    if handle is not None:
        signal.pidfd_send_signal(handle, what)
    else:
        os.kill(pid, what)


def _has_ended(started: Started) -> bool:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        if not is_alive(started):
            with suppress(ChildProcessError):
                os.waitpid(started.pid, os.WNOHANG)  # it may be our own child
            return True
        sleep(0.02)
    return False
