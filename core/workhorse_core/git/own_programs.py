"""Filters and signing programs that only a repository's own configuration names, and so are not to be started."""

import os
from collections.abc import Iterable, Mapping

from workhorse_core.git.repository import Repository

_READ_BY_FILTERS = {
    "lfs.": ("git-lfs", "git lfs"),  # https://github.com/git-lfs/git-lfs/blob/main/docs/extensions.md
    "annex.": ("git-annex", "git annex"),
}
"""Beginnings of settings by which a filter of the user's starts further programs, and how that filter is called."""
_SETTINGS = (
    r"^(filter\..*\.(clean|smudge|process)|gpg\.(.*\.)?(program|defaultkeycommand)"
    r"|lfs\.extension\..*\.(clean|smudge)|lfs\.customtransfer\..*\.(path|args)|annex\..*command)$"
)
"""Settings that name a program which a landing may need, as ``git config --get-regexp`` takes them."""
_OF_THE_REPOSITORY = frozenset({"local", "worktree"})


def own_programs(repository: Repository) -> dict[str, str]:
    """Return the settings of filters and of signing whose program only the repository's own files name.

    Returns:
        The setting that names the program, by the one that makes git start it.
    """
    answer = repository.ask("config", "-z", "--show-scope", "--get-regexp", _SETTINGS)
    return repository_programs(answer.output) if answer.status == 0 else {}


def own_filters(repository: Repository) -> dict[str, str]:
    """Return the settings of :func:`own_programs` that are of filters, by the filter's name."""
    return {
        key[len("filter.") : key.rindex(".")]: setting
        for key, setting in sorted(own_programs(repository).items())
        if key.startswith("filter.")
    }


def own_filters_off(repository: Repository) -> dict[str, str]:
    """Return the variables for a command that may run filters: those of the repository's own files are off."""
    return _without(own_filters(repository), os.environ)


def repository_programs(output: bytes) -> dict[str, str]:
    """Read ``git config -z --show-scope --get-regexp`` and return the settings whose program only the repository gives.

    A value that the user's own files give as well is the user's, unless it is a filter that reads further settings.
    """
    users: dict[str, set[str]] = {}
    last: dict[str, tuple[str, str]] = {}
    fields = os.fsdecode(output).split("\0")[:-1]
    for scope, setting in zip(fields[::2], fields[1::2], strict=True):
        key, _, value = setting.partition("\n")
        last[key] = scope, value
        if scope not in _OF_THE_REPOSITORY:
            users.setdefault(key, set()).add(value)
    own = {
        key: key
        for key, (scope, value) in last.items()
        if value and scope in _OF_THE_REPOSITORY and value not in users.get(key, ())
    }
    for read in sorted(own):
        names = next((names for start, names in _READ_BY_FILTERS.items() if read.startswith(start)), ())
        started = (key for key, (_, value) in last.items() if any(name in value for name in names))
        own |= {key: read for key in started if key.startswith("filter.") and key not in own}
    return own


def _without(filters: Iterable[str], environ: Mapping[str, str]) -> dict[str, str]:
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
