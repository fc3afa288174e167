"""``workhorse probe``: what a model on its server really does."""

import click

from workhorse_cli.job_command import json_option


@click.command
@click.argument("model", required=False)
@click.option("--again", is_flag=True, help="Measure anew, though the model has not changed.")
@json_option
def command(model: str | None, again: bool, json: bool) -> int:
    """Measure what your model really does, with about eight short questions.

    Which switch keeps it from thinking, whether it obeys a JSON schema, whether the prompt cache is used, whether a
    cancelled answer frees its slot, how many slots there are. It is remembered until the model changes, and every
    draft is asked for accordingly. No code is sent.
    """
    from workhorse_cli.probing import print_probe

    return print_probe(model, again, json)
