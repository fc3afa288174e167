"""``isinstance``: a function that turns one class of thing into another takes both."""

import ast
from collections.abc import Iterator

from workhorse_core.actions.hints.slot import SlotKind
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, SlotEvidence
from workhorse_core.actions.hints.sources.project_types import read_type
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol
from workhorse_core.languages.python.type_expression import TypeExpression, union

SOURCE = "isinstance"
_OTHER = {"str": ("encode", "bytes"), "bytes": ("decode", "str")}


def from_guards(facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Read what a function asks a parameter to be, where the rest of what it takes shows too.

    ``if isinstance(s, str): s = s.encode()`` takes str and bytes; ``if not isinstance(x, C): raise TypeError`` takes
    only C.
    """
    for slot in facts.of_kind(SlotKind.PARAMETER):
        if not slot.star:
            symbol = facts.function(slot)
            yield from facts.found(slot, _both(symbol, slot.name), SOURCE, "both")
            yield from facts.found(slot, _only(facts, symbol, slot.name), SOURCE, "only")


def _both(symbol: FunctionSymbol, name: str) -> TypeExpression | None:
    for node in symbol.nodes:
        if not isinstance(node, ast.If) or node.orelse or (guard := _guard(node.test, name)) not in _OTHER:
            continue
        method, other = _OTHER[guard]
        first = node.body[0]
        if isinstance(first, ast.Assign) and [dotted(each) for each in first.targets] == [name]:
            value = first.value
            if isinstance(value, ast.Call) and dotted(value.func) == f"{name}.{method}":
                return TypeExpression(" | ".join(sorted((guard, other), reverse=True)), {})
    return None


def _only(facts: ProjectFacts, symbol: FunctionSymbol, name: str) -> TypeExpression | None:
    for node in symbol.nodes:
        if (
            not isinstance(node, ast.If)
            or not isinstance(node.test, ast.UnaryOp)
            or not isinstance(node.test.op, ast.Not)
        ):
            continue
        raised = node.body[-1]
        if not isinstance(raised, ast.Raise) or raised.exc is None:
            continue
        error = raised.exc.func if isinstance(raised.exc, ast.Call) else raised.exc
        call = node.test.operand
        if dotted(error) == "TypeError" and isinstance(call, ast.Call) and _guard(call, name) is not None:
            asked = call.args[1]
            texts = [
                read_type(facts.index, symbol.module, each)
                for each in (asked.elts if isinstance(asked, ast.Tuple) else [asked])
            ]
            known = [type_ for type_ in texts if type_ is not None]
            return union(*known) if known and len(known) == len(texts) else None
    return None


def _guard(node: ast.expr, name: str) -> str | None:
    """Return the class that ``isinstance(name, …)`` asks for, "" where it is not a plain name."""
    if not isinstance(node, ast.Call) or dotted(node.func) != "isinstance" or len(node.args) != 2:
        return None
    return (dotted(node.args[1]) or "") if dotted(node.args[0]) == name else None
