"""Notice at the next commit, once, of drafts that the background worker has made."""

import os
import sys
from pathlib import Path

from workhorse_core.system.private_files import open_private
from workhorse_hooks.quick_settings import pending_file


def add_pending(common_dir: str, job: str) -> None:
    """Note a job for the next commit to report."""
    with open(pending_file(common_dir), "a", encoding="ascii", opener=open_private) as stream:
        stream.write(f"{job}\n")


def report_pending(common_dir: str) -> None:
    """Print one line about the noted jobs that still wait for the user, and forget them.

    Raises:
        LedgerError: The record of jobs cannot be read.
    """
    from workhorse_core.jobs.job import JobStatus, read_job
    from workhorse_core.jobs.ledger import Ledger
    from workhorse_core.settings.folders import ledger_folder

    note = Path(pending_file(common_dir))
    mine = note.with_name(f"{note.name}.{os.getpid()}")
    try:
        note.rename(mine)  # of two commits at the same time only one reports
        jobs = list(dict.fromkeys(mine.read_text("ascii").split()))
        mine.unlink()
    except FileNotFoundError:
        return
    with Ledger.open(ledger_folder(Path(common_dir))) as ledger:
        known = set(ledger.jobs(over=False))
        count = sum(job in known and read_job(ledger, job).status is JobStatus.VERIFIED for job in jobs)
    if count:
        drafts = "a draft waits" if count == 1 else f"{count} drafts wait"
        print(f"workhorse: {drafts} for you, see: workhorse jobs", file=sys.stderr)
