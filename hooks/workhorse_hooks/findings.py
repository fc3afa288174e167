"""What a commit lacks, by the very rules of the actions that could add it."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from workhorse_core.actions.docstrings.place import NoPlace, docstring_node, find_place
from workhorse_core.actions.docstrings.wanted import Wishes, leave_alone
from workhorse_core.languages.python.definitions import node_of
from workhorse_core.pipeline.region import Region, Selection, select
from workhorse_core.pipeline.task import Target
from workhorse_core.workspace.file_tree import Entry, is_chosen
from workhorse_hooks.environment import open_environment
from workhorse_hooks.scan import Changed, Wanted

if TYPE_CHECKING:
    from workhorse_core.actions.docstrings.convention import Convention
    from workhorse_core.actions.docstrings.settings import Settings

_SHOWN = 10
_WORDS = {"docstrings": "no docstring", "hints": "no type hints"}


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
    chosen = [each for each in changed if is_chosen(each.path, wanted.include, wanted.exclude)]
    found: set[Lack] = set()
    for action in wanted.actions:
        found.update(_undocumented(chosen, wanted, root) if action == "docstrings" else _asked(action, chosen, root))
    return sorted(found)


def targets_of(changed: Iterable[Changed]) -> tuple[Target, ...]:
    """Give the new lines as the targets of a task."""
    return tuple(Target(each.path, None, first, last) for each in changed for first, last in each.ranges)


def print_lacking(lacking: Sequence[Lack], refused: bool) -> None:
    """Tell what is lacking, and the next command."""
    actions = list(dict.fromkeys(lack.action for lack in lacking))
    what = " or ".join({"docstrings": "docstrings", "hints": "type hints"}[action] for action in actions)
    one = len(lacking) == 1
    lines = [
        f"workhorse: {len(lacking)} definition{'' if one else 's'} of this commit lack{'s' if one else ''} {what}:"
    ]
    lines += [f"  {each.path}:{each.line}  {each.name or 'the module'}: {_WORDS[each.action]}" for each in lacking][
        :_SHOWN
    ]
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


# -- docstrings: as the action finds them, without the rest of it


def _undocumented(changed: Sequence[Changed], wanted: Wanted, root: str) -> Iterator[Lack]:
    wishes = Wishes(wanted.private, wanted.tests)
    staged = {each.path: each for each in changed}
    for found in select(_Staged(staged), targets_of(changed)):
        if not isinstance(found, Selection):
            continue
        habits = _LateHabits(root, staged, found.source.path)
        for region in found.regions:
            if docstring_node(node_of(region)) is not None or not _is_asked_for(region, staged):
                continue
            if leave_alone(region, habits, wishes) is None and not isinstance(find_place(region), NoPlace):
                yield Lack(region.path, _line(region), region.name, "docstrings")


def _is_asked_for(region: Region, staged: dict[str, Changed]) -> bool:
    """A module is one of a commit's definitions only when its first line is new."""
    return bool(region.name) or staged[region.path].ranges[0][0] == 1


def _line(region: Region) -> int:
    """Give the line of the name rather than that of the first decorator."""
    return getattr(node_of(region), "lineno", region.first)


class _Staged:
    """The files that are about to be committed, as a tree; see `workhorse_core.workspace.file_tree.Tree`."""

    def __init__(self, changed: dict[str, Changed]) -> None:
        self._changed = changed

    def find(self, path: str) -> Entry:
        return Entry.FILE if path in self._changed else Entry.MISSING

    def read(self, path: str) -> bytes | None:
        return self._changed[path].data if path in self._changed else None

    def files(self, folder: str) -> Sequence[str]:
        return [path for path in sorted(self._changed) if path.startswith(f"{folder}/" if folder else "")]


class _LateHabits:
    """The project's conventions, found out when they are asked for: few definitions depend on them."""

    def __init__(self, root: str, staged: dict[str, Changed], path: str) -> None:
        self._root = root
        self._staged = staged
        self._path = path
        self._found: Convention | None = None

    @property
    def settings(self) -> "Settings":
        return self._convention().settings

    @property
    def documents_inits(self) -> bool:
        return self._convention().documents_inits

    def _convention(self) -> "Convention":
        if self._found is None:
            open_environment()
            from workhorse_core.actions.docstrings.convention import Conventions
            from workhorse_core.workspace.project import open_project

            buffers = {path: each.data for path, each in self._staged.items()}
            self._found = Conventions(open_project(Path(self._root), buffers=buffers)).of(self._path)
        return self._found


# -- any other action


def _asked(name: str, changed: Sequence[Changed], root: str) -> Iterator[Lack]:
    """Find what another action would offer: it says so from the text alone, so that no commit waits for its work."""
    open_environment()
    from workhorse_core.actions.registry import find_action
    from workhorse_core.workspace.project import open_project

    staged = {each.path: each for each in changed}
    action, config = find_action(name), open_project(Path(root)).config
    for found in select(_Staged(staged), targets_of(changed)):
        for region in found.regions if isinstance(found, Selection) else ():
            if _is_asked_for(region, staged) and action.offer(region, config) is not None:
                yield Lack(region.path, _line(region), region.name, name)
