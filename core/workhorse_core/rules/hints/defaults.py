"""Defaults: the type of the value that a parameter has when nothing is passed."""

import ast
from collections.abc import Iterator

from workhorse_core.hinting.slot import SlotKind
from workhorse_core.rules.hints.scene import Found, Scene
from workhorse_core.rules.hints.values import type_of_value

SOURCE = "default"
_WEIGHTS = {"bool": 0.9, "int": 0.7, "str": 0.7, "float": 0.7}
_TOO_NARROW = frozenset({"bytes", "None"})
"""What takes bytes by default mostly takes text too."""


def from_defaults(scene: Scene) -> Iterator[Found]:
    """Take the type of a default that is not None."""
    for slot in scene.of_kind(SlotKind.PARAMETER):
        if slot.default is None or (isinstance(slot.default, ast.Constant) and slot.default.value is None):
            continue
        if any(use.guards for use in scene.uses.get(slot.name, ())):
            continue  # some function asks what it is: it may be something else
        text = type_of_value(slot.default, scene.index, scene.index.modules[slot.path])
        if text is not None and text.expression not in _TOO_NARROW:
            yield from scene.found(slot, text, SOURCE, _WEIGHTS.get(text.expression, 0.4))
