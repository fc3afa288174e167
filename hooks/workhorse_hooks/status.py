"""``workhorse hooks status``."""

import json

from workhorse_core.services.session import Session
from workhorse_hooks.install import Installed, find_folder, read_installed
from workhorse_hooks.queue import Queue
from workhorse_hooks.quick_settings import modes_of
from workhorse_hooks.shim import HOOKS
from workhorse_hooks.worker import running_worker


def print_status(session: Session, as_json: bool) -> None:
    """Print a line for each hook, and one for the background worker.

    Raises:
        NotARepository: The project lies outside of git.
        ConfigError: The configuration holds an illegal value.
    """
    repository = session.repository
    folder = find_folder(repository)
    modes = modes_of(session.project.config)
    hooks = [read_installed(folder, hook) for hook in HOOKS]
    worker = running_worker(str(repository.common_dir))
    queued = len(list(Queue(str(repository.common_dir)).requests()))
    if as_json:
        rows = {
            each.hook: {
                "mode": modes[each.hook],
                "installed": each.ours,
                "kept": each.kept,
                "current": each.works and each.current,
            }
            for each in hooks
        }
        print(json.dumps({"folder": str(folder), "hooks": rows, "worker": worker, "queued": queued}))
        return
    for each in hooks:
        print(f"{each.hook:<19} {modes[each.hook]:<7} {_words(each)}")
    drafting = modes["pre-commit"] == "draft" and not hooks[HOOKS.index("post-commit")].ours
    if drafting:
        print("pre-commit drafts through post-commit: workhorse hooks install --hook post-commit")
    print(f"background worker   {f'process {worker}' if worker else 'not running'}, {queued} queued")


def _words(installed: Installed) -> str:
    if installed.ours and not installed.works:
        return "installed, but its Python is gone: workhorse hooks install"
    if installed.ours and not installed.current:
        return f"installed by another version of Workhorse: workhorse hooks install --hook {installed.hook}"
    if installed.ours:
        return "installed, before it runs the hook that was there" if installed.kept else "installed"
    return "not installed; there is another hook" if installed.foreign else "not installed"
