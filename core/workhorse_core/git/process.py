"""Git processes: started in a clean environment, with their whole input, and with readable errors."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from workhorse_core.errors import RepositoryError
from workhorse_core.git.safe_settings import SAFE_ENVIRONMENT
from workhorse_core.system.find_program import find_program
from workhorse_core.system.named_tuple import NamedTuple

if TYPE_CHECKING:
    from git.cmd import Git

LOCAL_VARIABLES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
"""Variables that git passes to its hooks, and that would point our own git calls at the wrong repository or index.

``git rev-parse --local-env-vars`` without the two that only carry ``git -c`` settings: so does git before it
works on another repository (``prepare_other_repo_env`` in its run-command.c).
"""


PATIENCE = 2.0
"""Seconds after which we look whether git waits for a pipe in place of a file; it may go on for as long as it needs."""


class GitOutput(NamedTuple):
    """The status, output and error text of a git command."""

    status: int
    output: bytes
    complaint: str


@cache
def shed_git_variables() -> "Inherited":
    """Remove git's own variables from this process, once, so that no child of ours inherits them."""
    index, *places = (os.environ.get(name) for name in ("GIT_INDEX_FILE", "GIT_DIR", "GIT_WORK_TREE"))
    git_dir, work_tree = (Path(name).resolve() if name else None for name in places)
    inherited = Inherited(Path(index).absolute() if index else None, git_dir, work_tree)
    for name in LOCAL_VARIABLES:
        os.environ.pop(name, None)
    return inherited


class Inherited(NamedTuple):
    """Places that git named in the environment, None where it named none, each as an absolute path.

    ``index_file`` is the one that the running hook is about to commit. Both others are there for ``git --git-dir=…
    --work-tree=…``, by which a work tree belongs to a repository that cannot be found from its folders.
    """

    index_file: Path | None
    git_dir: Path | None
    work_tree: Path | None


def _program(folder: Path | None = None) -> str:
    """Find git, for use in a folder.

    Raises:
        RepositoryError: It is not there.
    """
    if (program := find_program("git", folder)) is None:
        raise RepositoryError("git was not found on PATH.", "Install git 2.39 or newer, outside of this repository")
    return program


@cache
def load_gitpython() -> None:
    """Import GitPython, whose import runs git, under our own settings.

    The import takes 50 to 100 ms, so drafts do without. Commands that change something of the user's need it, and
    so does reading many files of a commit.

    Raises:
        RepositoryError: git does not work.
    """
    ours = {
        "GIT_PYTHON_REFRESH": "quiet",  # where git does not work, the import itself would raise
        "GIT_PYTHON_GIT_EXECUTABLE": _program(),  # the import runs it
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        import git  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError as error:
        raise RepositoryError(f"git does not work here: {error}.", "Try it: git version") from error
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _git_in(folder: Path) -> "Git":
    load_gitpython()
    from git.cmd import Git

    return Git(folder)


def ask_git(
    folder: Path,
    arguments: Sequence[str],
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> GitOutput:
    """Run git and wait for it.

    Raises:
        RepositoryError: It could not be started, or waits for a pipe in the place of a file.
    """
    return start_git(folder, arguments, stdin, environment)()


def start_git(
    folder: Path,
    arguments: Sequence[str],
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> Callable[[], GitOutput]:
    """Start git; return the function that waits for its answer, and that has to be called.

    Raises:
        RepositoryError: It could not be started.
    """
    command = [_program(folder), *arguments]
    variables = {**os.environ, **SAFE_ENVIRONMENT, **(environment or {})}
    pipe = subprocess.PIPE
    try:
        with _file_of(stdin) as stream:
            process = subprocess.Popen(command, cwd=folder, stdin=stream, stdout=pipe, stderr=pipe, env=variables)
    except OSError as error:
        raise RepositoryError(f"git could not be started in {folder}: {error.strerror}.") from error
    return cache(lambda: _answer(process, folder, arguments))


def _answer(process: "subprocess.Popen[bytes]", folder: Path, arguments: Sequence[str]) -> GitOutput:
    with process:
        try:
            try:
                output, complaint = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                _refuse_pipes(folder, arguments)
                output, complaint = process.communicate()
        except BaseException:
            process.kill()
            raise
    return GitOutput(process.returncode, output, os.fsdecode(complaint).removesuffix("\n"))


def _refuse_pipes(folder: Path, arguments: Sequence[str]) -> None:
    from shlex import quote

    from workhorse_core.git.blocked import find_blocking_file

    if path := find_blocking_file(folder, arguments):
        raise RepositoryError(
            f"git waits for {path}, which is a pipe or a device.", f"Remove it: rm {quote(str(path))}"
        )


def change_by_git(
    folder: Path, arguments: Sequence[str], stdin: bytes, environment: Mapping[str, str] | None
) -> GitOutput:
    """Run git through GitPython, otherwise like :func:`ask_git`: for commands that change something of the user's.

    Raises:
        RepositoryError: It could not be started, or waits for a pipe in the place of a file.
    """
    git = _git_in(folder)
    from git.exc import GitCommandNotFound

    try:
        with _file_of(stdin) as stream:
            child = git.execute(
                [_program(folder), *arguments],
                istream=stream,
                as_process=True,
                env={**SAFE_ENVIRONMENT, **(environment or {})},
            )
    except (OSError, GitCommandNotFound) as error:
        raise RepositoryError(f"git could not be started in {folder}.") from error
    process = cast("subprocess.Popen[bytes]", child.proc)  # pyright: ignore[reportUnknownMemberType]
    return _answer(process, folder, arguments)


@contextmanager
def git_started(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str] | None
) -> "Generator[subprocess.Popen[bytes]]":
    """Start git through GitPython, with its standard input open to us.

    However the block is left, git reads the end of its input, and has ended afterwards.
    """
    child = _git_in(folder).execute(  # it stops git when it is collected, so it is kept to the end
        [_program(folder), *arguments],
        istream=subprocess.PIPE,
        as_process=True,
        env={**SAFE_ENVIRONMENT, **(environment or {})},
    )
    process = cast("subprocess.Popen[bytes]", child.proc)  # pyright: ignore[reportUnknownMemberType]
    try:
        yield process
    finally:
        if process.stdin:
            with suppress(OSError):
                process.stdin.close()
        process.wait()


def _file_of(data: bytes) -> BinaryIO:
    """Put git's input into a nameless file: all of it is there before git starts, even if this process is killed."""
    if not data:
        return Path(os.devnull).open("rb")
    stream = os.fdopen(_nameless(), "w+b")
    stream.write(data)
    stream.seek(0)
    return stream


def _nameless() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("git")
    descriptor, name = tempfile.mkstemp()
    Path(name).unlink()
    return descriptor


# -- errors

_HINTS = {
    "No space left on device": "Free some disk space, then run it again",
    "Out of diskspace": "Free some disk space, then run it again",
    "index.lock": "Wait for the other git command to end; if there is none, remove that file",
    "unable to read": "Get what this clone lacks: git fetch --refetch",
    "Read-only file system": "Make the repository writable, then run it again",
    "Permission denied": "Make the repository's .git folder writable, then run it again",
}


def succeeded(arguments: Sequence[str], answer: GitOutput) -> bytes:
    """Return the output of a command that has to succeed.

    Raises:
        RepositoryError: It failed; the message holds git's own sentence.
    """
    if answer.status != 0:
        raise git_failed(arguments, answer.complaint)
    return answer.output


def git_failed(arguments: Sequence[str], complaint: str) -> RepositoryError:
    """Turn git's own error text into an error for the user."""
    command = next((word for word in arguments if not word.startswith("-") and "=" not in word), "")
    said = [line for line in complaint.split("\n") if line.startswith(("fatal: ", "error: "))] or [complaint]
    hint = next((hint for words, hint in _HINTS.items() if words in complaint), "")
    sentence = said[0].removeprefix("fatal: ").removeprefix("error: ").strip().rstrip(".")
    return RepositoryError(f"git {command} failed: {sentence or 'it gave no reason'}.", hint)
