"""Returns that show their type: nothing returned, never returned, literals, comparisons, constructors, ``self``."""

import ast
from collections.abc import Iterator

from workhorse_core.actions.hints.slot import SlotKind
from workhorse_core.actions.hints.sources.ending import Endings, ends_with_return
from workhorse_core.actions.hints.sources.index import FunctionPlace, arguments_of
from workhorse_core.actions.hints.sources.modern import TypeText, alternatives, join_text, parse_type
from workhorse_core.actions.hints.sources.project_facts import ABSTRACT, Found, Scene, decorators_of
from workhorse_core.actions.hints.sources.values import type_of_value, union
from workhorse_core.languages.python.nodes import dotted, is_none, last_name
from workhorse_core.languages.python.signature import is_stub

SOURCE = "literal"
_ASKING = frozenset({"callable", "hasattr", "isinstance", "issubclass"})


def from_literals(scene: Scene) -> Iterator[Found]:
    """Read what functions return where every return shows it."""
    endings = Endings(scene)
    for slot in scene.of_kind(SlotKind.RETURN):
        place = scene.function(slot)
        if is_stub(place.node.body) and (place.owner is not None or not place.node.body):
            continue
        if (slot.path, slot.owner) in scene.twice or decorators_of(place.node) & ABSTRACT:
            continue
        text = None if is_for_checkers(place) else returned(scene, place, endings)
        owner = place.owner.name if place.owner else ""
        if text is None or any(name.startswith("_") and name != owner for name in text.names):
            continue
        yield from scene.found(slot, text, SOURCE, _kind(scene, place, text))


def _kind(scene: Scene, place: FunctionPlace, text: TypeText) -> str:
    if text.expression == "NoReturn":
        return "NoReturn unused" if _leaves_unused(place) else "NoReturn"
    if text.expression == "None":
        return "None"
    if place.owner is not None and text.expression in {"Self", place.owner.name}:
        return own_kind(place)
    if "|" in text.expression:
        return "union"
    if "[" in text.expression:
        return "display"
    if text.expression == "bool" and may_be_guard(place):
        return "guard"
    return class_kind(scene, text) if text.names else "plain"


def own_kind(place: FunctionPlace) -> str:
    """Say how a method comes to give its own class, which means an iterator where iteration begins."""
    if place.node.name in {"__iter__", "__aiter__"}:
        return "own class iterator"
    return "own class special" if is_special(place) else "own class"


def class_kind(scene: Scene, text: TypeText) -> str:
    """Say whether a class is one of several of a kind: the project has a base class for it, which may be meant."""
    found = scene.index.class_at(text.names.get(text.expression.partition(".")[0], ""), text.expression)
    return "class" if found is None or next(scene.index.ancestors(found), None) is None else "based class"


def is_for_checkers(place: FunctionPlace) -> bool:
    """Whether a function says to type checkers something else than it does."""
    tests = (node.test for node in place.nodes if isinstance(node, ast.If))
    return any(last_name(dotted(test) or "") == "TYPE_CHECKING" for test in tests)


def _leaves_unused(place: FunctionPlace) -> bool:
    """Whether a function takes what it does nothing with: it stands for one that does, and only refuses here."""
    used = {node.id for node in ast.walk(ast.Module(place.node.body, [])) if isinstance(node, ast.Name)}
    arguments = list(arguments_of(place.node))
    return any(each.arg not in used for each in arguments[1 if place.owner is not None else 0 :])


def is_special(place: FunctionPlace) -> bool:
    """Tell whether Python calls a function by its name: what it gives is Python's to say."""
    return place.node.name.startswith("__") and place.node.name.endswith("__")


def may_be_guard(place: FunctionPlace) -> bool:
    """Whether a function asks what its only argument is: it may mean ``TypeGuard`` and not ``bool``."""
    arguments = list(arguments_of(place.node))
    if place.owner is not None or len(arguments) != 1 or not place.node.name.lstrip("_").startswith("is_"):
        return False
    asking = (each for each in place.nodes if isinstance(each, ast.Call) and dotted(each.func) in _ASKING and each.args)
    return any(
        isinstance(node, ast.Name) and node.id == arguments[0].arg for call in asking for node in ast.walk(call.args[0])
    )


def returned(scene: Scene, place: FunctionPlace, endings: Endings) -> TypeText | None:
    """Give the type that all returns of a function show; None where one does not, or it yields."""
    nodes = place.nodes
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes):
        return None
    if endings.never_returns(place):
        free = place.owner is None or place.owner not in scene.derived
        return TypeText("NoReturn", {"NoReturn": "typing:NoReturn"}) if free and not is_special(place) else None
    returns = [node.value for node in nodes if isinstance(node, ast.Return)]
    if not any(value is not None and not is_none(value) for value in returns):
        means_something = any(value is not None for value in returns)
        ends = ends_with_return(place.node.body) and not returns
        return None if means_something or ends or endings.ends_in_exit(place) else TypeText("None", {})
    found: list[TypeText] = []
    for value in returns:
        text = TypeText("None", {}) if value is None else _type_of(scene, place, value)
        if text is None:
            return None
        found.append(text)
    if endings.falls_off(place):
        found.append(TypeText("None", {}))
    return one_self(place, _union(found))


def _union(found: list[TypeText]) -> TypeText | None:
    """Make a union; tuples of several lengths are tuples of any length, or nothing that anybody would write."""
    tuples = [text.expression for text in found if text.expression.startswith("tuple[")]
    if len(set(tuples)) > 1:
        inner = {part for each in tuples for part in each[6:-1].split(", ")}
        if len(inner) != 1:
            return None
        found = [TypeText(f"tuple[{min(inner)}, ...]", t.names) if t.expression in tuples else t for t in found]
    return union(*found)


def one_self(place: FunctionPlace, text: TypeText | None) -> TypeText | None:
    """Say of a union of ``Self`` and the class itself that it is the class."""
    node = parse_type(text.expression) if text is not None and "Self" in text.names else None
    own = place.owner.name if place.owner is not None else ""
    if text is None or node is None or own not in (parts := [ast.unparse(each) for each in alternatives(node)]):
        return text
    names = {name: home for name, home in text.names.items() if name != "Self"}
    return TypeText(join_text([each for each in parts if each != "Self"]), names)


def _type_of(scene: Scene, place: FunctionPlace, value: ast.expr) -> TypeText | None:
    arguments = place.node.args.args
    is_method = place.owner is not None and bool(arguments) and arguments[0].arg == "self"
    if is_method and isinstance(value, ast.Name) and value.id == "self":
        return own_type(scene, place)
    return type_of_value(value, scene.index, place.module)


def own_type(scene: Scene, place: FunctionPlace) -> TypeText | None:
    """Give the type of ``self`` as a result: ``Self`` where the oldest Python has it, else a class without others."""
    if scene.python >= 11 or place.module.imports.get("Self", "").endswith(":Self"):
        return TypeText("Self", {"Self": place.module.imports.get("Self", "typing:Self")})
    owner = scene.class_of(place)
    return None if owner is None or owner.node in scene.derived else owner.text
