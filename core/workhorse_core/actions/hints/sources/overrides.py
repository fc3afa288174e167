"""Overridden methods: what the base class says, in the project or in Python's own protocols."""

import ast
from collections.abc import Iterator

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.dunders import HOMES, PARAMETERS, RETURNS
from workhorse_core.actions.hints.sources.ending import Endings
from workhorse_core.actions.hints.sources.index import FunctionPlace, arguments_of
from workhorse_core.actions.hints.sources.modern import TypeText, join_text, same
from workhorse_core.actions.hints.sources.project_facts import ABSTRACT, Found, Scene, decorators_of, positional_of
from workhorse_core.languages.python.nodes import dotted, last_name
from workhorse_core.languages.python.signature import is_stub, without_docstring

SOURCE = "override"
_SURE = frozenset({"default", "docstring", "isinstance", "literal", "name", "override"})


def from_overrides(scene: Scene) -> Iterator[Found]:
    """Take over what a base class of the project says of the same parameter, or Python of a special method."""
    endings = Endings(scene)
    for slot in scene.of_kind(SlotKind.PARAMETER, SlotKind.RETURN):
        place = scene.function(slot)
        if place.owner is None or (slot.kind is SlotKind.RETURN and endings.never_returns(place)):
            continue
        yield from scene.found(slot, _special(slot, place), SOURCE, "special")
        if (inherited := _inherited(scene, slot, place)) is not None:
            text, kind = inherited
            yield from scene.found(slot, text, SOURCE, f"{kind} {slot.kind}")
        elif slot.kind is SlotKind.RETURN and is_stub(place.node.body):
            given = _overriding(scene, place)
            if given is None or not _gives_none(place):
                yield from scene.found(slot, given, SOURCE, "overriding return")
            else:
                optional = TypeText(join_text([given.expression, "None"]), given.names)
                yield from scene.found(slot, optional, SOURCE, "overriding return or None")


def _special(slot: Slot, place: FunctionPlace) -> TypeText | None:
    expression = ""
    if slot.kind is SlotKind.RETURN:
        expression = RETURNS.get(place.node.name, "")
    else:
        asked = PARAMETERS.get(place.node.name, ())
        arguments = positional_of(place)
        if len(arguments) == len(asked) or (len(arguments) < len(asked) and place.node.args.vararg):
            expression = dict(zip((each.arg for each in arguments), asked, strict=False)).get(slot.name, "")
    if not expression:
        return None
    return TypeText(expression, {name: home for name, home in HOMES.items() if name in expression})


def _inherited(scene: Scene, slot: Slot, place: FunctionPlace) -> tuple[TypeText, str] | None:
    """Give what the nearest base class says, and how that is known: annotated, sure or guessed."""
    owner = scene.class_of(place)
    if owner is None or place.node.name in {"__init__", "__new__"}:
        return None
    for base in scene.index.ancestors(owner):
        method = base.method(place.node.name)
        if method is None:
            continue
        name = slot.name
        if slot.kind is SlotKind.PARAMETER and name not in {each.arg for each in arguments_of(method.node)}:
            return None
        text = scene.type_of(method, name)
        if text is None or any(_is_variable(scene, home) for home in text.names.values()):
            return None
        sources = scene.sources.get((method.module.path, method.key(name)))
        return text, "annotated" if sources is None else "sure" if sources & _SURE else "guessed"
    return None


def _overriding(scene: Scene, place: FunctionPlace) -> TypeText | None:
    """Give what all methods say that override one which is there to be overridden."""
    heirs = scene.derived.get(place.owner, ()) if place.owner is not None else ()
    methods = [method for heir in heirs if (method := heir.method(place.node.name)) is not None]
    texts = [scene.type_of(method, "return") for method in methods]
    first = texts[0] if texts else None
    if first is None or any(text is None or not same(text.expression, first.expression) for text in texts):
        return None
    return None if "Self" in first.names else first


def _gives_none(place: FunctionPlace) -> bool:
    """Whether a method that may be overridden need not be: its body is a docstring or ``pass``."""
    rest = without_docstring(place.node.body)
    return all(isinstance(each, ast.Pass) for each in rest) and not decorators_of(place.node) & ABSTRACT


def _is_variable(scene: Scene, home: str) -> bool:
    """Whether a name is a type variable, whose meaning belongs to the class it stands in."""
    module, _, attribute = home.partition(":")
    found = scene.index.by_name.get(module)
    value = found.assigned.get(attribute) if found else None
    return value is not None and isinstance(value, ast.Call) and last_name(dotted(value.func) or "") == "TypeVar"
