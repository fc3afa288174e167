"""Actions by name, each loaded when it is first asked for; `workhorse_core.actions.catalog` lists them."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING

from workhorse_core.actions import catalog
from workhorse_core.errors import UsageError
from workhorse_core.pipeline.action import Action, Examining

if TYPE_CHECKING:
    from workhorse_core.models.probe.exam import Graded


def find_action(name: str) -> Action:
    """Return the action of that name.

    Raises:
        UsageError: There is none.
    """
    if name in ACTIONS:
        return _made(ACTIONS[name])
    from difflib import get_close_matches  # deferred: only a mistake needs it

    nearest = get_close_matches(name, ACTIONS, 1) or sorted(ACTIONS)
    raise UsageError(f"There is no action {name}.", f"There is: {', '.join(nearest)}")


def has_action(name: str) -> bool:
    """Return whether there is an action of that name; a landed commit may name one of a newer Workhorse."""
    return name in ACTIONS


def all_actions() -> list[Action]:
    """Return every action, in the order in which they are offered."""
    return [_made(make) for make in ACTIONS.values()]


def all_exams() -> "Sequence[Graded]":
    """Return the graded questions of all actions that have some."""
    return [graded for action in all_actions() if isinstance(action, Examining) for graded in action.exam()]


@cache
def _made(make: Callable[[], Action]) -> Action:
    return make()


def _load(package: str) -> Action:
    action: Action = import_module(f"{package}.action").ACTION
    return action


ACTIONS: Mapping[str, Callable[[], Action]] = {
    name: partial(_load, package) for name, package in catalog.ACTIONS.items()
}
