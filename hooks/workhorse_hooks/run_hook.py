"""Start of a hook without our shim: by husky, lefthook, pre-commit and prek, or by hand."""

import os
from collections.abc import Sequence
from pathlib import Path

from workhorse_core.git.repository import Repository
from workhorse_core.landing.apply import operation_under_way
from workhorse_core.services.session import Session
from workhorse_hooks.scan import DIFF, QUIETLY, Changed, commit_diff, range_diff, read_diff

_PATTERNS = {"GIT_LITERAL_PATHSPECS": "0"}


def run_hook(hook: str, arguments: Sequence[str], pushed: bytes) -> int:
    """Run one hook of the current repository; return the exit code that the shims expect.

    Args:
        hook: As git names it.
        arguments: What git gives to the hook.
        pushed: What git writes to the hook's input, of ``pre-push``.

    Raises:
        WorkhorseError: There is no repository here, or it cannot be used.
    """
    repository = Session(Path.cwd()).repository
    if hook != "pre-push" and operation_under_way(repository):
        return 0
    files = [os.path.abspath(word) if os.path.exists(word) else word for word in arguments[:1]] + [*arguments[1:]]
    os.chdir(repository.root)
    git_dir, common_dir = str(repository.git_dir), str(repository.common_dir)
    if hook == "pre-commit":
        from workhorse_hooks.pre_commit import run_pre_commit

        return run_pre_commit(git_dir, common_dir, _staged_diff(repository))
    if hook == "post-commit":
        from workhorse_hooks.post_commit import run_post_commit

        commit = repository.commit_id("HEAD")
        changed = read_diff(repository.read(*QUIETLY, *commit_diff(commit), environment=_PATTERNS))
        return run_post_commit(git_dir, common_dir, commit if changed else "")
    if hook == "prepare-commit-msg":
        from workhorse_hooks.prepare_commit_msg import run_prepare_commit_msg

        source = os.environ.get("PRE_COMMIT_COMMIT_MSG_SOURCE", "")  # the frameworks hand on the file alone
        return run_prepare_commit_msg(git_dir, files if len(files) > 1 else [*files, source])
    if hook == "commit-msg":
        from workhorse_hooks.commit_msg import run_commit_msg

        return run_commit_msg(git_dir, files[0])
    from workhorse_hooks.pre_push import pushed_by_framework, run_pre_push

    if not pushed and "PRE_COMMIT" in os.environ:
        pushed = pushed_by_framework(os.environ)
        arguments = arguments or [os.environ.get("PRE_COMMIT_REMOTE_NAME", "origin")]
    return run_pre_push(git_dir, arguments, pushed)


def staged_changes(repository: Repository) -> list[Changed]:
    """Return the staged changes."""
    return read_diff(_staged_diff(repository))


def changed_since(repository: Repository, since: str, to: str) -> list[Changed]:
    """Return the changes of one commit that another has not.

    Raises:
        RepositoryError: One of them is none.
    """
    ends = repository.commit_id(since), repository.commit_id(to)
    return read_diff(repository.read(*QUIETLY, *range_diff(*ends), environment=_PATTERNS))


def _staged_diff(repository: Repository) -> bytes:
    index = {"GIT_INDEX_FILE": str(repository.hook_index)} if repository.hook_index else {}
    return repository.read(*QUIETLY, *DIFF, environment={**_PATTERNS, **index})
