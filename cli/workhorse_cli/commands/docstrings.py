"""``workhorse docstrings``: adds missing docstrings."""

import click

from workhorse_cli.action_command import ActionCommand, Shared, action_options, run_action


@click.command(cls=ActionCommand)
@click.argument("targets", nargs=-1, metavar="TARGET…")
@click.option("--rewrite", is_flag=True, help="Also mend docstrings that do not match their signature.")
@click.option("--private", is_flag=True, help="Document private names as well.")
@click.option(
    "--style",
    type=click.Choice(["google", "numpy", "sphinx"]),
    help="The docstring style; what the project already uses by default.",
)
@action_options
def command(shared: Shared, targets: tuple[str, ...], rewrite: bool, private: bool, style: str | None) -> int:
    """Add missing docstrings.

    TARGET is a path, path::Class.method, path:LINE, path:FIRST-LAST or a folder. The result waits on a scratch
    branch until you approve and merge it.
    """
    options = {name: "yes" for name, asked in (("rewrite", rewrite), ("private", private)) if asked}
    if style:
        options["style"] = style
    return run_action("docstrings", targets, options, shared)
