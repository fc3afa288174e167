"""``workhorse config``: every setting and its origin."""

import click

from workhorse_cli.job_command import json_option


@click.command
@json_option
def command(json: bool) -> int:
    """Print every setting with its value and its origin."""
    from workhorse_cli.settings_list import print_settings

    return print_settings(json)
