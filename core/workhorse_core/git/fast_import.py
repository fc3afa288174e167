"""Commits written straight into git's objects: no index, no work tree, no hook, at any size.

The stream format is that of git-fast-import(1).
"""

import time
from collections.abc import Iterator, Mapping, Sequence

from workhorse_core.git.process import git_failed
from workhorse_core.git.repository import Repository
from workhorse_core.system.named_tuple import NamedTuple

IDENTITY = "Workhorse <workhorse@localhost>"
QUIETLY = ("-c", "core.hooksPath=/dev/null")
"""Settings for git commands that change only our own branches: the user's hooks do not run for them."""


class Stored(NamedTuple):
    """A file to be stored: its mode ("100644"), and its content or the id of its blob."""

    mode: str
    content: bytes | str


class Step(NamedTuple):
    """A commit to be made: its message, and its changed files by path; None deletes a file."""

    message: str
    files: Mapping[str, Stored | None]


class Written(NamedTuple):
    """A commit that was written, and its tree."""

    commit: str
    tree: str


def write_commits(
    repository: Repository, ref: str, parent: str | None, steps: Sequence[Step], keep: bool = True
) -> list[Written] | None:
    """Write commits one upon the other, the first upon ``parent``, in one git process.

    Args:
        repository: The repository to write to.
        ref: The full name of the ref for the last commit.
        parent: The full id of the first commit's parent, None for none.
        steps: At least one.
        keep: Whether ``ref`` is written, and not only the objects.

    Returns:
        The commits in order; None when ``ref`` is there already and does not lead to them.

    Raises:
        RepositoryError: Git could not write.
    """
    end = b"" if keep else b"reset %s\nfrom %s\n\n" % (ref.encode(), b"0" * len(repository.blob_id(b"")))
    stream = b"".join(_stream(ref, parent, steps)) + end + b"done\n"
    options = ("--quiet", "--done", "--date-format=raw")
    answer = repository.ask(*QUIETLY, "fast-import", *options, stdin=stream)
    if answer.status != 0:
        if "Not updating" in answer.complaint:
            return None
        _remove_reports(repository)
        raise git_failed(("fast-import",), answer.complaint)
    lines = answer.output.decode().split("\n")
    return [Written(lines[2 * i], lines[2 * i + 1].split()[2]) for i in range(len(steps))]


def _stream(ref: str, parent: str | None, steps: Sequence[Step]) -> Iterator[bytes]:
    contents = {
        file.content: mark
        for mark, file in enumerate((file for step in steps for file in step.files.values() if file), 1)
        if isinstance(file.content, bytes)
    }
    for content, mark in contents.items():
        yield b"blob\nmark :%d\ndata %d\n%s\n" % (mark, len(content), content)
    first = len(contents) + 1_000_000  # marks only have to differ
    for number, step in enumerate(steps, first):
        message = step.message.encode("utf-8", "surrogateescape")
        yield b"commit %s\nmark :%d\n" % (ref.encode(), number)
        yield b"committer %s %d +0000\n" % (IDENTITY.encode(), time.time())
        yield b"data %d\n%s\n" % (len(message), message)
        if number == first and parent:
            yield b"from %s\n" % parent.encode()
        for path, file in step.files.items():
            yield _change(path, file, contents)
        yield b"\n"
    for number in range(first, first + len(steps)):
        yield b'get-mark :%d\nls :%d ""\n' % (number, number)


def _change(path: str, file: Stored | None, contents: Mapping[bytes, int]) -> bytes:
    name = path.encode("utf-8", "surrogateescape")
    quoted = b'"%s"' % name.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    if file is None:
        return b"D %s\n" % quoted
    blob = f":{contents[file.content]}" if isinstance(file.content, bytes) else file.content
    return b"M %s %s %s\n" % (file.mode.encode(), blob.encode(), quoted)


def _remove_reports(repository: Repository) -> None:
    """Remove the report that a failed fast-import leaves in the git folder."""
    for report in repository.git_dir.glob("fast_import_crash_*"):
        report.unlink(missing_ok=True)
