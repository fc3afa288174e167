"""``workhorse audit``: compares commits with their verdicts."""

import click

from workhorse_cli.job_command import json_option


@click.command
@click.argument("commits", metavar="[RANGE]", required=False)
@json_option
def command(commits: str | None, json: bool) -> int:
    """Check that commits which carry Workhorse's trailers hold what was approved.

    RANGE is written as for git log: origin/main..HEAD, or one revision and all that leads to it. By default it is what
    your branch's upstream does not have; without an upstream what no remote has; without a remote the last 200 commits.

    From the commits alone: the trailers are complete, the commit changes exactly what they name, and the proofs pass
    when they are computed again. Where this repository has the job's record: a verdict approved exactly this change.
    The exit code is 1 if a commit fails.
    """
    from workhorse_cli.audit_report import audit_range

    return audit_range(commits, json)
