"""Entries of git's index, changed under git's own lock, which disappears when this process is killed."""

import os
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from workhorse_core.errors import LandingOvertaken, LandingRefused
from workhorse_core.git.output import records
from workhorse_core.git.process import git_failed
from workhorse_core.git.repository import Repository, TreeEntry
from workhorse_core.jobs.landing import IndexStep

PATIENCE = 2.0
"""Seconds to wait for another git command that holds the index."""
_PAUSE = 0.002


class IndexLock:
    """Git's own index lock, held by a git child that waits for our entries.

    When this process is killed, the child reads the end of its input, changes nothing and removes the lock.
    """

    def __init__(self, process: "Popen[bytes]") -> None:
        self._process = process

    def write(self, steps: Sequence[IndexStep]) -> None:
        """Send the child these entries and wait for its end.

        Raises:
            RepositoryError: It failed; the index is as it was.
        """
        lines = b"".join(_index_line(step.path, step.before, step.after) for step in steps)
        _, complaint = self._process.communicate(lines)
        if self._process.returncode != 0:
            raise git_failed(("update-index",), complaint.decode(errors="replace"))


def _index_line(path: str, before: TreeEntry | None, after: TreeEntry | None) -> bytes:
    entry = after or TreeEntry("0", "0" * len(before.blob if before else ""))
    return f"{entry.mode} {entry.blob}\t".encode() + os.fsencode(path) + b"\0"


@contextmanager
def index_lock(repository: Repository, index: Path | None = None) -> Generator[IndexLock]:
    """Hold the lock.

    Args:
        repository: The repository of the index.
        index: Another index than the repository's own: the one that ``git commit -a`` is about to commit.

    Raises:
        LandingRefused: Another git command holds it.
    """
    lock_file = Path(f"{index or repository.git_dir / 'index'}.lock")
    patience = time.monotonic() + PATIENCE
    while lock_file.exists():
        if time.monotonic() > patience:
            raise _locked(lock_file)
        time.sleep(_PAUSE)
    environment = _environment(index)
    with repository.started("update-index", "-z", "--index-info", environment=environment) as process:
        while not lock_file.exists():
            if process.poll() is not None or time.monotonic() > patience:
                raise _locked(lock_file)
            time.sleep(_PAUSE)
        yield IndexLock(process)


def _locked(lock_file: Path) -> LandingRefused:
    return LandingRefused(
        "Git's index is locked by another git command; nothing was changed.",
        f"Wait for it to end; if there is none, remove {lock_file}",
    )


def _environment(index: Path | None) -> dict[str, str]:
    return {"GIT_INDEX_FILE": str(index)} if index else {}


def index_entries(repository: Repository, paths: Iterable[str], index: Path | None = None) -> dict[str, IndexStep]:
    """Read the entries of these paths, each as a step that changes nothing; of the repository's own index by default.

    Raises:
        LandingRefused: A path is in conflict.
    """
    found: dict[str, IndexStep] = {}
    for record in records(repository.read("ls-files", "-s", "-v", "-z", "--", *paths, environment=_environment(index))):
        about, path = record.split("\t", 1)
        tag, mode, blob, stage = about.split(" ")
        if stage != "0":
            raise in_conflict(path)
        flag = "skip-worktree" if tag in "Ss" else "assume-unchanged" if tag.islower() else None
        entry = TreeEntry(mode, blob)
        found[path] = IndexStep(path, entry, entry, flag)
    return found


def in_conflict(path: str) -> LandingRefused:
    """Return the refusal of a path whose conflict the user has to resolve first."""
    return LandingRefused(f"{path} is in conflict in git's index.", f"Settle it and run: git add -- {path}")


def steps_to_do(repository: Repository, steps: Sequence[IndexStep]) -> list[IndexStep]:
    """Return the steps that are not done yet.

    Raises:
        LandingOvertaken: An entry is neither as before nor as after its step.
    """
    now = index_entries(repository, [step.path for step in steps]) if steps else {}
    todo: list[IndexStep] = []
    for step in steps:
        entry = now[step.path].before if step.path in now else None
        if entry == step.after:
            continue
        if entry != step.before:
            raise LandingOvertaken(f"{step.path} has changed in git's index meanwhile.", "Run it again")
        todo.append(step)
    return todo


def set_flags(repository: Repository, steps: Sequence[IndexStep]) -> None:
    """Restore the bits of entries that ``--index-info`` clears."""
    for flag in {step.flag for step in steps if step.flag}:
        paths = b"".join(os.fsencode(step.path) + b"\0" for step in steps if step.flag == flag)
        repository.write("update-index", f"--{flag}", "-z", "--stdin", stdin=paths)


def restore_entries(repository: Repository, steps: Sequence[IndexStep]) -> None:
    """Restore the entries that these steps have changed."""
    now = index_entries(repository, [step.path for step in steps]) if steps else {}
    done = [step for step in steps if (now[step.path].before if step.path in now else None) == step.after]
    if done:
        lines = b"".join(_index_line(step.path, step.after, step.before) for step in done)
        repository.write("update-index", "-z", "--index-info", stdin=lines)
        set_flags(repository, done)
