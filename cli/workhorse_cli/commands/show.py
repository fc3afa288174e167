"""``workhorse show``: one job with all its details."""

import click

from workhorse_cli.job_command import job_argument, json_option


@click.command
@job_argument
@json_option
def command(job: str, json: bool) -> int:
    """Show a job: its task, regions, checks and verdicts."""
    from workhorse_cli.job_command import open_here, print_state

    with open_here() as session:
        print_state(session, session.find_job(job), json, everything=True)
    return 0
