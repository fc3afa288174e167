"""The configuration as the user sees it: values, origins, and trust in a repository's commands."""

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from workhorse_cli.json_line import to_line
from workhorse_cli.output import Output
from workhorse_core.services.session import Session
from workhorse_core.settings.config import list_settings, load_config, value_of
from workhorse_core.settings.config_file import commands_digest, read_repository_file, user_file
from workhorse_core.settings.trust import give_trust, revoke_trust, trusted_digest


def print_settings(json: bool) -> int:
    """Print the merged configuration and give the exit code."""
    output = Output(json)
    root = _root()
    loaded = load_config(root, os.environ, trust=trusted_digest(root, os.environ))
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
    if loaded.waiting:
        output.note("The repository's commands are not used until you trust it, see: workhorse trust --help")
    return 0


def trust_commands() -> int:
    """Trust the repository with the commands that it names now, and give the exit code."""
    output = Output()
    root = _root()
    load_config(root, os.environ)  # what is wrong with the file is said before it is trusted
    raw = read_repository_file(root)
    named = cast("Mapping[str, Sequence[str]]", raw.table.get("commands", {}))
    give_trust(root, os.environ, commands_digest(raw))
    output.say(
        f"{output.style(str(root))} is trusted" + (" with these commands:" if named else "; it names no command now.")
    )
    for name, words in named.items():
        output.say(f"  {output.style(f'{name}: {shlex.join(words)}')}")
    output.note("Take it back with: workhorse trust --revoke")
    return 0


def revoke_commands() -> int:
    """Take trust back and give the exit code."""
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
