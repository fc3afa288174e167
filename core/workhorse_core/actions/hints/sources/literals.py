"""Returns that show their type: nothing returned, never returned, literals, comparisons, constructors, ``self``."""

import ast
from collections.abc import Callable, Iterator

from workhorse_core.actions.hints.slot import SlotKind
from workhorse_core.actions.hints.sources.calls import calls_variable
from workhorse_core.actions.hints.sources.ending import Endings, ends_with_return
from workhorse_core.actions.hints.sources.likely import likely_type
from workhorse_core.actions.hints.sources.project_facts import ABSTRACT, ProjectFacts, SlotEvidence, decorators_of
from workhorse_core.actions.hints.sources.project_types import class_of_type, class_type
from workhorse_core.actions.hints.sources.values import type_of_value
from workhorse_core.languages.python.nodes import arguments_of, dotted, is_none, is_stub, last_name
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol
from workhorse_core.languages.python.type_expression import TypeExpression, join_text, union
from workhorse_core.languages.python.type_expression import members as alternatives
from workhorse_core.languages.python.type_reader import parse_type

SOURCE = "literal"
_ASKING = frozenset({"callable", "hasattr", "isinstance", "issubclass"})


def from_literals(facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Read what functions return where every return shows it."""
    endings = Endings(facts)
    for slot in facts.of_kind(SlotKind.RETURN):
        symbol = facts.function(slot)
        if is_stub(symbol.node.body) and (symbol.owner is not None or not symbol.node.body):
            continue
        if (slot.path, slot.owner) in facts.twice or decorators_of(symbol.node) & ABSTRACT:
            continue
        if is_for_checkers(symbol):
            continue
        type_ = returned(facts, symbol, endings, _type_of)
        form = "" if type_ else "likely "
        type_ = type_ or returned(facts, symbol, endings, _likely)
        owner = symbol.owner.name if symbol.owner else ""
        if type_ is None or any(name.startswith("_") and name != owner for name in type_.names):
            continue
        yield from facts.found(slot, type_, SOURCE, form + _kind(facts, symbol, type_))


def _kind(facts: ProjectFacts, symbol: FunctionSymbol, type_: TypeExpression) -> str:
    if type_.text == "NoReturn":
        return "NoReturn unused" if _leaves_unused(symbol) else "NoReturn"
    if type_.text == "None":
        return "None"
    if symbol.owner is not None and type_.text in {"Self", symbol.owner.name}:
        return own_kind(facts, symbol)
    if "|" in type_.text:
        parts = type_.text.split(" | ")
        return "optional" if len(parts) == 2 and "None" in parts else "union"
    if "[" in type_.text:
        return "display"
    if type_.text == "bool" and may_be_guard(symbol):
        return "guard"
    return class_kind(facts, type_) if type_.names else "plain"


def own_kind(facts: ProjectFacts, symbol: FunctionSymbol) -> str:
    """Return the kind of a method that returns its own class; where iteration begins that means an iterator.

    A class that is derived from one of a library is "derived": that one may be meant, as for ``class Text(str)``.
    """
    if symbol.node.name in {"__iter__", "__aiter__"}:
        return "own class iterator"
    if symbol.node.name in {"__enter__", "__aenter__"}:
        return "own class context"
    owner = facts.class_of(symbol)
    if owner is not None and facts.is_derived_outside(owner):
        return "own class derived"
    return "own class special" if is_special(symbol) else "own class"


def class_kind(facts: ProjectFacts, type_: TypeExpression) -> str:
    """Return "based class" for a class with a base class in the project, which may be meant instead; else "class"."""
    found = class_of_type(facts.index, type_)
    return "class" if found is None or next(facts.index.ancestors(found), None) is None else "based class"


def is_for_checkers(symbol: FunctionSymbol) -> bool:
    """Whether a function branches on ``TYPE_CHECKING``."""
    tests = (node.test for node in symbol.nodes if isinstance(node, ast.If))
    return any(last_name(dotted(test) or "") == "TYPE_CHECKING" for test in tests)


def _leaves_unused(symbol: FunctionSymbol) -> bool:
    """Whether a function takes what it does nothing with: it stands for one that does, and only refuses here."""
    used = {node.id for node in ast.walk(ast.Module(symbol.node.body, [])) if isinstance(node, ast.Name)}
    arguments = list(arguments_of(symbol.node))
    return any(each.arg not in used for each in arguments[1 if symbol.owner is not None else 0 :])


def is_special(symbol: FunctionSymbol) -> bool:
    """Return whether Python calls a function by its name, so that the data model fixes its result."""
    return symbol.node.name.startswith("__") and symbol.node.name.endswith("__")


def may_be_guard(symbol: FunctionSymbol) -> bool:
    """Whether a function asks what its only argument is: it may mean ``TypeGuard`` and not ``bool``."""
    arguments = list(arguments_of(symbol.node))
    if symbol.owner is not None or len(arguments) != 1 or not symbol.node.name.lstrip("_").startswith("is_"):
        return False
    asking = (
        each for each in symbol.nodes if isinstance(each, ast.Call) and dotted(each.func) in _ASKING and each.args
    )
    return any(
        isinstance(node, ast.Name) and node.id == arguments[0].arg for call in asking for node in ast.walk(call.args[0])
    )


_Reader = Callable[[ProjectFacts, FunctionSymbol, ast.expr], TypeExpression | None]


def returned(facts: ProjectFacts, symbol: FunctionSymbol, endings: Endings, read: "_Reader") -> TypeExpression | None:
    """Return the type that all returns of a function show to a reader; None where one does not, or it yields."""
    nodes = symbol.nodes
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes):
        return None
    if endings.never_returns(symbol):
        free = symbol.owner is None or symbol.owner not in facts.derived
        return TypeExpression("NoReturn", {"NoReturn": "typing:NoReturn"}) if free and not is_special(symbol) else None
    returns = [node.value for node in nodes if isinstance(node, ast.Return)]
    if not any(value is not None and not is_none(value) for value in returns):
        means_something = any(value is not None for value in returns)
        ends = ends_with_return(symbol.node.body) and not returns
        return None if means_something or ends or endings.ends_in_exit(symbol) else TypeExpression("None", {})
    found: list[TypeExpression] = []
    for value in returns:
        type_ = TypeExpression("None", {}) if value is None else read(facts, symbol, value)
        if type_ is None:
            return None
        found.append(type_)
    if endings.falls_off(symbol):
        found.append(TypeExpression("None", {}))
    return one_self(symbol, _union(found))


def _union(found: list[TypeExpression]) -> TypeExpression | None:
    """Make a union; tuples of several lengths become one of any length, or None."""
    tuples = [type_.text for type_ in found if type_.text.startswith("tuple[")]
    if len(set(tuples)) > 1:
        inner = {part for each in tuples for part in each[6:-1].split(", ")}
        if len(inner) != 1:
            return None
        found = [TypeExpression(f"tuple[{min(inner)}, ...]", t.names) if t.text in tuples else t for t in found]
    return union(*found)


def one_self(symbol: FunctionSymbol, type_: TypeExpression | None) -> TypeExpression | None:
    """Reduce a union of ``Self`` and the class itself to the class."""
    node = parse_type(type_.text) if type_ is not None and "Self" in type_.names else None
    own = symbol.owner.name if symbol.owner is not None else ""
    if type_ is None or node is None or own not in (parts := [ast.unparse(each) for each in alternatives(node)]):
        return type_
    names = {name: home for name, home in type_.names.items() if name != "Self"}
    return TypeExpression(join_text([each for each in parts if each != "Self"]), names)


def _type_of(facts: ProjectFacts, symbol: FunctionSymbol, value: ast.expr) -> TypeExpression | None:
    arguments = symbol.node.args.args
    is_method = symbol.owner is not None and bool(arguments) and arguments[0].arg == "self"
    if is_method and isinstance(value, ast.Name) and value.id == "self":
        return own_type(facts, symbol)
    return None if calls_variable(symbol, value) else type_of_value(value, facts.index, symbol.module)


def _likely(facts: ProjectFacts, symbol: FunctionSymbol, value: ast.expr) -> TypeExpression | None:
    return _type_of(facts, symbol, value) or likely_type(facts, symbol, value)


def own_type(facts: ProjectFacts, symbol: FunctionSymbol) -> TypeExpression | None:
    """Return the type of ``self`` as a result.

    ``Self`` where Python has it, or the project uses ``typing_extensions``; else a class without subclasses.
    """
    imported = symbol.module.home("Self") or ""
    if facts.python >= 11 or imported.endswith(":Self"):
        return TypeExpression("Self", {"Self": imported or "typing:Self"})
    if facts.has_extensions:
        return TypeExpression("Self", {"Self": "typing_extensions:Self"})
    owner = facts.class_of(symbol)
    return None if owner is None or owner.node in facts.derived else class_type(owner)
