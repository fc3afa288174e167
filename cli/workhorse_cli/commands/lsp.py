"""``workhorse lsp``: serves editors."""

import click


@click.command
@click.option("--stdio", is_flag=True, help="What it does anyway; editors like to say so.")
@click.option("--tcp", metavar="[HOST:]PORT", help="Listen for one editor instead, for debugging.")
@click.option("--version", is_flag=True, help="Print the version.")
def command(stdio: bool, tcp: str | None, version: bool) -> int:
    """Serve an editor, on standard input and output.

    Your editor starts this; docs/editors.md says how it is told to.
    """
    from workhorse_cli.serving_editors import serve

    return serve([*(["--tcp", tcp] if tcp else []), *(["--version"] if version else [])])
