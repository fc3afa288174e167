"""``pre-push``: refuse scratch branches, unapproved drafts, and commits at odds with their verdict."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workhorse_core.git.repository import BRANCHES, Repository
from workhorse_core.landing.landed_commits import pushed_range, read_commits
from workhorse_hooks.findings import say
from workhorse_hooks.pre_commit import REFUSED
from workhorse_hooks.quick_settings import read_settings

_SCRATCH = f"{BRANCHES}workhorse/"
_SHOWN = 10
_SHORT = 12
_NO_COMMIT = "0" * 40


@dataclass(frozen=True, slots=True)
class Pushed:
    """One ref of a push, as git lists it for its hook: names and full ids; an id of zeros is no commit."""

    local: str
    commit: str
    remote: str
    known: str


def run_pre_push(git_dir: str, arguments: Sequence[str], given: bytes) -> int:
    """Check the refs that are about to be pushed.

    Args:
        git_dir: The work tree's own git folder; the current folder is the top of the work tree.
        arguments: The remote's name and its address.
        given: What git writes to the hook's input.

    Returns:
        0, or `REFUSED`.
    """
    mode = read_settings(git_dir, os.getcwd()).modes["pre-push"]
    repository = Repository.find(Path.cwd())
    if mode == "off" or repository is None:
        return 0
    remote = arguments[0] if arguments else "origin"
    problems = [line for ref in read_pushed(given) for line in _problems(repository, remote, ref)]
    if not problems:
        return 0
    say([f"workhorse: {line}" for line in dict.fromkeys(problems)][:_SHOWN])
    if mode != "block":
        return 0
    say(["The push is refused. See more with: workhorse audit, workhorse jobs"])
    return REFUSED


def read_pushed(given: bytes) -> list[Pushed]:
    """Parse git's lines; refs that are deleted on the remote are left out."""
    lines = (os.fsdecode(line).split(" ") for line in given.split(b"\n"))
    refs = [Pushed(*words) for words in lines if len(words) == 4]
    return [ref for ref in refs if ref.commit.strip("0")]


def pushed_by_framework(environ: Mapping[str, str]) -> bytes:
    """Return the input that git writes to ``pre-push``, which the frameworks do not pass on.

    At the first push of a branch they do not name its start: then all of it that no remote has counts.
    """
    local = environ.get("PRE_COMMIT_LOCAL_BRANCH", "HEAD")
    remote = environ.get("PRE_COMMIT_REMOTE_BRANCH", local)
    known = environ.get("PRE_COMMIT_FROM_REF", _NO_COMMIT)
    return os.fsencode(f"{local} {environ.get('PRE_COMMIT_TO_REF', 'HEAD')} {remote} {known}\n")


def _problems(repository: Repository, remote: str, ref: Pushed) -> Iterator[str]:
    for name in dict.fromkeys((ref.local, ref.remote)):
        if name.startswith(_SCRATCH):
            yield f"{name.removeprefix(BRANCHES)} is a scratch branch: approve and merge its job instead."
            return
    if repository.ask("cat-file", "-e", ref.commit + "^{commit}").status != 0:
        return  # a tag of something else
    commits = pushed_range(repository, ref.commit, remote, ref.known if ref.known.strip("0") else None)
    found = read_commits(repository, commits)
    for commit in found.plain:
        if commit.by_workhorse:
            sentence = "is a draft that no merge has landed: drop it (git rebase -i), then merge its job."
            yield f"{commit.commit[:_SHORT]} {sentence}"
    if not found.total:
        return
    from workhorse_core.services.audit import audit
    from workhorse_core.services.session import Session

    with Session.at(repository) as session:
        ledger = session.existing_ledger
        if not found.landed and not ledger and not any(each.drafts for each in found.plain):
            return
        for each in audit(repository, found, ledger):
            for problem in each.problems:
                yield f"{each.commit[:_SHORT]} (job {each.job}): {problem.message}"
