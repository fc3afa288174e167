"""``workhorse down``: unloads the model, and stops what ``up`` started."""

import click

from workhorse_cli.job_command import json_option


@click.command
@click.option("--model", metavar="NAME", help="Unload this model of Ollama, whoever has loaded it.")
@click.option("--persist", is_flag=True, help="Leave the server running; only its model goes.")
@json_option
def command(model: str | None, persist: bool, json: bool) -> int:
    """Unload the model that workhorse up has loaded, and stop the server that it has started.

    A server that somebody else has started goes on, and so does a model that was in its memory before.
    """
    from workhorse_cli.serving import bring_down_and_say

    return bring_down_and_say(model, persist, json)
