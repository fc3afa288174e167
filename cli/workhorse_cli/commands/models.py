"""``workhorse models``: the installed models."""

import click

from workhorse_cli.job_command import json_option


@click.command
@json_option
def command(json: bool) -> int:
    """List the installed models: size, kind, context, and whether they fit and are loaded."""
    from workhorse_cli.model_list import print_models

    return print_models(json)
