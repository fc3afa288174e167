"""``workhorse jobs``: lists the jobs."""

import click

from workhorse_cli.job_command import json_option


@click.command
@click.option("--all", "everything", is_flag=True, help="Those that are over as well.")
@json_option
def command(everything: bool, json: bool) -> int:
    """List the jobs that wait for you, newest first."""
    from workhorse_cli.jobs import open_store
    from workhorse_cli.output import Output
    from workhorse_cli.report import print_list
    from workhorse_cli.view import to_json, to_line

    output = Output(json)
    with open_store() as store:
        views = [store.view(job, with_diff=json) for job in store.jobs(over=everything)]
    if json:
        print(to_line([to_json(view) for view in views]))
    else:
        print_list(views, output, everything)
    return 0
