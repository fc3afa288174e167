"""``workhorse jobs``: lists the jobs."""

import click

from workhorse_cli.job_command import json_option


@click.command
@click.option("--all", "everything", is_flag=True, help="Include the jobs that are over.")
@json_option
def command(everything: bool, json: bool) -> int:
    """List the jobs that wait for you, newest first."""
    from workhorse_cli.job_command import open_here
    from workhorse_cli.json_line import to_line
    from workhorse_cli.output import Output
    from workhorse_cli.report import print_list
    from workhorse_core.services.job_json import job_json
    from workhorse_core.services.job_view import view_job

    output = Output(json)
    with open_here() as session:
        views = [view_job(session, job, with_diff=json) for job in session.jobs(over=everything)]
    if json:
        print(to_line([job_json(view) for view in views]))
    else:
        print_list(views, output, everything)
    return 0
