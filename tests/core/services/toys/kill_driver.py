"""Kills the journeys of toys at chosen instants: one process that has imported everything forks each victim.

Usage: python -Im core.services.toys.kill_driver FOLDER JOURNEY STEP FIRST. An instant is something that Python audits
in the victim (a process started, a file opened for writing, moved or removed), or is before or after an event of the
ledger. The victims are killed at every STEP-th of them, from FIRST on. Prints one JSON object: how often which status
was found after a kill.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.services.toys.journey import JOURNEYS, Journey, go_on, register
from support.killing import leftovers, reaping
from support.repository import make_repository, seal
from support.waiting import wait_until
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import JobStatus, read_jobs
from workhorse_core.jobs.ledger import EventKind, Ledger
from workhorse_core.system.serialization import Row

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_LEDGER = "workhorse.ledger"
_WATCHED = frozenset({_LEDGER, "subprocess.Popen", "os.posix_spawn", "os.rename", "os.remove", "os.mkdir", "os.link"})


def main() -> None:
    folder, name, step, first = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    seal(folder / "home")
    register()
    _audit_ledger()
    journey = JOURNEYS[name]
    template = make_repository(folder / "template", journey.files).root
    total = _instants(folder, template, journey)
    found = Counter[str]()
    with reaping():
        for instant in range(first, total, step):
            root = folder / f"killed-{instant}"
            shutil.copytree(template, root, symlinks=True)
            if not _kill(root, journey, instant):
                break  # the first journey had more: it imported modules and looked for a temporary folder
            found[_status(root)] += 1
            _check(root, journey)
            shutil.rmtree(root)
    json.dump(found, sys.stdout)


def _instants(folder: Path, template: Path, journey: Journey) -> int:
    """Count the instants of a journey that is not killed; what it imports is imported then."""
    root = folder / "counted"
    shutil.copytree(template, root, symlinks=True)
    seen: list[str] = []
    sys.addaudithook(lambda event, given: seen.append(event) if _is_instant(event, given) else None)
    assert {job.status for job in asyncio.run(go_on(root, journey, journey.endpoint))} == {JobStatus.MERGED}
    assert _files(root) == journey.after
    return len(seen)


def _audit_ledger() -> None:
    append = Ledger.append

    def audited(ledger: Ledger, job: str, kind: EventKind, data: Row) -> None:
        sys.audit(_LEDGER)
        append(ledger, job, kind, data)
        sys.audit(_LEDGER)

    Ledger.append = audited  # type: ignore[method-assign]


def _is_instant(event: str, given: tuple[Any, ...]) -> bool:
    return event in _WATCHED or (event == "open" and bool((given[2] or 0) & _WRITES))


def _kill(root: Path, journey: Journey, instant: int) -> bool:
    """Kill a journey at an instant; False where it ends before."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        _die_at(instant)
        with suppress(BaseException):
            asyncio.run(go_on(root, journey, journey.endpoint))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    wait_until(lambda: _are_gone(child), pause=0.001)
    return os.WIFSIGNALED(status)


def _are_gone(group: int) -> bool:
    """Return whether the git processes that were left have come to an end."""
    with suppress(ChildProcessError):
        os.waitpid(-group, os.WNOHANG)
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def _die_at(instant: int) -> None:
    left = instant

    def count(event: str, given: tuple[Any, ...]) -> None:
        nonlocal left
        if _is_instant(event, given):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def _status(root: Path) -> str:
    repository = Repository.find(root)
    assert repository is not None
    with Ledger.open(repository.common_dir / "workhorse") as ledger:
        return next((job.status.value for job in read_jobs(ledger)), "not begun")


def _check(root: Path, journey: Journey) -> None:
    """Go on after the kill: everything lands as if there had been none, and nothing is left over."""
    jobs = asyncio.run(go_on(root, journey, journey.endpoint))
    assert [job.status for job in jobs] == [JobStatus.MERGED] * len(journey.tasks)
    assert _files(root) == journey.after
    repository = Repository.find(root)
    assert repository is not None
    assert repository.read("status", "--porcelain") == b""
    assert repository.read("rev-list", "--count", "HEAD").strip() == b"%d" % (1 + len(journey.tasks))
    left = [path for path in leftovers(repository) if "/workhorse/job-" not in path]  # of an id that never began
    assert left == []


def _files(root: Path) -> dict[str, str]:
    paths = [path for path in root.rglob("*") if path.is_file() and ".git" not in path.relative_to(root).parts]
    return {path.relative_to(root).as_posix(): path.read_text() for path in paths}


if __name__ == "__main__":
    main()
