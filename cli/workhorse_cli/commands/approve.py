"""``workhorse approve``: a verdict that allows a merge."""

import click

from workhorse_cli.job_command import job_argument, json_option


@click.command
@job_argument
@click.option("-m", "--message", default="", metavar="REASON", help="Why, for the record.")
@click.option(
    "--only",
    multiple=True,
    metavar="REGION",
    help="Keep only this region: NAME, path or path::NAME; may be given more than once.",
)
@json_option
def command(job: str, message: str, only: tuple[str, ...], json: bool) -> int:
    """Approve a job, so that it may be merged.

    The verdict is bound to exactly the change that the job has now, and to the results of its checks. With --only the
    other regions are rejected: the rest becomes a new candidate, which is checked again and approved.
    """
    from workhorse_cli.job_command import approve_regions, record_verdict
    from workhorse_core.jobs.handoff import Decision

    if only:
        return approve_regions(job, only, message, json)
    return record_verdict(job, Decision.APPROVE, message, json)
