"""Sealed repositories for tests: nothing of the user's own settings, fixed names and dates."""

import os
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from workhorse_core.git.repository import Repository

DATE = "2026-02-03T04:05:06+00:00"
SETTINGS = """\
[user]
    name = Ada Lovelace
    email = ada@example.org
[init]
    defaultBranch = main
[gc]
    auto = 0
[maintenance]
    auto = false
[protocol "file"]
    allow = always
[advice]
    detachedHead = false
"""
FILLED = "[docstrings]\nfill = true\n"
Files = Mapping[str, str | bytes]
_NO_FILES: Files = MappingProxyType({})
_KEPT = ("PATH", "TMPDIR", "TEMP", "TMP", "LANG", "SYSTEMROOT", "VIRTUAL_ENV")
_KEPT_PREFIXES = ("COVERAGE_", "HYPOTHESIS_", "PYTEST_", "LD_LIBRARY_", "DYLD_")


def fill_docstrings() -> Path:
    """Set the user's own settings to docstrings from names alone; return their file."""
    file = Path(os.environ["XDG_CONFIG_HOME"], "workhorse", "config.toml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(FILLED)
    return file


def sealed_environment(home: Path) -> dict[str, str]:
    """Return a whole environment without anything of its user; git's settings are written into ``home``."""
    home.mkdir(parents=True, exist_ok=True)
    settings = home / ".gitconfig"
    settings.write_text(SETTINGS)
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_PREFIXES)}
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "CACHE", "DATA", "STATE")}
    git = {
        "GIT_AUTHOR_DATE": DATE,
        "GIT_COMMITTER_DATE": DATE,
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    return {**kept, "HOME": str(home), "TZ": "UTC", "LC_ALL": "C.UTF-8", **folders, **git}


def seal(home: Path) -> None:
    """Seal this very process, for good."""
    environment = sealed_environment(home)
    os.environ.clear()
    os.environ.update(environment)


def write_files(root: Path, files: Files) -> None:
    """Write files below a folder, text as UTF-8 with its line ends as they are."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())


def make_repository(root: Path, files: Files = _NO_FILES, commit: bool = True) -> Repository:
    """Make a repository with these files, in one commit by default.

    Git makes each repository once; the next with the same files are copies of it.
    """
    git_dir = root / ".git"
    copied = commit and not (root.is_dir() and any(root.iterdir()))
    git_dir.mkdir(parents=True)
    for path, data in _git_folder(tuple(files.items()) if copied else (), copied, _git_settings()).items():
        target = git_dir / path
        if data is None:
            target.mkdir()
        else:
            with open(target, "xb", opener=_read_only if path.startswith("objects/") else None) as file:
                file.write(data)
    write_files(root, files)
    top = root.resolve()
    repository = Repository(top, top / ".git", top / ".git")
    if commit and not copied:
        commit_all(repository, "Begin")
    elif commit and files:
        repository.write("add", "--all")  # an index knows the very files, so it is no copy
    return repository


@cache
def _git_folder(
    files: tuple[tuple[str, str | bytes], ...], commit: bool, settings: tuple[str, ...]
) -> Mapping[str, bytes | None]:
    """Return what git writes into ``.git`` below these settings, without index and sample hooks; None is a folder."""
    with tempfile.TemporaryDirectory() as folder:
        git_dir = Path(folder, ".git")
        repository = Repository(Path(folder), git_dir, git_dir)
        repository.write("init", "--quiet")
        write_files(repository.root, dict(files))
        if commit:
            commit_all(repository, "Begin")
        paths = [path for path in sorted(git_dir.rglob("*")) if path.suffix != ".sample" and path.name != "index"]
        return {path.relative_to(git_dir).as_posix(): None if path.is_dir() else path.read_bytes() for path in paths}


def _git_settings() -> tuple[str, ...]:
    """Return all that git's commits depend on beside the files."""
    place = "GIT_CONFIG_GLOBAL"
    variables = [f"{name}={value}" for name, value in os.environ.items() if name.startswith("GIT_") and name != place]
    return Path(os.environ[place]).read_text(), *sorted(variables)


def _read_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o444)


ANY_TRANSPORT = {"GIT_ALLOW_PROTOCOL": "file"}
"""For commands of a test that copy a repository: ours are allowed no transport."""


def commit_all(repository: Repository, message: str) -> str:
    """Commit everything in the work tree as the user would, and give the commit's id."""
    repository.write("add", "--all")
    repository.write("commit", "--quiet", "--allow-empty", "-m", message)
    return repository.commit_id("HEAD")
