"""Finding jobs: the repository that is stood in, its ledger, and the job that an id means."""

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from workhorse_cli.view import JobView
from workhorse_core.errors import JobError, NotARepository
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import Job, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.jobs.scratch import read_patch


class JobStore(NamedTuple):
    """A repository and the record of its jobs."""

    repository: Repository
    ledger: Ledger

    def find(self, text: str) -> Job:
        """Give the job that an id, a unique beginning of one, or ``@`` means.

        Raises:
            JobError: There is none, or more than one.
        """
        return read_job(self.ledger, self.ledger.find_job(text))

    def jobs(self, over: bool) -> Iterator[Job]:
        """List the jobs, newest first; without ``over`` only those that wait for somebody."""
        for job in self.ledger.jobs(over):
            if self.ledger.events(job):  # an id that was given just before a kill never became a job
                yield read_job(self.ledger, job)

    def view(self, job: Job, with_diff: bool = True) -> JobView:
        """See a job; without the diff where its commits are gone."""
        diff = b""
        if with_diff and job.scratch:
            try:
                diff = read_patch(self.repository, job.scratch).text
            except JobError:
                diff = b""
        return JobView(
            job.id,
            job.task.action,
            job.status.value,
            [str(target) for target in job.task.targets],
            job.task.note,
            job.drafts,
            job.scratch,
            job.verification.results if job.verification else (),
            job.verdicts,
            diff,
            error=job.reason,
            landed=f"landed as {job.commit}" if job.commit else None,
            notes=job.notes,
        )


def open_ledger(repository: Repository) -> Ledger:
    """Open a repository's ledger; all its worktrees share it.

    Raises:
        LedgerError: It cannot be used.
    """
    return Ledger.open(repository.common_dir / "workhorse")


@contextmanager
def open_store() -> Generator[JobStore]:
    """Open the record of the repository that the current folder lies in.

    Raises:
        NotARepository: It lies in none.
        LedgerError: The record cannot be used.
    """
    repository = Repository.find(Path(os.curdir))
    if repository is None:
        raise NotARepository(
            f"There is no git repository in {Path.cwd()}, so there are no jobs.",
            "Go to the project that was worked on",
        )
    with open_ledger(repository) as ledger:
        yield JobStore(repository, ledger)
