"""Settings and variables under which git runs no program that a repository's own configuration names.

``.git/config`` does not travel with a clone, but it does with a copied or unpacked folder, so it is as untrusted as the
files. Every row of the table in docs/security.md is here.
"""

import os
from collections.abc import Iterable, Mapping, Sequence

SAFE_ENVIRONMENT: Mapping[str, str] = {
    "GIT_ALLOW_PROTOCOL": "none",  # no transport: neither ssh, nor credential helpers, nor upload-pack commands
    "GIT_ASKPASS": "",
    "GIT_EDITOR": "false",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",  # a missing object of a partial clone is an error, and not a download
    "GIT_SEQUENCE_EDITOR": "false",
    "GIT_TERMINAL_PROMPT": "0",
    "LANGUAGE": "C",
    "LC_ALL": "C",
    "SSH_ASKPASS": "",
}

_SAFE_OPTIONS = (
    "--no-pager",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
)
_READS_SETTINGS = frozenset({"config", "rev-parse", "var"})
"""Commands that start nothing, and whose answer must be the user's own settings."""


def safe_options(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the options for a git command that keep its own programs from being started."""
    words = iter(arguments)
    for word in words:
        if word == "-c":
            next(words, None)
        elif not word.startswith("-"):
            return () if word in _READS_SETTINGS else _SAFE_OPTIONS
    return _SAFE_OPTIONS


# -- programs that a configuration file names


PROGRAM_SETTINGS = r"^(filter\..*\.(clean|smudge|process)|gpg\.(.*\.)?(program|defaultkeycommand))$"
"""Settings that name a program which a landing may need, as ``git config --get-regexp`` takes them."""
_OF_THE_REPOSITORY = frozenset({"local", "worktree"})


def repository_programs(output: bytes) -> frozenset[str]:
    """Read ``git config -z --show-scope --get-regexp`` and return the settings whose value only the repository gives.

    A value that the user's own files give as well is the user's.
    """
    users: dict[str, set[str]] = {}
    last: dict[str, tuple[str, str]] = {}
    fields = os.fsdecode(output).split("\0")[:-1]
    for scope, setting in zip(fields[::2], fields[1::2], strict=True):
        key, _, value = setting.partition("\n")
        last[key] = scope, value
        if scope not in _OF_THE_REPOSITORY:
            users.setdefault(key, set()).add(value)
    return frozenset(
        key
        for key, (scope, value) in last.items()
        if value and scope in _OF_THE_REPOSITORY and value not in users.get(key, ())
    )


def filter_of(setting: str) -> str | None:
    """Return the filter that a setting (``filter.NAME.clean``) is about; None for another setting."""
    return setting[len("filter.") : setting.rindex(".")] if setting.startswith("filter.") else None


def without_filters(names: Iterable[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that switch filters off; names may hold any character, which ``-c`` would not take."""
    pairs = [
        (f"filter.{name}.{key}", value)
        for name in sorted(set(names))
        for key, value in (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
    ]
    if not pairs:
        return {}
    count = environ.get("GIT_CONFIG_COUNT", "")
    first = int(count) if count.isdigit() else 0
    variables = {"GIT_CONFIG_COUNT": str(first + len(pairs))}
    for number, (key, value) in enumerate(pairs, first):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables
