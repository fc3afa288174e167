"""The usefulness filter: types that are too wide to inform, or narrower than what is known, are refused."""

import ast

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.type_expression import Refusal, TypeExpression, is_none, members

_WIDE = frozenset({"typing:Any", "builtins:object"})
_COMPARISONS = (".__eq__", ".__ne__")
_NEVER = frozenset({"typing:Never", "typing:NoReturn"})
_OF_TESTS = frozenset({"test", "tests", "testing", "conftest", "unittest", "pytest", "mock"})
_NO_TYPE = frozenset(
    f"typing:{name}" for name in ("ClassVar", "Final", "Generic", "NamedTuple", "Protocol", "TypedDict", "TypeAlias")
)


def refuse(slot: Slot, type_: TypeExpression, module: str) -> Refusal | None:
    """Return the reason why a valid type is not useful, None where it is.

    Args:
        slot: Where it would stand.
        type_: The type.
        module: The name of the module that the slot is in.
    """
    parts = list(members(type_.node))
    homes = [type_.home(dotted(part) or "") if dotted(part) else "" for part in parts]
    if _WIDE & set(homes) and not _is_asked_for(slot, type_):
        return Refusal(f"{type_.text} is too wide to say anything.")
    if all(map(is_none, parts)) and slot.kind is not SlotKind.RETURN:
        return Refusal("None alone is too narrow: something else must be possible.")
    for refusal in (_never(slot, type_), _literal(type_, parts), _no_type(type_), _private(type_, module)):
        if refusal:
            return refusal
    if slot.kind is not SlotKind.RETURN and any(home == "typing:Self" for home in type_.homes.values()):
        return Refusal("Self is only used for results.")
    return None


def _is_asked_for(slot: Slot, type_: TypeExpression) -> bool:
    """Whether Python itself asks for it: what is compared may be any object."""
    return slot.kind is SlotKind.PARAMETER and type_.text == "object" and slot.owner.endswith(_COMPARISONS)


def _never(slot: Slot, type_: TypeExpression) -> Refusal | None:
    never = [name for name, home in type_.homes.items() if home in _NEVER]
    if never and not (slot.kind is SlotKind.RETURN and isinstance(type_.node, (ast.Name, ast.Attribute))):
        return Refusal(f"{type_.text} holds nothing: it is too narrow.")
    return None


def _literal(type_: TypeExpression, parts: list[ast.expr]) -> Refusal | None:
    """One literal value is what was seen, and seldom what is meant."""
    for part in parts:
        if isinstance(part, ast.Subscript) and type_.home(dotted(part.value) or "") == "typing:Literal":
            values = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
            others = [other for other in parts if other is not part and not is_none(other)]
            if len(values) == 1 and not others:
                return Refusal(f"{type_.text} is the one value that was seen: it is too narrow.")
    return None


def _no_type(type_: TypeExpression) -> Refusal | None:
    for name, home in type_.homes.items():
        if home in _NO_TYPE:
            return Refusal(f"{name} is no type of a value.")
    return None


def _private(type_: TypeExpression, module: str) -> Refusal | None:
    top = module.partition(".")[0]
    for name, home in type_.homes.items():
        owner, _, attribute = home.partition(":")
        parts = [*owner.split("."), *attribute.split(".")]
        if owner != module and owner.partition(".")[0] != top and any(part.startswith("_") for part in parts):
            return Refusal(f"{name} is private to {owner}.")
        if owner != module and any(part in _OF_TESTS or part.startswith("test_") for part in owner.split(".")):
            return Refusal(f"{name} is there for tests only.")
    return None
