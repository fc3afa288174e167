"""``workhorse trust``: lets a repository's configuration name commands."""

import click


@click.command
@click.option("--revoke", is_flag=True, help="Take it back.")
def command(revoke: bool) -> int:
    """Let this repository's configuration name commands.

    The trust is for the commands as they are now: when they change, it has to be given again.
    """
    from workhorse_cli.settings import revoke_commands, trust_commands

    return revoke_commands() if revoke else trust_commands()
