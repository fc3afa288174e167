"""``commit-msg``: a message that names a job must have all trailers of a landed job, and the job must be approved."""

import os
from collections.abc import Iterator
from pathlib import Path

from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import JobStatus, fold
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.landing.trailers import Claim, read_claim
from workhorse_hooks.findings import say
from workhorse_hooks.pre_commit import REFUSED
from workhorse_hooks.quick_settings import read_settings


def run_commit_msg(git_dir: str, file: str) -> int:
    """Look at the message of a commit.

    Args:
        git_dir: The work tree's own git folder; the current folder is the top of the work tree.
        file: The file that holds the message.

    Returns:
        0, or `REFUSED`.
    """
    mode = read_settings(git_dir, os.getcwd()).modes["commit-msg"]
    claim = read_claim(Path(file).read_text("utf-8", "surrogateescape"))
    if mode == "off" or claim is None:
        return 0
    repository = Repository.find(Path.cwd())
    problems = [*claim.problems, *(_unapproved(repository, claim) if repository else ())]
    if not problems:
        return 0
    say(f"workhorse: {problem}" for problem in problems)
    if mode != "block":
        say([f"Take the trailers of job {claim.job} out of the message, unless the commit is exactly what it landed."])
        return 0
    say(["The commit is refused. Take the trailers out of the message, or see the job: workhorse show " + claim.job])
    return REFUSED


def _unapproved(repository: Repository, claim: Claim) -> Iterator[str]:
    """Check the ledger's status of the job; a job of another clone is not in it."""
    ledger = Ledger.open_existing(repository.common_dir / "workhorse")
    if ledger is None:
        return
    with ledger:
        events = ledger.events(claim.job)
    if events and (status := fold(claim.job, events).status) not in (JobStatus.APPROVED, JobStatus.MERGED):
        yield f"Job {claim.job} is not approved: its status is {status.value}."
