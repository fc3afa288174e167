from collections.abc import Mapping, Sequence
from typing import Any

from workhorse_core.languages.python.touched import FUNCTIONS, TouchedDefinition


def may_lack(path: str, found: Sequence[TouchedDefinition], settings: Mapping[str, Any]) -> bool:
    return any(isinstance(each.node, FUNCTIONS) for each in found)
