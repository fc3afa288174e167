"""Conditions under which a statement of a function runs."""

import ast
from collections.abc import Iterator, Sequence
from enum import StrEnum

from workhorse_core.languages.python.nodes import leaves
from workhorse_core.system.named_tuple import NamedTuple


class GuardKind(StrEnum):
    """The kind of a condition that guards a statement."""

    IF = "if"
    EARLIER = "earlier"
    """An ``if`` before it, in the same block, that leaves the block."""
    WHILE = "while"
    LOOP = "loop"
    """``holds`` is False in the ``else`` of a loop: it ended without ``break``."""
    HANDLER = "handler"
    """``test`` names the exceptions of an ``except``, with commas."""
    CASE = "case"


class Guard(NamedTuple):
    """One condition under which a statement runs: ``test`` is its source, true where ``holds``."""

    kind: GuardKind
    test: str
    holds: bool
    line: int
    node: ast.AST | None = None


def branches(node: ast.stmt) -> Iterator[tuple[tuple[Guard, ...], Sequence[ast.stmt]]]:
    """Split a compound statement into its blocks, each with the conditions under which it runs."""
    if isinstance(node, ast.If):
        yield (_guard(GuardKind.IF, node.test, True),), node.body
        yield (_guard(GuardKind.IF, node.test, False),), node.orelse
    elif isinstance(node, ast.While):
        endless = isinstance(node.test, ast.Constant)
        yield () if endless else (_guard(GuardKind.WHILE, node.test, True),), node.body
        yield (_guard(GuardKind.WHILE, node.test, False),), node.orelse
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        test = f"{ast.unparse(node.target)} in {ast.unparse(node.iter)}"
        yield (Guard(GuardKind.LOOP, test, True, node.lineno, node),), node.body
        yield (Guard(GuardKind.LOOP, test, False, node.lineno, node),), node.orelse
    elif isinstance(node, ast.Match):
        for case in node.cases:
            test = f"{ast.unparse(node.subject)} is {ast.unparse(case.pattern)}"
            yield (Guard(GuardKind.CASE, test, True, node.lineno, case),), case.body


def _guard(kind: GuardKind, test: ast.expr, holds: bool) -> Guard:
    return Guard(kind, ast.unparse(test), holds, test.lineno, test)


def left_by(node: ast.If) -> Iterator[Guard]:
    """Yield the conditions that hold after an ``if`` with a branch that leaves the block."""
    if leaves(node.body):
        yield _guard(GuardKind.EARLIER, node.test, False)
        for inner in node.orelse:
            if isinstance(inner, ast.If) and len(node.orelse) == 1:
                yield from left_by(inner)
    elif leaves(node.orelse):
        yield _guard(GuardKind.EARLIER, node.test, True)
