"""``workhorse probe``: measures a model on its server."""

import click

from workhorse_cli.job_command import json_option


@click.command
@click.argument("model", required=False)
@click.option("--again", is_flag=True, help="Measure again though the model has not changed.")
@json_option
def command(model: str | None, again: bool, json: bool) -> int:
    """Measure how your model answers, with some thirty short questions.

    The probe finds the switch that turns thinking off, and whether the model obeys a JSON schema, the server reuses
    its prompt cache, a cancelled answer frees its slot, and how many slots there are. Twenty graded questions about
    functions of Workhorse's own show in which way the model is asked best, and whether it can describe code at all.
    The result is kept until the model changes, and every draft uses it. None of your code is sent.
    """
    from workhorse_cli.probe_table import print_probe

    return print_probe(model, again, json)
