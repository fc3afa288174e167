"""``workhorse down``: unloads the model, and stops what ``up`` started."""

import click

from workhorse_cli.job_command import json_option


@click.command
@click.option("--persist", is_flag=True, help="Leave the server running; only its model goes.")
@json_option
def command(persist: bool, json: bool) -> int:
    """Unload the model, and stop the server if it was started by workhorse up.

    A server that somebody else has started goes on, without the model.
    """
    from workhorse_cli.serving import bring_down_and_say

    return bring_down_and_say(persist, json)
