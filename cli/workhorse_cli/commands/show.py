"""``workhorse show``: one job, whole."""

import click

from workhorse_cli.job_command import job_argument, json_option


@click.command
@job_argument
@json_option
def command(job: str, json: bool) -> int:
    """Show a job: its task, regions, checks and verdicts."""
    from workhorse_cli.job_command import print_view
    from workhorse_cli.jobs import open_store

    with open_store() as store:
        print_view(store.view(store.find(job), with_diff=json), json, everything=True)
    return 0
