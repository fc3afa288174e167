"""Apply a landing: work tree, index and HEAD, each compared before it is changed, all of them or none.

Everything needed is in the :class:`Landing`, which the ledger holds before anything is touched. Every step that is done
already is skipped, so after a kill the same landing is applied again.
"""

import errno
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from workhorse_core.errors import JobError, LandingOvertaken, LandingRefused, WorkhorseError
from workhorse_core.git.own_programs import own_filters_off
from workhorse_core.git.process import git_failed
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.landing import IndexStep, Landing
from workhorse_core.landing.index import index_lock, restore_entries, set_flags, steps_to_do
from workhorse_core.landing.work_tree import prepare_swaps, remove_empty_folders, swap_folder

_UNDER_WAY = {
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}


def apply_landing(repository: Repository, landing: Landing, name: str) -> None:
    """Apply every step of a landing that is not done yet.

    Args:
        repository: The repository of the landing's work tree.
        landing: The steps.
        name: The name of the folder for temporary files, the same at every attempt at this landing.

    Raises:
        LandingRefused: A file, an entry or HEAD is not as expected; every change has been taken back.
        JobError: The changes could not be taken back; the landing has to be applied again.
    """
    with _readable_errors(), swap_folder(repository, landing.files, name) as folder:
        if _is_over(repository, landing):
            remove_empty_folders(repository, landing.files)
            return
        undo = ExitStack()
        try:
            steps = _change(repository, landing, folder, undo)
        except BaseException:
            if not _is_over(repository, landing):  # ^C may arrive after HEAD has moved
                _put_back(undo, name)
            raise
        remove_empty_folders(repository, landing.files)
    if steps:
        # Only so that the next `git status` need not read these files again; nothing depends on it.
        paths = [step.path for step in steps]
        repository.change("add", "--refresh", "--", *paths, environment=own_filters_off(repository))


def _change(repository: Repository, landing: Landing, folder: Path, undo: ExitStack) -> Sequence[IndexStep]:
    """Change files first, then the index, HEAD last: the state after a kill never looks like a revert."""
    if landing.commit is None:
        _swap(repository, landing, folder, undo)
        return ()
    with index_lock(repository) as lock:
        _refuse_while_busy(repository, landing)
        steps = steps_to_do(repository, landing.index)
        _swap(repository, landing, folder, undo)
        undo.callback(restore_entries, repository, steps)
        lock.write(steps)
    set_flags(repository, steps)
    _move_head(repository, landing)
    return steps


def _move_head(repository: Repository, landing: Landing) -> None:
    words = ("update-ref", "-m", f"commit: {landing.subject}", "HEAD", landing.commit or "", landing.head or "")
    with repository.started(*words) as process:
        _, complaint = process.communicate()
    if process.returncode != 0:
        if repository.head().commit != landing.head:
            raise _head_moved()
        raise git_failed(words, complaint.decode(errors="replace"))


def _swap(repository: Repository, landing: Landing, folder: Path, undo: ExitStack) -> None:
    for swap in prepare_swaps(repository, landing.files, folder):
        undo.callback(swap.undo)
        swap.do()


def _is_over(repository: Repository, landing: Landing) -> bool:
    """Return whether HEAD, the last step, holds the commit: then all is done, whatever the user did since."""
    if landing.commit is None:
        return False
    head = repository.head().commit
    if head in (landing.head, None):
        return False
    return repository.ask("merge-base", "--is-ancestor", landing.commit, "HEAD").status == 0


def _put_back(undo: ExitStack, name: str) -> None:
    try:
        undo.close()
    except (OSError, WorkhorseError) as error:
        sentence = f"The landing stopped half way and could not be put back: {error}"
        raise JobError(sentence, f"Continue with: workhorse resume {name}") from error


def _refuse_while_busy(repository: Repository, landing: Landing) -> None:
    refuse_operation(repository)
    head = repository.head()
    if (head.commit, head.branch) != (landing.head, landing.branch):
        raise _head_moved()


def _head_moved() -> LandingOvertaken:
    return LandingOvertaken("HEAD has moved meanwhile; nothing was changed.", "Run it again")


def refuse_operation(repository: Repository) -> None:
    """Refuse to commit during a rebase, merge, cherry-pick, revert or bisect.

    Raises:
        LandingRefused: One is under way; the message names it.
    """
    if operation := operation_under_way(repository):
        raise LandingRefused(
            f"A {operation} is under way; nothing was changed.",
            "Finish it or give it up, or change the work tree alone: workhorse merge JOB --no-commit",
        )


def operation_under_way(repository: Repository) -> str | None:
    """Return the operation under way in git ("rebase", "merge", "cherry-pick", "revert", "bisect"); None for none."""
    return next((name for file, name in _UNDER_WAY.items() if (repository.git_dir / file).exists()), None)


@contextmanager
def _readable_errors() -> Generator[None]:
    """Translate every error into one sentence; by then every change has been taken back."""
    try:
        yield
    except (LandingRefused, JobError):
        raise
    except WorkhorseError as error:
        raise LandingRefused(error.message, error.hint) from error
    except OSError as error:
        raise _refusal(error) from error


def _refusal(error: OSError) -> LandingRefused:
    place = error.filename or "the repository"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LandingRefused("The disk is full; nothing was changed.", "Free some disk space, then run it again")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return LandingRefused(f"{place} cannot be written; nothing was changed.", "Make it writable, then run it again")
    return LandingRefused(f"{place} cannot be changed: {error.strerror}; nothing was changed.")
