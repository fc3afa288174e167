"""``workhorse hooks status``."""

import json
from pathlib import Path

from workhorse_core.errors import NotARepository
from workhorse_core.git.repository import Repository
from workhorse_core.workspace.project import open_project
from workhorse_hooks.install import Installed, find_folder, read_installed
from workhorse_hooks.queue import Queue
from workhorse_hooks.quick_settings import modes_of
from workhorse_hooks.shim import HOOKS
from workhorse_hooks.worker import running_worker


def find_repository() -> Repository:
    """Return the repository of the current folder.

    Raises:
        NotARepository: There is none.
    """
    repository = Repository.find(Path.cwd())
    if repository is None:
        raise NotARepository(f"There is no git repository in {Path.cwd()}", "Go to a repository, or make one: git init")
    return repository


def read_modes(repository: Repository) -> dict[str, str]:
    """Return the mode of each hook.

    Raises:
        ConfigError: The configuration holds an illegal value.
    """
    return modes_of(open_project(repository.root).config)


def print_status(repository: Repository, as_json: bool) -> None:
    """Print a line for each hook, and one for the background worker.

    Raises:
        ConfigError: The configuration holds an illegal value.
    """
    folder = find_folder(repository)
    modes = read_modes(repository)
    hooks = [read_installed(folder, hook) for hook in HOOKS]
    worker = running_worker(str(repository.common_dir))
    queued = len(list(Queue(str(repository.common_dir)).requests()))
    if as_json:
        rows = {each.hook: {"mode": modes[each.hook], "installed": each.ours, "kept": each.kept} for each in hooks}
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
    if installed.ours:
        return "installed, before it runs the hook that was there" if installed.kept else "installed"
    return "not installed; there is another hook" if installed.foreign else "not installed"
