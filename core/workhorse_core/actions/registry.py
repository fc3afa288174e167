"""Every action by its name, each loaded only when it is asked for."""

from collections.abc import Callable, Mapping
from functools import cache

from workhorse_core.errors import UsageError
from workhorse_core.pipeline.action import Action


def find_action(name: str) -> Action:
    """Give the action of that name.

    Raises:
        UsageError: There is none.
    """
    if name in ACTIONS:
        return _made(ACTIONS[name])
    from difflib import get_close_matches  # deferred: only a mistake needs it

    nearest = get_close_matches(name, ACTIONS, 1) or sorted(ACTIONS)
    raise UsageError(f"There is no action {name}.", f"There is: {', '.join(nearest)}")


def all_actions() -> list[Action]:
    """Give every action, in the order in which they are offered."""
    return [_made(make) for make in ACTIONS.values()]


@cache
def _made(make: Callable[[], Action]) -> Action:
    return make()


def _docstrings() -> Action:
    from workhorse_core.actions.docstrings.action import DocstringsAction

    return DocstringsAction()


def _hints() -> Action:
    from workhorse_core.actions.hints.action import HintsAction

    return HintsAction()


ACTIONS: Mapping[str, Callable[[], Action]] = {"docstrings": _docstrings, "hints": _hints}
