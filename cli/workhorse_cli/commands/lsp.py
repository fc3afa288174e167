"""``workhorse lsp``: serves editors."""

import click


@click.command
@click.option("--stdio", is_flag=True, help="What it does anyway; editors like to say so.")
@click.option("--tcp", metavar="[HOST:]PORT", help="Listen for one editor instead, for debugging.")
def command(stdio: bool, tcp: str | None) -> int:
    """Serve an editor, on standard input and output.

    Your editor starts this; docs/editors.md says how it is told to.
    """
    from workhorse_cli.serving_editors import serve

    return serve(tcp)
