"""``workhorse audit``: checks that commits hold what was approved."""

import click

from workhorse_cli.job_command import json_option


@click.command
@click.argument("commits", metavar="[RANGE]", required=False)
@json_option
def command(commits: str | None, json: bool) -> int:
    """Check that commits which carry Workhorse's trailers hold what was approved.

    RANGE is written as for git log: origin/main..HEAD, or one revision and all that leads to it. By default it is what
    your branch's upstream does not have; without an upstream what no remote has; without a remote the last 200 commits.

    From the commits alone: the trailers are whole, the commit changes exactly what they name, and the proofs hold when
    they are made again. Where this repository has the job's record: that it was approved, by whom, and for this
    change. Exit code 1 when a commit does not hold up.
    """
    from workhorse_cli.auditing import audit_range

    return audit_range(commits, json)
