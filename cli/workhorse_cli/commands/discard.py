"""``workhorse discard``: removes the branch of a job."""

import click

from workhorse_cli.job_command import job_argument, json_option


@click.command
@job_argument
@json_option
def command(job: str, json: bool) -> int:
    """Remove a job's branch; the record of it stays."""
    from workhorse_cli.job_command import print_view
    from workhorse_cli.jobs import open_bureau
    from workhorse_core.errors import JobError
    from workhorse_core.job import JobStatus, ended
    from workhorse_core.ledger import EventKind
    from workhorse_core.scratch import drop_scratch

    with open_bureau() as bureau:
        found = bureau.find(job)
        if found.landing is not None and found.status is not JobStatus.MERGED:
            raise JobError(f"Job {found.id} is being merged.", f"Finish that first: workhorse resume {found.id}")
        if found.scratch is not None:
            drop_scratch(bureau.repository, found.scratch)
        if found.status not in (JobStatus.MERGED, JobStatus.DISCARDED):
            bureau.ledger.append(found.id, EventKind.DISCARDED, ended("by the user"))
        print_view(bureau.view(bureau.find(found.id), with_diff=json), json)
    return 0
