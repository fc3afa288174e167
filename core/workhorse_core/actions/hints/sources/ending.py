"""Whether the end of a function can be reached, through calls of functions that always raise."""

import ast
from collections.abc import Sequence

from workhorse_core.actions.hints.sources.calls import callee
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts
from workhorse_core.languages.python.nodes import Function, dotted, is_stub, leaves, own_nodes
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol

_MAX_ROUNDS = 4
_EXITS = frozenset({"sys.exit", "os._exit", "exit", "quit"})


def ends_with_return(body: Sequence[ast.stmt]) -> bool:
    """Return whether the end of these statements is never reached without a return or an endless loop."""
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
    if isinstance(last, ast.Match):
        return _catches_all(last) and all(ends_with_return(case.body) for case in last.cases)
    return False


def _catches_all(node: ast.Match) -> bool:
    pattern = node.cases[-1].pattern
    return node.cases[-1].guard is None and isinstance(pattern, ast.MatchAs) and pattern.pattern is None


class Endings:
    """The functions of a project that never return: they raise, or end by calling one that does.

    Methods that raise NotImplementedError are there to be overridden and are not among them.
    """

    def __init__(self, facts: ProjectFacts) -> None:
        self._facts = facts
        self._raising: set[Function] = set()
        plain = [symbol for symbol in facts.index.functions if _is_plain(symbol)]
        for _ in range(_MAX_ROUNDS):
            found = {symbol.node for symbol in plain if self._leaves(symbol, symbol.node.body)}
            if found == self._raising:
                break
            self._raising = found

    def never_returns(self, symbol: FunctionSymbol) -> bool:
        """Return whether a function always raises."""
        return symbol.node in self._raising

    def falls_off(self, symbol: FunctionSymbol) -> bool:
        """Return whether the end of a function's body may be reached."""
        body = symbol.node.body
        return not ends_with_return(body) and not self._leaves(symbol, body)

    def ends_in_exit(self, symbol: FunctionSymbol) -> bool:
        """Return whether the last statement of a function ends the program."""
        last = symbol.node.body[-1]
        return isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and dotted(last.value.func) in _EXITS

    def _leaves(self, symbol: FunctionSymbol, body: Sequence[ast.stmt]) -> bool:
        return any(self._is_left_by(symbol, node) for node in body)

    def _is_left_by(self, symbol: FunctionSymbol, node: ast.stmt) -> bool:
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.If):
            return bool(node.orelse) and self._leaves(symbol, node.body) and self._leaves(symbol, node.orelse)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return False  # it may swallow what is raised
        if isinstance(node, ast.Try):
            parts = [[*node.body, *node.orelse], *(handler.body for handler in node.handlers)]
            return self._leaves(symbol, node.finalbody) or all(self._leaves(symbol, part) for part in parts)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            target = callee(self._facts, symbol, node.value)
            return target is not None and target.node in self._raising
        return False


def _is_plain(symbol: FunctionSymbol) -> bool:
    if isinstance(symbol.node, ast.AsyncFunctionDef) or is_stub(symbol.node.body):
        return False
    return not any(isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) for node in symbol.nodes)
