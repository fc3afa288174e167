"""Returns that show their type: nothing returned, literals, comparisons, constructors, ``self``."""

import ast
from collections.abc import Iterator

from workhorse_core.code.nodes import leaves, own_nodes
from workhorse_core.code.signature import is_stub
from workhorse_core.hinting.slot import SlotKind
from workhorse_core.rules.hints.index import FunctionPlace
from workhorse_core.rules.hints.modern import TypeText
from workhorse_core.rules.hints.scene import Found, Scene, decorators_of
from workhorse_core.rules.hints.values import type_of_value, union

SOURCE = "literal"
_ABSTRACT = {"abstractmethod", "abstractproperty"}


def from_literals(scene: Scene) -> Iterator[Found]:
    """Read what functions return where every return shows it."""
    for slot in scene.of_kind(SlotKind.RETURN):
        place = scene.function(slot)
        if is_stub(place.node.body) and (place.owner is not None or not place.node.body):
            continue
        text = returned(scene, place)
        owner = place.owner.name if place.owner else ""
        if text is None or any(name.startswith("_") and name != owner for name in text.names):
            continue
        yield from scene.found(slot, text, SOURCE, 0.9)


def returned(scene: Scene, place: FunctionPlace) -> TypeText | None:
    """Give the type that all returns of a function show; None where one does not, or it yields."""
    nodes = list(own_nodes(place.node.body))
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes) or decorators_of(place.node) & _ABSTRACT:
        return None
    returns = [node.value for node in nodes if isinstance(node, ast.Return)]
    if not any(value is not None for value in returns):
        return None if _never_ends(place) else TypeText("None", {})
    found: list[TypeText] = []
    for value in returns:
        text = TypeText("None", {}) if value is None else _type_of(scene, place, value)
        if text is None:
            return None
        found.append(text)
    if not ends_with_return(place.node.body):
        found.append(TypeText("None", {}))
    return union(*found)


def _type_of(scene: Scene, place: FunctionPlace, value: ast.expr) -> TypeText | None:
    arguments = place.node.args.args
    is_method = place.owner is not None and bool(arguments) and arguments[0].arg == "self"
    if is_method and isinstance(value, ast.Name) and value.id == "self":
        return own_type(scene, place)
    return type_of_value(value, scene.index, place.module)


def own_type(scene: Scene, place: FunctionPlace) -> TypeText | None:
    """Give the type of ``self`` as a result: ``Self`` where the oldest Python has it, else the class."""
    if scene.python >= 11 or place.module.imports.get("Self", "").endswith(":Self"):
        return TypeText("Self", {"Self": place.module.imports.get("Self", "typing:Self")})
    owner = scene.class_of(place)
    return None if owner is None else owner.text


def ends_with_return(body: "list[ast.stmt]") -> bool:
    """Tell whether nothing falls off the end of these statements."""
    if leaves(body):
        return True
    last = body[-1] if body else None
    if isinstance(last, (ast.With, ast.AsyncWith)):
        return ends_with_return(last.body)
    if isinstance(last, ast.Try):
        parts = [last.orelse or last.body, *(handler.body for handler in last.handlers)]
        return ends_with_return(last.finalbody) or all(ends_with_return(part) for part in parts)
    if isinstance(last, ast.While):
        endless = isinstance(last.test, ast.Constant) and bool(last.test.value)
        return endless and not any(isinstance(node, ast.Break) for node in own_nodes(last.body))
    if isinstance(last, ast.If):
        return bool(last.orelse) and ends_with_return(last.body) and ends_with_return(last.orelse)
    return False


def _never_ends(place: FunctionPlace) -> bool:
    return ends_with_return(place.node.body)
