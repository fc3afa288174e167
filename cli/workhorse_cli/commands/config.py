"""``workhorse config``: every setting, and where it comes from."""

import click

from workhorse_cli.job_command import json_option


@click.command
@json_option
def command(json: bool) -> int:
    """Print every setting, its value, and where that comes from."""
    from workhorse_cli.settings import print_settings

    return print_settings(json)
