"""First look of a git hook for missing type hints; imports nothing that is not built in."""

from workhorse_core.languages.python.touched import FUNCTIONS, TouchedDefinition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


def may_lack(path: str, found: "Sequence[TouchedDefinition]", settings: "Mapping[str, Any]") -> bool:
    """Return whether an annotation may be missing; see `workhorse_core.actions.catalog.quick_look`."""
    return any(_may_lack(each.node) for each in found)


def _may_lack(node: "Any") -> bool:
    if not isinstance(node, FUNCTIONS):
        return False
    given = node.args
    taken = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    others = taken[1:] if taken and taken[0].arg in ("self", "cls") else taken
    return node.returns is None or any(each.annotation is None for each in others)
