"""The click group, which imports a command only when it is called."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from workhorse_cli.command_list import ActionEntry, CommandEntry

HELP_NAMES = ["-h", "--help"]
_SETTINGS = {"help_option_names": HELP_NAMES, "max_content_width": 100}
_COMPLETE = "_WORKHORSE_COMPLETE"
_ABOUT = """\
Mechanical code work by a cheap local worker, proved, and decided by you.

Nothing reaches your branch without your verdict: a draft waits on a scratch branch until you approve and merge it.

JOB is the short id that every command prints; a unique prefix is enough; @ is the newest.
"""


class LazyGroup(click.Group):
    """Knows each command's name and title from the registry, and its module only by name."""

    def __init__(self, entries: Sequence["ActionEntry | CommandEntry"]) -> None:
        super().__init__(
            "workhorse", help=_ABOUT, context_settings=_SETTINGS, no_args_is_help=True, params=[_version_option()]
        )
        self._entries = {entry.name: entry for entry in entries}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the list."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name."""
        entry = self._entries.get(cmd_name)
        return entry.load() if entry else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name; an unknown one names the nearest."""
        if args[0] not in self._entries and not args[0].startswith("-"):
            from difflib import get_close_matches

            nearest = get_close_matches(args[0], self._entries, 1)
            hint = f"Did you mean {nearest[0]}?" if nearest else f"See {ctx.command_path} --help"
            ctx.fail(f"There is no command {args[0]!r}. {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the registry, so that help imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.title) for entry in self._entries.values()])


def dispatch(entries: Sequence["ActionEntry | CommandEntry"], arguments: Sequence[str], program: str) -> int:
    """Run the command that the arguments name, without click's own error handling.

    Returns:
        The exit code.
    """
    group = LazyGroup(entries)
    if instruction := os.environ.get(_COMPLETE):
        from click.shell_completion import shell_complete

        return shell_complete(group, {}, program, _COMPLETE, instruction)
    with group.make_context(program, list(arguments)) as context:
        code = group.invoke(context)
    return code if isinstance(code, int) else 0


def _version_option() -> click.Option:
    return click.Option(
        ["--version"], is_flag=True, expose_value=False, is_eager=True, callback=_say_version, help="Print the version."
    )


def _say_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        from workhorse_core.system.version import VERSION

        click.echo(f"workhorse {VERSION}")
        context.exit()
