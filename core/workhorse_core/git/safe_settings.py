"""Settings and variables under which git runs no program that a repository's own configuration names.

``.git/config`` does not travel with a clone, but it does with a copied or unpacked folder, so it is as untrusted as the
files. The rows of the table in docs/security.md are here; filters and signing programs are in `own_programs.py`.
"""

from collections.abc import Mapping, Sequence

SAFE_ENVIRONMENT: Mapping[str, str] = {
    "GIT_ALLOW_PROTOCOL": "none",  # no transport: neither ssh, nor credential helpers, nor upload-pack commands
    "GIT_ASKPASS": "",
    "GIT_DIFF_OPTS": "",  # it overrules -U0, and so would change the digest of a commit
    "GIT_EDITOR": "false",
    "GIT_GLOB_PATHSPECS": "0",  # with this, or with ICASE, git takes no literal paths
    "GIT_GRAFT_FILE": "/dev/null",  # other parents, in this clone only, would hide commits from audit and pre-push
    "GIT_ICASE_PATHSPECS": "0",
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
