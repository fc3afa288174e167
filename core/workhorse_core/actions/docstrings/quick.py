"""First look of a git hook for missing docstrings; imports nothing that is not built in."""

import _ast

from workhorse_core.languages.python.touched import FUNCTIONS, TouchedDefinition
from workhorse_core.languages.python.visibility import is_private, is_test

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


def may_lack(path: str, found: "Sequence[TouchedDefinition]", settings: "Mapping[str, Any]") -> bool:
    """Return whether a docstring may be missing; see `workhorse_core.actions.catalog.quick_look`."""
    if is_test(path) and not settings["tests"]:
        return False
    private = settings["private"]
    if not private and any(map(is_private, path.removesuffix(".py").split("/"))):
        return False
    return any(_may_lack(each, private) for each in found)


def _may_lack(found: TouchedDefinition, private: bool) -> bool:
    body = found.node.body
    if not body or (isinstance(body[0], _ast.Expr) and isinstance(getattr(body[0].value, "value", None), str)):
        return False
    if any(isinstance(parent, FUNCTIONS) for parent in found.parents):
        return False
    names = (getattr(node, "name", "") for node in (*found.parents, found.node))
    return private or not any(map(is_private, names))
