"""``post-commit``: queue what was just committed, and start the background worker."""

import os
import sys

from workhorse_hooks.quick_settings import pending_file, read_settings


def run_post_commit(git_dir: str, common_dir: str, commit: str) -> int:
    """Queue a commit and return at once.

    Args:
        git_dir: The work tree's own git folder; the current folder is the top of the work tree.
        common_dir: The common git folder.
        commit: Its full id, "" where it touches no Python file.
    """
    if os.path.exists(pending_file(common_dir)):
        from workhorse_hooks.pending_notice import report_pending

        report_pending(common_dir)
    root = os.getcwd()
    settings = read_settings(git_dir, root)
    if not commit or "draft" not in (settings.modes["post-commit"], settings.modes["pre-commit"]):
        return 0
    from workhorse_hooks.queue import Queue

    Queue(common_dir).add(commit, root, git_dir)
    start_worker(common_dir)
    return 0


def start_worker(common_dir: str) -> None:
    """Start a worker that outlives this process; it ends at once where there is one already.

    It inherits no terminal, no pipe and none of git's variables: a reader of a pipe would wait for its end.
    """
    from workhorse_core.git.process import LOCAL_VARIABLES

    nowhere = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    environment = {name: value for name, value in os.environ.items() if name not in LOCAL_VARIABLES}
    program = [sys.executable, "-I", "-m", "workhorse_hooks", "worker", common_dir, common_dir]
    os.posix_spawn(sys.executable, program, environment, file_actions=nowhere, setsid=True)
