"""Checks of ``.pre-commit-hooks.yaml``: they fail where our own hook would only report."""

import os
from collections.abc import Sequence
from pathlib import Path

from workhorse_core.actions.catalog import ACTIONS, describe
from workhorse_core.services.session import Session
from workhorse_hooks.findings import find_lacking, print_lacking, say
from workhorse_hooks.quick_settings import wanted_for
from workhorse_hooks.run_hook import changed_since, staged_changes


def check_commit(actions: Sequence[str], folder: Path) -> int:
    """Check the staged changes, or those that the framework compares; return 1 where something is lacking.

    Raises:
        WorkhorseError: There is no repository here, or its configuration cannot be read.
    """
    if missing := [name for name in actions if name not in ACTIONS or not describe(name).lack]:
        say([f"workhorse: this version cannot look for {', '.join(missing)}; nothing is checked for it."])
    session = Session(folder)
    repository = session.repository
    os.chdir(repository.root)
    wanted = wanted_for(dict.fromkeys(actions), session.project.config)
    since = os.environ.get("PRE_COMMIT_FROM_REF")
    changed = (
        changed_since(repository, since, os.environ.get("PRE_COMMIT_TO_REF", "HEAD"))
        if since
        else staged_changes(repository)
    )
    lacking = find_lacking(changed, wanted, str(repository.root)) if wanted.actions else []
    if lacking:
        print_lacking(lacking, refused=not since)
    return int(bool(lacking))
