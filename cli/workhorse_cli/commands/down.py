"""``workhorse down``: unloads the model and stops the server that ``up`` started."""

import click

from workhorse_cli.job_command import json_option


@click.command
@click.option("--model", metavar="NAME", help="Unload this model of Ollama, even if workhorse up has not loaded it.")
@click.option("--persist", is_flag=True, help="Leave the server running; unload only its model.")
@json_option
def command(model: str | None, persist: bool, json: bool) -> int:
    """Unload the model that workhorse up has loaded, and stop the server that it has started.

    A server that was running before stays, and so does a model that was in memory before.
    """
    from workhorse_cli.model_server import report_down

    return report_down(model, persist, json)
