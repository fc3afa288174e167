"""``commit-msg``: refuse the message of a draft, and one that names a job without the trailers of a landed one."""

import os
from collections.abc import Iterator
from pathlib import Path

from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import JobStatus, fold
from workhorse_core.landing.trailers import JobTrailers, read_drafts, read_trailers
from workhorse_core.services.session import Session
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
    message = Path(file).read_text("utf-8", "surrogateescape")
    trailers = read_trailers(message)
    if mode == "off":
        return 0
    if drafts := read_drafts(message):
        return _refuse_draft(drafts[0], blocks=mode == "block")
    if trailers is None:
        return 0
    repository = Repository.find(Path.cwd())
    problems = [*trailers.problems, *(_unapproved(repository, trailers) if repository else ())]
    if not problems:
        return 0
    say(f"workhorse: {problem}" for problem in problems)
    if mode != "block":
        say([f"Take the trailers of job {trailers.job} out, unless the commit is exactly what it landed."])
        return 0
    say(["The commit is refused. Take the trailers out of the message, or see the job: workhorse show " + trailers.job])
    return REFUSED


def _refuse_draft(job: str, *, blocks: bool) -> int:
    """Report a draft's trailer, which git copies with a scratch branch's commit, and into a squash's message."""
    say([f"workhorse: this is the draft of job {job}, which no verdict has landed.", f"Land it: workhorse merge {job}"])
    return REFUSED if blocks else 0


def _unapproved(repository: Repository, trailers: JobTrailers) -> Iterator[str]:
    """Check the ledger's status of the job; a job of another clone is not in it."""
    with Session.at(repository) as session:
        ledger = session.existing_ledger
        events = ledger.events(trailers.job) if ledger else []
    if events and (status := fold(trailers.job, events).status) not in (JobStatus.APPROVED, JobStatus.MERGED):
        yield f"Job {trailers.job} is not approved: its status is {status.value}."
