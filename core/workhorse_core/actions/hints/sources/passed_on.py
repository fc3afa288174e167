"""Parameters that are passed on unchanged: what the function that takes them says they are."""

import ast
from collections.abc import Iterator

from workhorse_core.actions.hints.slot import SlotKind
from workhorse_core.actions.hints.sources.calls import callee, is_assigned, labelled, parameter_named
from workhorse_core.actions.hints.sources.index import FunctionPlace
from workhorse_core.actions.hints.sources.modern import TypeText
from workhorse_core.actions.hints.sources.names import HARMLESS
from workhorse_core.actions.hints.sources.optional import without_none
from workhorse_core.actions.hints.sources.project_facts import Found, Scene, decorators_of
from workhorse_core.languages.python.nodes import is_none

SOURCE = "passed-on"


def from_passed_on(scene: Scene) -> Iterator[Found]:
    """Take the type of the parameter that a parameter becomes, when all callees agree."""
    for slot in scene.of_kind(SlotKind.PARAMETER):
        place = scene.function(slot)
        if slot.star or not decorators_of(place.node) <= HARMLESS:
            continue
        taken = list(_taken_as(scene, place, slot.name))
        found = {text.expression: text for text, _ in taken}
        if len(found) == 1:
            (text,) = found.values()
            yield from scene.found(slot, text, SOURCE, "firm" if any(firm for _, firm in taken) else "named")


def _taken_as(scene: Scene, place: FunctionPlace, name: str) -> Iterator[tuple[TypeText, bool]]:
    for call in place.nodes:
        if not isinstance(call, ast.Call):
            continue
        for label, value in labelled(call):
            if isinstance(value, ast.Name) and value.id == name and not is_assigned(place, name, value):
                target = callee(scene, place, call)
                parameter = parameter_named(target, label) if target else None
                if target is None or parameter is None:
                    continue
                firm = scene.is_firm(target, parameter)
                named = "name" in scene.sources.get((target.module.path, target.key(parameter)), ())
                text = scene.type_of(target, parameter) if firm or named else None
                if text is not None and _may_be_left_out(target, parameter):
                    text = without_none(text)
                if text is not None:
                    yield text, firm


def _may_be_left_out(place: FunctionPlace, name: str) -> bool:
    """Whether None stands for a parameter that was not given: nothing is said of who gives it."""
    args = place.node.args
    positional = [*args.posonlyargs, *args.args]
    pairs = [*zip(reversed(positional), reversed(args.defaults), strict=False)]
    pairs += [(each, value) for each, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value]
    return any(each.arg == name and is_none(value) for each, value in pairs)
