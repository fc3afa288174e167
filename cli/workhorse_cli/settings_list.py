"""The configuration as the user sees it: values, origins, and trust in a repository's commands."""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import click

from workhorse_cli.json_line import to_line
from workhorse_cli.output import Output
from workhorse_core.services.session import Session
from workhorse_core.settings.command_settings import CommandSettings, commands_in, read_command_settings
from workhorse_core.settings.config import list_settings, value_of
from workhorse_core.settings.config_file import read_repository_file, user_file
from workhorse_core.settings.loaded_config import load_config
from workhorse_core.settings.trust import difference, give_trust, revoke_trust, trusted_settings


def print_settings(json: bool) -> int:
    """Print the merged configuration and return the exit code."""
    output = Output(json)
    root = _root()
    loaded = load_config(root, os.environ, trust=trusted_settings(root, os.environ))
    values = {key: value_of(loaded.config, setting) for key, setting in list_settings().items()}
    if json:
        print(to_line({key: {"value": _json(values[key]), "from": loaded.origins[key]} for key in values}))
        return 0
    shown = {key: _words(value) for key, value in values.items()}
    widths = max(map(len, shown)), min(max(map(len, shown.values())), 40)
    for key, words in shown.items():
        origin = loaded.origins[key]
        line = f"{key.ljust(widths[0])}  {words.ljust(widths[1])}  {origin}"
        output.say(output.style(line, "dim") if origin == "default" else output.style(line))
    output.note(f"Your own settings belong in {user_file(os.environ)}")
    if loaded.outdated:
        output.note("Settings that can name commands have changed since you trusted this repository.")
        output.note("See the difference with: workhorse trust --show")
    elif loaded.waiting:
        output.note("The repository's commands are not used until you trust it, see: workhorse trust --help")
    return 0


def trust_repository(show: bool) -> int:
    """Trust the repository with its settings as they are, and return the exit code.

    Args:
        show: Print what would be trusted, and trust nothing.
    """
    output = Output()
    root = _root()
    load_config(root, os.environ)  # errors of the file are reported before it is trusted
    settings = read_command_settings(root, read_repository_file(root))
    before = trusted_settings(root, os.environ)
    if before is None:
        _print_settings(settings, output, everything=show)
    else:
        _print_difference(before, settings, output)
    if show:
        return 0
    if sys.stdin.isatty() and settings and not click.confirm("Trust this repository with them?"):
        output.say("Nothing was changed.")
        return 1
    give_trust(root, os.environ, settings)
    output.say(f"{output.style(str(root))} is trusted with its settings as they are now.")
    output.note("When they change, trust has to be given again. Revoke it with: workhorse trust --revoke")
    return 0


def _print_settings(settings: CommandSettings, output: Output, everything: bool) -> None:
    if not settings:
        output.say("No setting of this repository can name a command.")
        return
    output.say("These settings can name commands or code to load:")
    for name, text in settings.items():
        output.say(f"  {output.style(name)}")
        for line in text.rstrip("\n").split("\n") if everything else ():
            output.say(f"    {output.style(line)}")
    for name, words in commands_in(settings).items():
        output.say(f"  {output.style(f'{name}: {shlex.join(words)}')}")


def _print_difference(before: CommandSettings, settings: CommandSettings, output: Output) -> None:
    lines = difference(before, settings)
    output.say("What has changed since you trusted it:" if lines else "Nothing has changed since you trusted it.")
    for line in lines:
        output.say(f"  {output.style(line)}")


def revoke_commands() -> int:
    """Take trust back and return the exit code."""
    output = Output()
    root = _root()
    was_trusted = revoke_trust(root, os.environ)
    output.say(f"{output.style(str(root))} {'is no longer' if was_trusted else 'was not'} trusted.")
    return 0


def _root() -> Path:
    return Session(Path.cwd()).root


def _json(value: object) -> object:
    return dict(cast("Mapping[str, object]", value)) if isinstance(value, Mapping) else value


def _words(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(cast("tuple[str, ...]", value)) or "-"
        case Mapping():
            table = cast("Mapping[str, Sequence[str]]", value)
            return "; ".join(f"{name}: {shlex.join(words)}" for name, words in table.items()) or "-"
        case _:
            return str(value)
