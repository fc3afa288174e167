"""``workhorse approve``: a verdict that lets a job be merged."""

import click

from workhorse_cli.job_command import job_argument, json_option


@click.command
@job_argument
@click.option("-m", "--message", default="", metavar="REASON", help="Why, for the record.")
@json_option
def command(job: str, message: str, json: bool) -> int:
    """Approve a job, so that it may be merged.

    The verdict holds for exactly the change that the job has now, with what the checks said of it.
    """
    from workhorse_cli.job_command import record_verdict
    from workhorse_core.jobs.handoff import Decision

    return record_verdict(job, Decision.APPROVE, message, json)
