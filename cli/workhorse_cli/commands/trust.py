"""``workhorse trust``: allows a repository's settings to name commands."""

import click


@click.command
@click.option("--show", is_flag=True, help="Print the settings, or what has changed in them; trust nothing.")
@click.option("--revoke", is_flag=True, help="Trust this repository no longer.")
def command(show: bool, revoke: bool) -> int:
    """Allow this repository's settings to name commands and code to load.

    Trust holds for the settings as they are now, of Workhorse and of the tools it starts; when they change, the
    difference is shown and trust must be given again.
    """
    from workhorse_cli.settings_list import revoke_commands, trust_repository

    return revoke_commands() if revoke else trust_repository(show)
