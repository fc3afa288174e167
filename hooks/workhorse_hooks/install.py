"""Installation and removal of our shims where git looks for hooks; foreign hooks are kept."""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import workhorse_core
from workhorse_core.errors import UsageError
from workhorse_core.git.repository import Repository
from workhorse_hooks.managers import Manager, find_manager
from workhorse_hooks.quick_settings import hooks_folder
from workhorse_hooks.shim import HOOKS, KEPT, Program, is_current, is_shim, write_shim

USUAL = ("pre-commit", "commit-msg", "pre-push")
"""The hooks that are installed when none is named: they look, and change nothing."""


@dataclass(frozen=True, slots=True)
class Installed:
    """State of one hook's place.

    ``ours`` is whether it is our shim, ``kept`` whether a foreign hook waits behind it, ``works`` whether what the
    shim starts is still there, ``current`` whether it is the script that this version writes.
    """

    hook: str
    path: Path
    ours: bool = False
    foreign: bool = False
    kept: bool = False
    works: bool = True
    current: bool = True


@dataclass(frozen=True, slots=True)
class Instead:
    """Reason why nothing was installed, and equivalent lines for a hook manager's file or a shared folder."""

    reason: str
    file: str
    lines: tuple[str, ...]


def install(repository: Repository, hooks: Sequence[str], program: Program | None = None) -> list[Installed] | Instead:
    """Install hooks; a foreign hook is kept, and runs before ours.

    Args:
        repository: Where; of a linked worktree all others have the same hooks.
        hooks: Their names, as git has them.
        program: What the shims start; this very program by default.

    Returns:
        The state of each hook's place, or the reason why nothing was installed.

    Raises:
        UsageError: A hook is unknown, or two foreign hooks claim the same place.
        OSError: The folder cannot be written; each hook is as it was, or installed.
    """
    for hook in hooks:
        if hook not in HOOKS:
            raise UsageError(f"There is no hook {hook}.", f"There is: {', '.join(HOOKS)}")
    folder = find_folder(repository)
    if manager := find_manager(repository.root, folder):
        return _instead(manager, hooks)
    if not _is_inside(folder, repository):
        lines = tuple(f'{folder / hook}: workhorse hooks run {hook} "$@"' for hook in hooks)
        reason = f"core.hooksPath is {folder}, outside of this repository, so nothing was written there."
        return Instead(reason, str(folder), lines)
    folder.mkdir(parents=True, exist_ok=True)
    for hook in hooks:
        _install_one(folder, hook, write_shim(hook, program or this_program()))
    return [read_installed(folder, hook) for hook in hooks]


def uninstall(repository: Repository, hooks: Sequence[str] = HOOKS) -> list[str]:
    """Remove our shims; the hooks that they kept are put back as they were, byte for byte.

    Returns:
        The hooks that were ours.

    Raises:
        OSError: The folder cannot be written.
    """
    folder = find_folder(repository)
    gone: list[str] = []
    for hook in hooks:
        found = read_installed(folder, hook)
        if found.ours or (found.kept and not found.foreign):
            kept = folder / f"{hook}{KEPT}"
            kept.replace(found.path) if found.kept else found.path.unlink()
            gone.append(hook)
    if not any(read_installed(folder, hook).ours for hook in HOOKS):
        shutil.rmtree(hooks_folder(str(repository.git_dir)), ignore_errors=True)
        shutil.rmtree(hooks_folder(str(repository.common_dir)), ignore_errors=True)
    return gone


def read_installed(folder: Path, hook: str) -> Installed:
    """Return the state of a hook's place."""
    path = folder / hook
    kept = os.path.lexists(folder / f"{hook}{KEPT}")
    data = _read(path)
    if data is None:
        return Installed(hook, path, foreign=os.path.lexists(path), kept=kept)
    if not is_shim(data):
        return Installed(hook, path, foreign=True, kept=kept)
    named = [
        line.partition(b"=")[2].strip(b"'") for line in data.split(b"\n") if line.startswith((b"python=", b"main="))
    ]
    works = all(os.path.exists(name) for name in named)
    return Installed(hook, path, ours=True, kept=kept, works=works, current=is_current(hook, data))


def find_folder(repository: Repository) -> Path:
    """Return the folder of git's hooks: ``core.hooksPath``, else the one that all worktrees share."""
    output = repository.read("rev-parse", "--path-format=absolute", "--git-path", "hooks")
    return Path(os.fsdecode(output).removesuffix("\n"))


def this_program() -> Program:
    """Return the program that makes the shims start this very installation."""
    here = Path(__file__).parent
    roots = dict.fromkeys((str(here.parent), str(Path(workhorse_core.__file__ or "").parents[1])))
    return Program(sys.executable, str(here / "__main__.py"), os.pathsep.join(roots))


def is_tracked_place(repository: Repository, folder: Path) -> bool:
    """Return whether the hooks lie among the user's own files, where they may be committed by mistake."""
    real = folder.resolve()
    return real.is_relative_to(repository.root.resolve()) and not _is_git_folder(real, repository)


def _is_inside(folder: Path, repository: Repository) -> bool:
    real = folder.resolve()
    return _is_git_folder(real, repository) or real.is_relative_to(repository.root.resolve())


def _is_git_folder(real: Path, repository: Repository) -> bool:
    return any(real.is_relative_to(place.resolve()) for place in (repository.common_dir, repository.git_dir))


def _instead(manager: Manager, hooks: Sequence[str]) -> Instead:
    lines = tuple(line for hook in hooks for line in manager.lines(hook))
    return Instead(
        f"{manager.name} has the hooks here, so nothing was written.", manager.file, (*manager.first, *lines)
    )


def _install_one(folder: Path, hook: str, data: bytes) -> None:
    found = read_installed(folder, hook)
    kept = folder / f"{hook}{KEPT}"
    if found.foreign and found.kept:
        raise UsageError(f"There is a hook {found.path}, and {kept.name} is kept beside it.", "Remove one of the two")
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{hook}-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(temporary).chmod(0o755)
        if found.foreign:
            found.path.rename(kept)
        try:
            Path(temporary).replace(found.path)
        except BaseException:
            if found.foreign:
                kept.rename(found.path)
            raise
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
