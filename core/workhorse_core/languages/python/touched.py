"""Definitions of a Python file that a change touches; imports nothing that is not built in, so that a hook can ask.

`workhorse_core.pipeline.region` has the same in full; this is a first look that must cost next to nothing.
"""

import _ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_ONLY_TREE = 0x400  # ast.PyCF_ONLY_AST: importing ast costs more than parsing
FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef)
_DEFINITIONS = (*FUNCTIONS, _ast.ClassDef)
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


class TouchedDefinition:
    """A definition, or the module: its node, the definitions around it (outermost first), and its lines.

    ``first`` and ``last`` count from 1, both included, decorators too.
    """

    __slots__ = ("first", "last", "node", "parents")

    def __init__(self, node: "Any", parents: "tuple[Any, ...]", first: int, last: int) -> None:
        self.node = node
        self.parents = parents
        self.first = first
        self.last = last


def touched_definitions(data: bytes, ranges: "Sequence[tuple[int, int]]") -> list[TouchedDefinition]:
    """Return the innermost definition of each changed line; the module only where its first line is new.

    Args:
        data: The file. One that does not parse has no definitions.
        ranges: Changed lines, first and last, counted from 1, in order.
    """
    try:
        tree = compile(data, "staged", "exec", _ONLY_TREE, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return []
    definitions = _definitions(tree, data.count(b"\n") + 1)
    at_top = ranges[0][0] == 1
    innermost: dict[int, TouchedDefinition] = {}
    for each in definitions:  # nested definitions come later and take its lines over
        for first, last in ranges:
            if first <= each.last and each.first <= last:
                innermost.update(dict.fromkeys(range(max(first, each.first), min(last, each.last) + 1), each))
    return [each for each in dict.fromkeys(innermost.values()) if each is not definitions[0] or at_top]


def _definitions(tree: "Any", lines: int) -> list[TouchedDefinition]:
    """List the module and every definition in it, in source order."""
    found = [TouchedDefinition(tree, (), 1, lines)]
    pending: list[tuple[Any, tuple[Any, ...]]] = [(tree, ())]
    while pending:
        node, parents = pending.pop()
        if isinstance(node, _DEFINITIONS):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            found.append(TouchedDefinition(node, parents, first, node.end_lineno or first))
            parents = (*parents, node)
        below = [each for name in _BLOCKS for each in getattr(node, name, ())]
        pending += [(each, parents) for each in reversed(below)]
    return found
