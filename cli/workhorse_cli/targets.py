"""Targets from the command line: paths relative to the current folder, absolute paths, or changed lines."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath

from workhorse_core.errors import NotARepository, TargetError
from workhorse_core.git.repository import Repository
from workhorse_core.pipeline.task import Target, parse_target
from workhorse_core.workspace.file_tree import is_chosen
from workhorse_core.workspace.project import Project


def read_targets(words: Iterable[str], folder: Path, root: Path) -> tuple[Target, ...]:
    """Resolve targets typed in ``folder`` to targets from the project's root.

    A word that names an existing file or folder is a path, whatever colons it contains.

    Raises:
        TargetError: A target lies outside of the project.
        UsageError: A word is not a target.
    """
    return tuple(_read_target(word, folder, root) for word in words)


def _read_target(word: str, folder: Path, root: Path) -> Target:
    exists = bool(word) and "\0" not in word and os.path.lexists(folder / word)
    target = Target(word) if exists else parse_target(word)
    return target._replace(path=_from_root(target.path, word, folder, root))


def _from_root(path: str, word: str, folder: Path, root: Path) -> str:
    """Make a path relative to the root: as written, else with its folder's links resolved."""
    spelled = Path(os.path.normpath(folder / path))
    for place in (spelled, Path(os.path.realpath(spelled.parent), spelled.name), Path(os.path.realpath(spelled))):
        for top in (root, Path(os.path.realpath(root))):
            if place.is_relative_to(top):
                inside = PurePath(place).relative_to(top).as_posix()
                return "" if inside == "." else inside
    raise TargetError(
        f"{word} lies outside of the project in {root}", "Run workhorse in the project that it belongs to"
    )


# -- what has changed


def changed_targets(
    project: Project, revision: str | None, staged: bool, within: Sequence[Target]
) -> tuple[Target, ...]:
    """Find the changed lines of Python files.

    Args:
        project: A project with a repository.
        revision: The revision to compare with; HEAD by default.
        staged: Only what is staged.
        within: Targets that narrow the search; none means the whole project.

    Raises:
        NotARepository: The project lies outside of git.
        RepositoryError: The revision names no commit.
    """
    from workhorse_core.git.changed_lines import changed_lines  # deferred: most targets are named

    changed = changed_lines(repository_of(project), revision, staged)
    config = project.config
    return tuple(
        Target(path, None, first, last)
        for path, ranges in sorted(changed.items())
        if path.endswith(".py") and is_chosen(path, config.include, config.exclude)
        for first, last in ranges
        if first <= last and (not within or any(_overlap(target, path, first, last) for target in within))
    )


def _overlap(target: Target, path: str, first: int, last: int) -> bool:
    if target.path not in ("", path) and not path.startswith(f"{target.path}/"):
        return False
    if target.symbol is not None:
        raise TargetError(f"{target} cannot be narrowed to what has changed.", "Name a file or a folder")
    return target.first is None or (first <= (target.last or target.first) and target.first <= last)


def staged_buffers(repository: Repository) -> Mapping[str, bytes]:
    """Return the staged bytes of the files whose work tree differs, so that the staged text is read.

    Line ends that git converts are not a difference.
    """
    from workhorse_core.git.changed_lines import changed_lines  # deferred: most targets are named

    paths = [path for path in changed_lines(repository, None, staged=True) if path.endswith(".py")]
    return dict(_differing(repository, repository.read_blobs(None, paths)))


def _differing(repository: Repository, staged: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for path, data in staged.items():
        try:
            current = (repository.root / path).read_bytes()
        except OSError:
            current = b""
        if current.replace(b"\r\n", b"\n") != data.replace(b"\r\n", b"\n"):
            yield path, data


def repository_of(project: Project) -> Repository:
    """Return the repository that the project's changes are read from.

    Raises:
        NotARepository: The project lies outside of git.
    """
    if project.repository is None:
        sentence = f"There is no git repository in {project.root}, so there are no changes to look for."
        raise NotARepository(sentence, "Name a file or a folder")
    return project.repository


def not_a_repository(folder: Path) -> NotARepository:
    """Return the error for a task that would record a job outside of git."""
    return NotARepository(
        f"There is no git repository in {folder}",
        "See the diff with --dry-run, or make a repository: git init && git add . && git commit -m Begin",
    )
