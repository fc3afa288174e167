"""``workhorse reject``: a verdict that forbids a merge."""

import click

from workhorse_cli.job_command import job_argument, json_option


@click.command
@job_argument
@click.option("-m", "--message", required=True, metavar="REASON", help="What is wrong with it.")
@json_option
def command(job: str, message: str, json: bool) -> int:
    """Reject a job with a reason."""
    from workhorse_cli.job_command import record_verdict
    from workhorse_core.jobs.handoff import Decision

    return record_verdict(job, Decision.REJECT, message, json)
