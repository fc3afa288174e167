"""Telling once, at the next commit, that drafts wait which the background worker has made."""

import os
import sys
from pathlib import Path

from workhorse_hooks.pre_commit import WAITING
from workhorse_hooks.quick_settings import hooks_folder


def add_waiting(common_dir: str, job: str) -> None:
    """Note a job that waits for the user, so that the next commit tells of it."""
    with Path(hooks_folder(common_dir), WAITING).open("a", encoding="ascii") as stream:
        stream.write(f"{job}\n")


def tell_waiting(common_dir: str) -> None:
    """Print one line about the noted jobs that still wait, and forget them.

    Raises:
        LedgerError: The record of jobs cannot be read.
    """
    from workhorse_core.jobs.job import JobStatus, read_job
    from workhorse_core.jobs.ledger import Ledger

    note = Path(hooks_folder(common_dir), WAITING)
    mine = note.with_name(f"{WAITING}.{os.getpid()}")
    try:
        note.rename(mine)  # of two commits at the same time only one tells
        jobs = list(dict.fromkeys(mine.read_text("ascii").split()))
        mine.unlink()
    except FileNotFoundError:
        return
    with Ledger.open(Path(common_dir, "workhorse")) as ledger:
        known = set(ledger.jobs(over=False))
        count = sum(job in known and read_job(ledger, job).status is JobStatus.VERIFIED for job in jobs)
    if count:
        drafts = "a draft waits" if count == 1 else f"{count} drafts wait"
        print(f"workhorse: {drafts} for you, see: workhorse jobs", file=sys.stderr)
