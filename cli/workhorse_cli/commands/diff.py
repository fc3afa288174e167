"""``workhorse diff``: the unified diff of a job."""

import click

from workhorse_cli.job_command import job_argument


@click.command
@job_argument
def command(job: str) -> int:
    """Print a job's unified diff, byte for byte as git would print it."""
    from workhorse_cli.job_command import open_here
    from workhorse_cli.output import Output
    from workhorse_core.jobs.scratch import read_patch

    output = Output()
    with open_here() as session:
        found = session.find_job(job)
        if found.scratch is None:
            output.note(f"Job {found.id} has no diff: its status is {found.status.value}.")
        else:
            output.diff(read_patch(session.repository, found.scratch).text)
    return 0
