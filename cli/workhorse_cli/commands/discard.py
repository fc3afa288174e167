"""``workhorse discard``: removes a job's branch."""

import click

from workhorse_cli.job_command import job_argument, json_option


@click.command
@job_argument
@json_option
def command(job: str, json: bool) -> int:
    """Remove a job's branch; its record stays."""
    from workhorse_cli.job_command import open_here, print_state
    from workhorse_core.services.review import discard

    with open_here() as session:
        found = session.find_job(job)
        discard(session.repository, session.ledger, found)
        print_state(session, session.find_job(found.id), json)
    return 0
