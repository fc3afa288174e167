"""``workhorse lsp``: serves editors."""

import click


@click.command
@click.option("--stdio", is_flag=True, help="The default; accepted because editors pass it.")
@click.option("--tcp", metavar="[HOST:]PORT", help="Listen for one editor instead, for debugging.")
@click.option("--version", is_flag=True, help="Print the version.")
def command(stdio: bool, tcp: str | None, version: bool) -> int:
    """Serve an editor, on standard input and output.

    Your editor starts it; docs/editors.md has the settings for each.
    """
    from workhorse_cli.language_server import serve

    return serve([*(["--tcp", tcp] if tcp else []), *(["--version"] if version else [])])
