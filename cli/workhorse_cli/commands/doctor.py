"""``workhorse doctor``: what is configured and reachable, and what to do next."""

import click

from workhorse_cli.job_command import json_option


@click.command
@json_option
def command(json: bool) -> int:
    """Say what is configured and reachable, and what to do next.

    The exit code is 1 where something is a problem. Nothing is changed, and no code is sent anywhere.
    """
    from workhorse_cli.health import print_health

    return print_health(json)
