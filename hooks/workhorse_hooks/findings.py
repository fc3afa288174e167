"""Definitions of a commit that lack something, by the very rules of the actions that could add it."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from workhorse_core.actions.catalog import describe, lack_test
from workhorse_core.languages.python.definitions import node_of
from workhorse_core.pipeline.region import Region, Selection, select
from workhorse_core.pipeline.task import Target
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.file_tree import PathKind, is_chosen
from workhorse_hooks.environment import open_environment
from workhorse_hooks.scan import Changed, Wanted

if TYPE_CHECKING:
    from workhorse_core.workspace.project import Project

_SHOWN = 10


class Lack(NamedTuple):
    """A definition that lacks something: ``line`` counts from 1 in the committed file, ``name`` is "" for a module."""

    path: str
    line: int
    name: str
    action: str


def find_lacking(changed: Sequence[Changed], wanted: Wanted, root: str) -> list[Lack]:
    """Find the definitions that a commit touches and that lack what is looked for, in the order of the files.

    Raises:
        WorkhorseError: The configuration or the repository cannot be read.
    """
    files = {each.path: each for each in changed if is_chosen(each.path, wanted.include, wanted.exclude)}
    project = _project_opener(files, root)
    found: set[Lack] = set()
    for action in wanted.actions:
        lacks = lack_test(action)
        test = lacks(wanted.sections[action], project) if lacks else _offer_test(action, project)
        found.update(Lack(r.path, _line(r), r.name, action) for r in _touched_regions(files) if test(r))
    return sorted(found)


def targets_of(changed: Iterable[Changed]) -> tuple[Target, ...]:
    """Return the new lines as the targets of a task."""
    return tuple(Target(each.path, None, first, last) for each in changed for first, last in each.ranges)


def print_lacking(lacking: Sequence[Lack], refused: bool) -> None:
    """Print what is lacking, and the next command."""
    actions = list(dict.fromkeys(lack.action for lack in lacking))
    nouns = " or ".join(describe(action).noun for action in actions)
    one = len(lacking) == 1
    lines = [
        f"workhorse: {len(lacking)} definition{'' if one else 's'} of this commit lack{'s' if one else ''} {nouns}:"
    ]
    lines += [
        f"  {each.path}:{each.line}  {each.name or 'the module'}: {describe(each.action).lack}" for each in lacking
    ][:_SHOWN]
    if len(lacking) > _SHOWN:
        lines.append(f"  and {len(lacking) - _SHOWN} more")
    if refused:
        lines.append(
            "The commit is refused. Draft them: " + " and ".join(f"workhorse {name} --staged" for name in actions)
        )
    else:
        lines.append("Once it is committed: " + " and ".join(f"workhorse {name} --changed=HEAD^" for name in actions))
    say(lines)


def say(lines: Iterable[str]) -> None:
    """Write lines to standard error, with everything that could rewrite the screen shown as its code."""
    for line in lines:
        shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line)
        print(shown.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)


def _touched_regions(files: Mapping[str, Changed]) -> Iterator[Region]:
    """Select the regions with new lines; a module counts only when its first line is new."""
    for found in select(_Staged(files), targets_of(files.values())):
        for region in found.regions if isinstance(found, Selection) else ():
            if region.name or files[region.path].ranges[0][0] == 1:
                yield region


def _offer_test(name: str, project: "Callable[[], Project]") -> Callable[[Region], bool]:
    """Return a test by what an action offers, which it decides from the text alone."""
    config = project().config
    from workhorse_core.actions.registry import find_action

    action = find_action(name)
    return lambda region: action.offer(region, config) is not None


def _project_opener(files: Mapping[str, Changed], root: str) -> "Callable[[], Project]":
    """Return a function that opens the project with the staged text, once; most commits do not need it."""

    @cache
    def opened() -> "Project":
        open_environment()
        from workhorse_core.services.session import Session

        return Session(Path(root), buffers={path: each.data for path, each in files.items()}).project

    return opened


def _line(region: Region) -> int:
    """Return the line of the name rather than that of the first decorator."""
    return getattr(node_of(region), "lineno", region.first)


class _Staged:
    """Staged files as a tree; see `workhorse_core.workspace.file_tree.Tree`."""

    def __init__(self, files: Mapping[str, Changed]) -> None:
        self._files = files

    def find(self, path: str) -> PathKind:
        return PathKind.FILE if path in self._files else PathKind.MISSING

    def read(self, path: str) -> bytes | None:
        return self._files[path].data if path in self._files else None

    def files(self, folder: str) -> Sequence[str]:
        return [path for path in sorted(self._files) if path.startswith(f"{folder}/" if folder else "")]
