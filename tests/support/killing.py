"""Killing a program at some instant and looking at what it left: for the tests that no kill costs any work."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from workhorse_core.git.repository import Repository

_POLL = 0.001
_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class State:
    """What belongs to the user: files of the work tree with their modes, index entries, HEAD, branches, stash."""

    files: Mapping[str, tuple[bytes, int]]
    index: bytes
    head: str
    refs: bytes


def state_of(repository: Repository) -> State:
    files: dict[str, tuple[bytes, int]] = {}
    for path in sorted(repository.root.rglob("*")):
        if path.is_file() and ".git" not in path.relative_to(repository.root).parts:
            files[str(path.relative_to(repository.root))] = (path.read_bytes(), path.lstat().st_mode)
    refs = repository.read("for-each-ref", "--format=%(refname) %(objectname)")
    own = b"".join(line for line in refs.splitlines(True) if not line.startswith(b"refs/heads/workhorse/"))
    head = (repository.git_dir / "HEAD").read_text()
    return State(files, repository.read("ls-files", "-s", "-v", "-z"), head, own)


def leftovers(repository: Repository) -> list[str]:
    """Name everything that nobody would tidy up: locks, reports, temporary files."""
    patterns = ("*.lock", "fast_import_crash_*", "workhorse/landing-*")
    found = [path for pattern in patterns for path in repository.common_dir.rglob(pattern)]
    found += repository.root.rglob(".landing-*")
    return sorted(str(path) for path in found) + repository.read("for-each-ref", "refs/workhorse").decode().split()


def run_and_kill(
    command: Sequence[str],
    cwd: Path,
    environment: Mapping[str, str],
    seconds: float | None,
    ready: bytes | None = None,
) -> float:
    """Start a program, kill it -9 so long after it printed its ``ready`` line (after its start without one).

    Only the program itself is killed; its children are waited for. None lets it run to its end.

    Returns:
        How many seconds it lived after that.
    """
    with reaping():
        return _run_and_kill(command, cwd, environment, seconds, ready)


def _run_and_kill(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str], seconds: float | None, ready: bytes | None
) -> float:
    process = subprocess.Popen(
        command, cwd=cwd, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    while ready is not None and (line := process.stdout.readline()) and line.strip() != ready:
        pass
    start = time.monotonic()
    if seconds is None:
        process.wait()
        complaint = process.stderr.read().decode()
        assert process.returncode == 0, complaint
    else:
        time.sleep(seconds)
        process.kill()
    lived = time.monotonic() - start
    process.wait()
    _wait_for_children(process.pid)
    process.stdout.close()
    process.stderr.close()
    return lived


def _wait_for_children(group: int) -> None:
    """The program led a session of its own, so what is still in its group are the children it left."""
    for _ in range(20_000):
        with suppress(ChildProcessError):
            os.waitpid(-group, os.WNOHANG)  # as their reaper we need not wait until the machine's init is in the mood
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(_POLL)
    os.killpg(group, signal.SIGKILL)
    raise AssertionError("a child outlived the program for 20 seconds")


@contextmanager
def reaping() -> Generator[None]:
    """Become the parent of whatever loses its own, where the system has that (Linux)."""
    if not sys.platform.startswith("linux"):
        yield
        return
    libc = ctypes.CDLL(None)
    libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
