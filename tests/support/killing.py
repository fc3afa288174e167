"""Kill a program at some instant and read the state that it left."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from workhorse_core.git.repository import Repository

_POLL = 0.001
_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class State:
    """The user's possessions: files of the work tree with their modes, index entries, HEAD, branches, stash."""

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
    """Name everything that would stay behind: locks, reports, temporary files."""
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


# -- killing at a step


_STEPS = frozenset({"subprocess.Popen", "os.remove", "os.rename", "os.link", "os.rmdir", "os.mkdir"})
"""Audit events that count as a step: what changes files, or starts git."""
_SERVER = """\
import sys
sys.path[:0] = {path!r}
from support.killing import serve_steps
from {module} import {name}
serve_steps(lambda: {name}(*{arguments!r}))
"""


class StepKiller:
    """Runs a function of a test module again and again, each time killed -9 at another step.

    A process of its own forks for each run: it has one thread, which the process of the tests has not.
    """

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def run_to(self, step: int) -> bool:
        """Run until the ``step``-th change or git command, from 1; return whether it completed before."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"%d\n" % step)
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return False
        assert os.WEXITSTATUS(status) == 0, "the function failed; see its traceback"
        return True


@contextmanager
def killing_at_steps(function: Callable[..., None], *arguments: str) -> Generator[StepKiller]:
    source = _SERVER.format(
        path=sys.path, module=function.__module__.removeprefix("tests."), name=function.__name__, arguments=arguments
    )
    command = [sys.executable, "-I", "-c", source]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield StepKiller(process)


def serve_steps(function: Callable[[], None]) -> None:
    """Read a step from each line of standard input; print the status of a run that was killed there."""
    with reaping():
        for line in sys.stdin.buffer:
            child = os.fork()
            if child == 0:
                os.setsid()
                _kill_at(int(line))
                function()
                os._exit(0)
            _, status = os.waitpid(child, 0)
            _wait_for_children(child)
            print(status, flush=True)


def _kill_at(step: int) -> None:
    seen = 0

    def count(event: str, _: object) -> None:
        nonlocal seen
        if event in _STEPS:
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
