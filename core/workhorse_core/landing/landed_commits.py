"""The commits that claim to be landed jobs: those in a range whose message carries our trailers."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from workhorse_core.errors import RepositoryError, UsageError
from workhorse_core.git.differences import AS_STORED
from workhorse_core.git.process import git_failed
from workhorse_core.git.repository import Repository
from workhorse_core.landing.trailers import JOB, Claim, read_claim

RECENT = 200
"""How many commits are looked at where there is no remote to compare with."""
_MARK = JOB.lower().encode()
_FORMAT = ("-z", "--no-color", "--no-patch", "--no-notes", "--no-show-signature", "--encoding=UTF-8")
_NO_SUCH = re.compile(r"(?:bad|unknown) revision|ambiguous argument|revision range|bad object")


@dataclass(frozen=True, slots=True)
class Range:
    """Which commits: ``words`` as ``git log`` takes them, ``title`` as they are shown. No words mean no commits."""

    title: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A commit with our trailers, and its first parent, None where it has none; ids in full hex.

    ``cut_off`` says that its parents are not in this clone, because it is shallow.
    """

    commit: str
    parent: str | None
    cut_off: bool
    subject: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Claims:
    """The commits of a range that carry our trailers, newest first, and how many commits the range has."""

    total: int
    claimed: tuple[Claimed, ...]


def read_range(text: str) -> Range:
    """Take a range as git writes it (``A..B``); one revision means everything that leads to it.

    Raises:
        UsageError: It is empty.
    """
    if not text.strip():
        raise UsageError("The range is empty.", "Name one as git does: workhorse audit origin/main..HEAD")
    return Range(text, ("--end-of-options", text))


def default_range(repository: Repository) -> Range:
    """Take what the branch's upstream does not have, else what no remote has, else the recent commits of HEAD."""
    if repository.head().commit is None:
        return Range("HEAD", ())
    answer = repository.ask("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}")
    if answer.status == 0:
        return Range(f"{os.fsdecode(answer.output).strip()}..HEAD", ("@{upstream}..HEAD",))
    if repository.read("for-each-ref", "--count=1", "refs/remotes"):
        return Range("HEAD --not --remotes", ("HEAD", "--not", "--remotes"))
    return Range(f"HEAD -n {RECENT}", (f"--max-count={RECENT}", "HEAD"))


def pushed_range(repository: Repository, local: str, remote: str, known: str | None) -> Range:
    """Take what a push would bring to a remote.

    Args:
        repository: The one that is pushed from.
        local: The id of the commit that is pushed.
        remote: The name of the remote, or its address where it has none.
        known: The id that the remote's branch is at; None where it is new, or was never fetched.
    """
    if known and repository.ask("cat-file", "-e", known + "^{commit}").status == 0:
        return Range(f"{known[:12]}..{local[:12]}", (f"{known}..{local}",))
    glob = re.sub(r"([*?\[\\])", r"\\\1", remote)
    return Range(f"{local[:12]} --not --remotes={remote}", (local, "--not", f"--remotes={glob}"))


def find_claims(repository: Repository, commits: Range) -> Claims:
    """Find the commits that carry our trailers; one git process, however many there are.

    Raises:
        RepositoryError: The range names no commits here.
    """
    if not commits.words:
        return Claims(0, ())
    answer = repository.ask("log", *_FORMAT, "--format=%H%n%P%n%B", *commits.words, "--", environment=AS_STORED)
    if answer.status != 0:
        if _NO_SUCH.search(answer.complaint):
            raise _no_commits(repository, commits.title)
        raise git_failed(("log",), answer.complaint)
    messages = answer.output.split(b"\0")[:-1]
    return Claims(len(messages), tuple(_claimed(messages, _shallow(repository))))


def _claimed(messages: list[bytes], shallow: frozenset[str]) -> Iterator[Claimed]:
    for record in messages:
        if _MARK in record.lower():
            commit, parents, message = record.decode("utf-8", "surrogateescape").split("\n", 2)
            if claim := read_claim(message):
                parent = parents.split(" ", 1)[0] or None
                subject = message.strip().split("\n", 1)[0]
                yield Claimed(commit, parent, commit in shallow, subject, claim)


def _shallow(repository: Repository) -> frozenset[str]:
    """Give the commits where a shallow clone ends: git shows them without parents."""
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
