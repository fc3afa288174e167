"""Calls resolved to functions of the project, and arguments to their parameters."""

import ast
from collections.abc import Iterator

from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, positional_of
from workhorse_core.actions.hints.sources.project_types import class_of_type
from workhorse_core.languages.python.nodes import arguments_of, dotted
from workhorse_core.languages.python.signature import constructor_of
from workhorse_core.languages.python.symbols.symbol import ClassSymbol, FunctionSymbol


def is_assigned(symbol: FunctionSymbol, name: str, use: ast.expr | None = None) -> bool:
    """Return whether a function assigns one of its names; before ``use``, or in a loop, where that is given.

    What stands in the very statement that assigns it is before: ``x = f(x)``.
    """
    stored = [
        node
        for node in symbol.nodes
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    ]
    if use is None or not stored:
        return bool(stored)
    first = min(stored, key=lambda node: (node.lineno, node.col_offset))
    for node in symbol.nodes:
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)) and _holds(node, first):
            return True
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and _holds(node, first):
            return not _holds(node, use) and use.lineno >= first.lineno
    return True


def calls_variable(symbol: FunctionSymbol, node: ast.expr) -> bool:
    """Return whether an expression calls a variable of the function, whatever the module means by its name."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and is_assigned(symbol, node.func.id)


def _holds(node: ast.AST, inner: ast.AST) -> bool:
    return any(each is inner for each in ast.walk(node))


def labelled(call: ast.Call) -> Iterator[tuple[int | str, ast.expr]]:
    """Yield each argument with its position or keyword; those behind a star have none."""
    for position, value in enumerate(call.args):
        if isinstance(value, ast.Starred):
            break
        yield position, value
    for keyword in call.keywords:
        if keyword.arg:
            yield keyword.arg, keyword.value


def parameter_named(symbol: FunctionSymbol, label: int | str) -> str | None:
    """Name the parameter that an argument goes to."""
    if isinstance(label, int):
        positional = positional_of(symbol)
        return positional[label].arg if label < len(positional) else None
    named = {*symbol.node.args.args, *symbol.node.args.kwonlyargs}
    return label if label in {each.arg for each in named} else None


def callee(facts: ProjectFacts, symbol: FunctionSymbol, call: ast.Call) -> FunctionSymbol | None:
    """Find the function of the project that a call in a function means; a class stands for its constructor."""
    if call not in facts.callees:
        facts.callees[call] = _resolved(facts, symbol, call)
    found = facts.callees[call]
    if not isinstance(found, str):
        return found
    return _method_of_parameter(facts, symbol, found) or facts.only_method(found.rpartition(".")[2])


def _resolved(facts: ProjectFacts, symbol: FunctionSymbol, call: ast.Call) -> "FunctionSymbol | str | None":
    """Return what a call means, or its dotted name where that depends on the type of a parameter."""
    function = call.func
    owner = facts.class_of(symbol)
    if isinstance(function, ast.Attribute) and owner is not None:
        if isinstance(function.value, ast.Call) and dotted(function.value.func) == "super":
            return _method(facts, owner, function.attr, own=False)
        if isinstance(function.value, ast.Name) and function.value.id in {"self", "cls"}:
            return _method(facts, owner, function.attr, own=True)
    written = dotted(function)
    if written is not None and written.partition(".")[0] in symbol.variables:
        written = None
    if written is not None and written.partition(".")[0] not in {each.arg for each in arguments_of(symbol.node)}:
        if (found := facts.index.find_class(symbol.module, written)) is not None:
            return _constructor(facts, found)
        if (direct := facts.index.find_function(symbol.module, written)) is not None:
            return direct
        if written.partition(".")[0] in symbol.module.imported_anywhere:
            return None
    elif written is not None and isinstance(function, ast.Attribute):
        return written
    return facts.only_method(function.attr) if isinstance(function, ast.Attribute) else None


def _method_of_parameter(facts: ProjectFacts, symbol: FunctionSymbol, written: str) -> FunctionSymbol | None:
    head, _, rest = written.partition(".")
    type_ = facts.type_of(symbol, head) if rest and "." not in rest else None
    if type_ is None or type_.text not in type_.names:
        return None
    found = class_of_type(facts.index, type_)
    return _method(facts, found, rest, own=True) if found else None


def _method(facts: ProjectFacts, owner: ClassSymbol, name: str, *, own: bool) -> FunctionSymbol | None:
    for each in [*([owner] if own else []), *facts.index.ancestors(owner)]:
        if method := each.method(name):
            return method
    return None


def _constructor(facts: ProjectFacts, found: ClassSymbol) -> FunctionSymbol | None:
    for each in (found, *facts.index.ancestors(found)):
        node = constructor_of(each.node)
        if node is not None:
            return each.method(node.name)
    return None
