"""Landed jobs in a range of commits: the commits that carry our trailers, and drafts committed without a landing."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from workhorse_core.errors import RepositoryError, UsageError
from workhorse_core.git.differences import AS_STORED
from workhorse_core.git.fast_import import IDENTITY
from workhorse_core.git.process import git_failed
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.scratch import DRAFT
from workhorse_core.landing.trailers import JOB, JobTrailers, read_drafts, read_trailers

RECENT = 200
"""Number of commits examined where there is no remote to compare with."""
_MARKS = tuple(name.lower().encode() for name in (JOB, DRAFT))
_FORMAT = (
    *("-z", "--no-color", "--no-patch", "--no-notes", "--no-show-signature", "--encoding=UTF-8"),
    "--format=%H%n%P%n%cn <%ce>%n%B",
)
_NO_SUCH = re.compile(r"(?:bad|unknown) revision|ambiguous argument|revision range|bad object")


@dataclass(frozen=True, slots=True)
class Range:
    """A range of commits: ``words`` as ``git log`` takes them, ``title`` as it is shown. No words mean no commits."""

    title: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LandedCommit:
    """A commit with our trailers, and its first parent, None where it has none; ids in full hex.

    ``cut_off``: its parents are not in this clone, which is shallow.
    """

    commit: str
    parent: str | None
    cut_off: bool
    subject: str
    trailers: JobTrailers


@dataclass(frozen=True, slots=True)
class PlainCommit:
    """A commit without the trailers of a landed job. ``drafts`` are the jobs whose drafts its message names.

    ``by_workhorse``: it was committed by Workhorse itself, as only the commits of a scratch branch are.
    """

    commit: str
    parent: str | None
    cut_off: bool
    subject: str
    drafts: tuple[str, ...]
    by_workhorse: bool


@dataclass(frozen=True, slots=True)
class CommitsInRange:
    """The commits of a range, newest first, by whether they carry the trailers of a landed job."""

    landed: tuple[LandedCommit, ...]
    plain: tuple[PlainCommit, ...]

    @property
    def total(self) -> int:
        """The number of commits in the range."""
        return len(self.landed) + len(self.plain)


def read_range(text: str) -> Range:
    """Read a range as git writes it (``A..B``); one revision means everything that leads to it.

    Raises:
        UsageError: It is empty.
    """
    if not text.strip():
        raise UsageError("The range is empty.", "Name one as git does: workhorse audit origin/main..HEAD")
    return Range(text, ("--end-of-options", text))


def default_range(repository: Repository) -> Range:
    """Return the commits that the branch's upstream lacks, else those that no remote has, else HEAD's recent ones."""
    if repository.head().commit is None:
        return Range("HEAD", ())
    answer = repository.ask("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}")
    if answer.status == 0:
        return Range(f"{os.fsdecode(answer.output).strip()}..HEAD", ("@{upstream}..HEAD",))
    if repository.read("for-each-ref", "--count=1", "refs/remotes"):
        return Range("HEAD --not --remotes", ("HEAD", "--not", "--remotes"))
    return Range(f"HEAD -n {RECENT}", (f"--max-count={RECENT}", "HEAD"))


def pushed_range(repository: Repository, local: str, remote: str, known: str | None) -> Range:
    """Return the commits that a push would bring to a remote.

    Args:
        repository: The repository that is pushed from.
        local: The id of the commit that is pushed.
        remote: The name of the remote, or its address where it has none.
        known: The id of the remote's branch; None where it is new, or was never fetched.
    """
    if known and repository.ask("cat-file", "-e", known + "^{commit}").status == 0:
        return Range(f"{known[:12]}..{local[:12]}", (f"{known}..{local}",))
    glob = re.sub(r"([*?\[\\])", r"\\\1", remote)
    return Range(f"{local[:12]} --not --remotes={remote}", (local, "--not", f"--remotes={glob}"))


def read_commits(repository: Repository, commits: Range) -> CommitsInRange:
    """Read the messages of a range; one git process for any number of commits.

    Raises:
        RepositoryError: The range names no commits here.
    """
    if not commits.words:
        return CommitsInRange((), ())
    answer = repository.ask("log", *_FORMAT, *commits.words, "--", environment=AS_STORED)
    if answer.status != 0:
        if _NO_SUCH.search(answer.complaint):
            raise _no_commits(repository, commits.title)
        raise git_failed(("log",), answer.complaint)
    found = list(_commits(answer.output.split(b"\0")[:-1], _shallow(repository)))
    return CommitsInRange(
        tuple(each for each in found if isinstance(each, LandedCommit)),
        tuple(each for each in found if isinstance(each, PlainCommit)),
    )


def _commits(records: list[bytes], shallow: frozenset[str]) -> Iterator[LandedCommit | PlainCommit]:
    for record in records:
        commit, parents, committer, message = record.decode("utf-8", "surrogateescape").split("\n", 3)
        about = (commit, parents.split(" ", 1)[0] or None, commit in shallow, message.strip().split("\n", 1)[0])
        marked = any(mark in record.lower() for mark in _MARKS)
        if marked and (trailers := read_trailers(message)):
            yield LandedCommit(*about, trailers)
        else:
            yield PlainCommit(*about, read_drafts(message) if marked else (), committer == IDENTITY)


def _shallow(repository: Repository) -> frozenset[str]:
    """Return the commits where a shallow clone ends: git shows them without parents."""
    try:
        return frozenset((repository.common_dir / "shallow").read_text("ascii").split())
    except FileNotFoundError:
        return frozenset()


def _no_commits(repository: Repository, title: str) -> RepositoryError:
    for end in re.split(r"\.{2,3}", title):
        remote, slash, branch = end.strip("^~").partition("/")
        if slash and branch and repository.ask("cat-file", "-e", f"{end}^{{commit}}").status != 0:
            sentence = f"{title!r} names no commits here: {end} is not there."
            return RepositoryError(sentence, f"Get it: git fetch {remote} {branch}")
    return RepositoryError(f"{title!r} names no commits here.", "List what there is: git log --oneline --all")
