"""Parameters that are passed on unchanged: what the function that takes them says they are."""

import ast
from collections.abc import Iterator

from workhorse_core.code.nodes import dotted, own_nodes
from workhorse_core.code.signature import constructor_of
from workhorse_core.hinting.slot import SlotKind
from workhorse_core.rules.hints.index import ClassPlace, FunctionPlace, arguments_of
from workhorse_core.rules.hints.modern import TypeText
from workhorse_core.rules.hints.scene import Found, Scene, positional_of

SOURCE = "call-sites"


def from_passed_on(scene: Scene) -> Iterator[Found]:
    """Take the type of the parameter that a parameter becomes, when all callees agree."""
    for slot in scene.of_kind(SlotKind.PARAMETER):
        place = scene.function(slot)
        if slot.star or _is_assigned(place, slot.name):
            continue
        found = {text.expression: text for text in _taken_as(scene, place, slot.name)}
        if len(found) == 1:
            (text,) = found.values()
            yield from scene.found(slot, text, "passed-on", 0.45)


def _is_assigned(place: FunctionPlace, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
        for node in own_nodes(place.node.body)
    )


def _taken_as(scene: Scene, place: FunctionPlace, name: str) -> Iterator[TypeText]:
    for call in own_nodes(place.node.body):
        if not isinstance(call, ast.Call):
            continue
        for label, value in labelled(call):
            if isinstance(value, ast.Name) and value.id == name:
                target = callee(scene, place, call)
                parameter = parameter_named(target, label) if target else None
                if target is None or parameter is None or not _is_sure(scene, target, parameter):
                    continue
                if text := scene.type_of(target, parameter):
                    yield text


def _is_sure(scene: Scene, place: FunctionPlace, name: str) -> bool:
    """Whether a type was found by more than passing on and likeness of names."""
    sources = scene.sources.get((place.module.path, place.key(name)))
    return sources is None or bool(sources - {"passed-on", "same-name", "pyrefly"})


def labelled(call: ast.Call) -> Iterator[tuple[int | str, ast.expr]]:
    """Give each argument with its position or keyword; those behind a star have none."""
    for position, value in enumerate(call.args):
        if isinstance(value, ast.Starred):
            break
        yield position, value
    for keyword in call.keywords:
        if keyword.arg:
            yield keyword.arg, keyword.value


def parameter_named(place: FunctionPlace, label: int | str) -> str | None:
    """Name the parameter that an argument goes to."""
    if isinstance(label, int):
        positional = positional_of(place)
        return positional[label].arg if label < len(positional) else None
    named = {*place.node.args.args, *place.node.args.kwonlyargs}
    return label if label in {each.arg for each in named} else None


def callee(scene: Scene, place: FunctionPlace, call: ast.Call) -> FunctionPlace | None:
    """Find the function of the project that a call in a function means; a class stands for its constructor."""
    function = call.func
    owner = scene.class_of(place)
    if isinstance(function, ast.Attribute) and owner is not None:
        if isinstance(function.value, ast.Call) and dotted(function.value.func) == "super":
            return _method(scene, owner, function.attr, own=False)
        if isinstance(function.value, ast.Name) and function.value.id in {"self", "cls"}:
            return _method(scene, owner, function.attr, own=True)
    written = dotted(function)
    if written is None:
        return None
    head = written.partition(".")[0]
    if head in {each.arg for each in arguments_of(place.node)}:
        return _method_of_parameter(scene, place, written)
    if (found := scene.index.find_class(place.module, written)) is not None:
        return _constructor(scene, found)
    return scene.index.find_function(place.module, written)


def _method_of_parameter(scene: Scene, place: FunctionPlace, written: str) -> FunctionPlace | None:
    head, _, rest = written.partition(".")
    text = scene.type_of(place, head) if rest and "." not in rest else None
    if text is None or text.expression not in text.names:
        return None
    found = scene.index.class_at(text.names[text.expression], text.expression)
    return _method(scene, found, rest, own=True) if found else None


def _method(scene: Scene, owner: ClassPlace, name: str, *, own: bool) -> FunctionPlace | None:
    for each in [*([owner] if own else []), *scene.index.ancestors(owner)]:
        if method := each.method(name):
            return method
    return None


def _constructor(scene: Scene, found: ClassPlace) -> FunctionPlace | None:
    for each in (found, *scene.index.ancestors(found)):
        node = constructor_of(each.node)
        if node is not None:
            return each.method(node.name)
    return None
