"""``workhorse trust``: let a repository's settings name commands."""

import click


@click.command
@click.option("--show", is_flag=True, help="Print the settings, or what has changed in them; trust nothing.")
@click.option("--revoke", is_flag=True, help="Take it back.")
def command(show: bool, revoke: bool) -> int:
    """Let this repository's settings name commands and code to load.

    The trust is for the settings as they are now, of Workhorse and of the tools it starts: when they change, it has
    to be given again, and the difference is shown.
    """
    from workhorse_cli.settings import revoke_commands, trust_repository

    return revoke_commands() if revoke else trust_repository(show)
