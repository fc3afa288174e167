"""``workhorse models``: the models that are there."""

import click

from workhorse_cli.job_command import json_option


@click.command
@json_option
def command(json: bool) -> int:
    """List the models that are there: size, kind, context, and whether they fit and are loaded."""
    from workhorse_cli.models import print_models

    return print_models(json)
