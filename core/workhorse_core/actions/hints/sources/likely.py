"""Types of expressions by their form alone, where those of the operands are unknown: ``x.format(…)`` is a text."""

import ast

from workhorse_core.actions.hints.sources.calls import callee, calls_variable
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts
from workhorse_core.actions.hints.sources.values import type_of_value
from workhorse_core.languages.python.nodes import arguments_of
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol
from workhorse_core.languages.python.type_expression import TypeExpression, union

_METHODS = {
    **dict.fromkeys(
        """casefold decode expandtabs format format_map hexdigest isoformat lower lstrip removeprefix removesuffix
        rstrip strftime strip swapcase title upper zfill""".split(),  # noqa: SIM905
        "str",
    ),
    **dict.fromkeys(
        """endswith exists is_absolute is_dir is_file is_set isalnum isalpha isascii isdecimal isdigit isidentifier
        islower isnumeric isspace issubset issuperset istitle isupper startswith""".split(),  # noqa: SIM905
        "bool",
    ),
    **dict.fromkeys(("rsplit", "split", "splitlines"), "list[str]"),
    **dict.fromkeys(("encode", "digest"), "bytes"),
    **dict.fromkeys(("bit_length", "rfind", "rindex"), "int"),
    "total_seconds": "float",
}
"""Methods whose names stand for one result, whatever has them."""
_MAX_STEPS = 3


def likely_type(
    facts: ProjectFacts, symbol: FunctionSymbol, node: ast.expr, steps: int = _MAX_STEPS
) -> TypeExpression | None:
    """Return the type that an expression in a function most likely has; None where its form shows none."""
    if calls_variable(symbol, node):
        return None
    if (shown := type_of_value(node, facts.index, symbol.module)) is not None:
        return shown
    if isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Compare):
        return TypeExpression("bool", {}) if facts.compares_plainly else None
    if isinstance(node, ast.Call):
        return _called(facts, symbol, node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        kinds = {type_.text for each in (node.left, node.right) if (type_ := likely_type(facts, symbol, each, steps))}
        return TypeExpression("str", {}) if "str" in kinds else None
    if not steps:
        return None
    if isinstance(node, ast.BoolOp):
        return _one(facts, symbol, node.values, steps - 1)
    if isinstance(node, ast.IfExp):
        both = [likely_type(facts, symbol, each, steps - 1) for each in (node.body, node.orelse)]
        return union(*(each for each in both if each)) if None not in both else None
    return _variable(facts, symbol, node.id, steps - 1) if isinstance(node, ast.Name) else None


def _called(facts: ProjectFacts, symbol: FunctionSymbol, node: ast.Call) -> TypeExpression | None:
    if isinstance(node.func, ast.Attribute) and (kind := _METHODS.get(node.func.attr)):
        of_bytes = any(isinstance(each, ast.Constant) and isinstance(each.value, bytes) for each in node.args)
        return TypeExpression(kind.replace("str", "bytes") if of_bytes else kind, {})
    target = callee(facts, symbol, node)
    if target is None or target is symbol or target.node.name == "__init__" or not facts.is_firm(target, "return"):
        return None
    type_ = facts.type_of(target, "return")
    return None if type_ is None or type_.text == "None" or {"Self", "NoReturn"} & set(type_.names) else type_


def _one(facts: ProjectFacts, symbol: FunctionSymbol, nodes: "list[ast.expr]", steps: int) -> TypeExpression | None:
    found = [likely_type(facts, symbol, each, steps) for each in nodes]
    first = found[0] if found else None
    return first if first and all(each and each.text == first.text for each in found) else None


def _variable(facts: ProjectFacts, symbol: FunctionSymbol, name: str, steps: int) -> TypeExpression | None:
    """Return the type of a local variable whose every assignment shows the same."""
    if name in {each.arg for each in arguments_of(symbol.node)}:
        return facts.type_of(symbol, name)
    stored = [each for each in symbol.nodes if isinstance(each, ast.Name) and each.id == name and not _is_read(each)]
    values = [
        each.value
        for each in symbol.nodes
        if isinstance(each, ast.Assign) and any(target in stored for target in each.targets)
    ]
    return _one(facts, symbol, values, steps) if values and len(values) == len(stored) else None


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)
