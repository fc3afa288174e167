"""Filters and signing programs that only a repository's own configuration names, and so are not to be started."""

import os
from collections.abc import Mapping

from workhorse_core.git.repository import Repository

_SETTINGS = r"^(filter\..*\.(clean|smudge|process)|gpg\.(.*\.)?(program|defaultkeycommand))$"
"""Settings that name a program which a landing may need, as ``git config --get-regexp`` takes them."""
_OF_THE_REPOSITORY = frozenset({"local", "worktree"})


def own_programs(repository: Repository) -> frozenset[str]:
    """Return the settings naming a filter or a signing program that only the repository's own files give."""
    answer = repository.ask("config", "-z", "--show-scope", "--get-regexp", _SETTINGS)
    return repository_programs(answer.output) if answer.status == 0 else frozenset()


def own_filters(repository: Repository) -> frozenset[str]:
    """Return the names of the filters that only the repository's own files define."""
    programs = own_programs(repository)
    return frozenset(name[len("filter.") : name.rindex(".")] for name in programs if name.startswith("filter."))


def own_filters_off(repository: Repository) -> dict[str, str]:
    """Return the variables for a command that may run filters: those of the repository's own files are off."""
    return _without(own_filters(repository), os.environ)


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


def _without(filters: frozenset[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that switch filters off; names may hold any character, which ``-c`` would not take."""
    pairs = [
        (f"filter.{name}.{key}", value)
        for name in sorted(filters)
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
