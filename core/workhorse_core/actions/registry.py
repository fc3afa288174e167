"""The actions that there are: a hand-written list, one line each."""

from workhorse_core.action import Action
from workhorse_core.actions.docstrings import DocstringsAction
from workhorse_core.actions.hints import HintsAction
from workhorse_core.errors import UsageError

ACTIONS: tuple[Action, ...] = (DocstringsAction(), HintsAction())


def find_action(name: str) -> Action:
    """Give the action of that name.

    Raises:
        UsageError: There is none.
    """
    for action in ACTIONS:
        if action.name == name:
            return action
    from difflib import get_close_matches

    names = [action.name for action in ACTIONS]
    nearest = get_close_matches(name, names, 1) or names
    raise UsageError(f"There is no action {name}.", f"There is: {', '.join(nearest)}")
