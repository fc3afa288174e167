"""``workhorse doctor``: the state of everything that a job needs."""

import click

from workhorse_cli.job_command import json_option


@click.command
@json_option
def command(json: bool) -> int:
    """Check what is configured and reachable, and name the next step.

    The exit code is 1 if there is a problem. Nothing is changed, and no code is sent anywhere.
    """
    from workhorse_cli.doctor_report import print_health

    return print_health(json)
