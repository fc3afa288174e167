"""List of the actions: adding one is a folder and a line here.

A folder holds ``info`` (`INFO`: what doors show), ``action`` (`ACTION`: what the pipeline runs) and, where git hooks
can look for what the action adds, ``quick``, and where an offer would be too slow for a hook, ``lack``. This module
and those beside ``action`` are imported inside ``git commit``, so they import nothing that is not built in.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from workhorse_core.actions.action_info import ActionInfo
    from workhorse_core.languages.python.touched import TouchedDefinition
    from workhorse_core.pipeline.region import Region
    from workhorse_core.workspace.project import Project

    QuickLook = Callable[[str, Sequence[TouchedDefinition], Mapping[str, Any]], bool]
    LackTest = Callable[[Mapping[str, Any], Callable[[], Project]], Callable[[Region], bool]]

ACTIONS = {
    "docstrings": "workhorse_core.actions.docstrings",
    "hints": "workhorse_core.actions.hints",
}
"""Package of each action by its name, in the order in which they are offered."""


def describe(name: str) -> "ActionInfo":
    """Return the description of an action.

    Raises:
        KeyError: There is no such action.
    """
    info: ActionInfo = _load(ACTIONS[name], "info", "INFO")
    return info


def describe_all() -> "list[ActionInfo]":
    """Return the description of every action, in the order in which they are offered."""
    return [describe(name) for name in ACTIONS]


def takes_option(action: str, option: str) -> bool:
    """Return whether an action has an option of this name; False for an unknown action."""
    return action in ACTIONS and describe(action).has_option(option)


def measures(action: str) -> bool:
    """Return whether an action measures its coverage; False for an unknown action."""
    return action in ACTIONS and bool(describe(action).report)


def quick_look(name: str) -> "QuickLook":
    """Return the function that decides whether a changed file may lack what an action adds.

    It takes the file's path, the definitions that the change touches, and the action's section of the settings by
    field. It may be wrong only in one direction: False means that the action would find nothing.

    Raises:
        KeyError: There is no such action.
        ModuleNotFoundError: Hooks cannot look for it: its description has no `lack`.
    """
    look: QuickLook = _load(ACTIONS[name], "quick", "may_lack")
    return look


def lack_test(name: str) -> "LackTest | None":
    """Return the function that makes an exact test for what a region lacks; None where an offer is the test.

    It takes the action's section of the settings by field, and a function that opens the project, to be called only
    when the answer depends on it.

    Raises:
        KeyError: There is no such action.
    """
    package = ACTIONS[name]
    try:
        test: LackTest = _load(package, "lack", "lack_test")
    except ModuleNotFoundError as error:
        if error.name != f"{package}.lack":
            raise
        return None
    return test


def _load(package: str, module: str, name: str) -> "Any":
    """Import without importlib, which would cost a hook more than the module."""
    return getattr(__import__(f"{package}.{module}", None, None, (name,)), name)
