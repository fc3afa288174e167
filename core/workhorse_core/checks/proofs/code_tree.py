"""The syntax tree of a file without its docstrings, written out so that two can be compared."""

import ast
from bisect import bisect_right
from collections.abc import Sequence
from typing import cast

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class DiffersError(Exception):
    """The code is not the same. ``line`` counts from 1 in the candidate."""

    def __init__(self, rule: str, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.rule = rule
        self.line = max(1, line)


class Shape:
    """A syntax tree written out flat, places and docstrings left out, so that two can be compared at once.

    Breadth first: of each node its class, then of each field its value, the length of a list, or a mark where a node
    follows later. Equal shapes are equal trees. Nothing here recurses: how deep the code is nested is not ours to
    limit.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.nodes: list[ast.AST] = [tree]
        self.docstrings: dict[int, ast.Constant] = {}
        """By the index of the node that has it."""
        self.statements: list[ast.stmt] = []
        """The docstring statements, which are left out."""
        self.values: list[object] = []
        self._firsts: list[int] = []
        nodes, values = self.nodes, self.values
        for index, node in enumerate(nodes):
            self._firsts.append(len(values))
            values.append(node.__class__)
            skipped = isinstance(node, Documented) and self._leave_out_docstring(index, node)
            for name in node._fields:
                value = getattr(node, name, None)
                items: Sequence[object] = (value,)
                if isinstance(value, list):
                    items = cast("list[object]", value)[skipped and name == "body" :]
                    values.append(len(items))
                for item in items:
                    if not isinstance(item, ast.AST):
                        values += (item.__class__, item)  # the class too: 1 == 1.0 == True
                    elif item._fields or item._attributes:
                        nodes.append(item)
                        values.append(_NODE)
                    else:
                        values.append(item.__class__)  # an operator, or Load and Store

    def _leave_out_docstring(self, index: int, node: Documented) -> bool:
        docstring = docstring_of(node)
        if docstring is None:
            return False
        self.docstrings[index] = docstring
        self.statements.append(node.body[0])
        return True

    def line_of(self, index: int) -> int:
        """Return the line of the node that a value belongs to, or of the nearest before it that has one."""
        for node in reversed(self.nodes[: bisect_right(self._firsts, index)]):
            if isinstance(line := getattr(node, "lineno", None), int):
                return line
        return 1


_NODE = object()


def check_trees(before: Shape, after: Shape) -> None:
    """Compare two trees without their docstrings; a docstring that was there must still be one.

    Raises:
        DiffersError: They are not the same.
    """
    if before.values != after.values:
        pairs = enumerate(zip(before.values, after.values, strict=False))
        first = next((index for index, (old, new) in pairs if old != new), len(after.values) - 1)
        raise DiffersError("tree", "The code differs from here on.", after.line_of(first))
    for index in before.docstrings:
        if index not in after.docstrings:
            line = getattr(after.nodes[index], "lineno", 1)
            raise DiffersError("tree", "A docstring was removed.", line)


def docstring_of(node: ast.AST) -> ast.Constant | None:
    """Return the docstring literal of a module, class or function, as Python itself defines it."""
    if not isinstance(node, Documented) or not node.body:
        return None
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value
    return None
