"""The definitions of a Python file, and the syntax tree's nodes behind regions."""

import ast
from collections.abc import Iterator

from workhorse_core.languages.language import Definition, Located, RegionKind
from workhorse_core.languages.python.nodes import DefinitionNode
from workhorse_core.languages.python.source import BLOCK_TYPES, PythonSource, python_source, statements_below
from workhorse_core.system.named_tuple import NamedTuple


class Syntax(NamedTuple):
    """The node of a definition and the definitions around it, outermost first."""

    node: ast.Module | DefinitionNode
    parents: tuple[DefinitionNode, ...] = ()


def find_definitions(source: PythonSource) -> Iterator[Definition]:
    """Find the module and every class and function in it, in source order, however they are nested.

    Decorators belong to a definition, a comment after its last statement does not. The name of a nested function is
    "outer.inner", Python's ``outer.<locals>.inner``.

    Raises:
        TargetError: The file does not parse.
    """
    start, end = source.span(source.tree)
    yield Definition("", RegionKind.MODULE, start, end, 1, source.last_line, Syntax(source.tree))
    waiting: list[tuple[ast.AST, str, tuple[DefinitionNode, ...]]] = [(source.tree, "", ())]
    while waiting:  # no recursion: an ``elif`` nests as deep as its chain is long
        node, prefix, parents = waiting.pop()
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):  # thrice as fast as with the union
            name = prefix + node.name
            yield _definition(source, name, node, parents)
            prefix, parents = f"{name}.", (*parents, node)
        below = [inner for inner in statements_below(node) if type(inner) in BLOCK_TYPES]
        waiting += [(inner, prefix, parents) for inner in reversed(below)]


def source_of(region: Located) -> PythonSource:
    """Return the source of a region.

    Raises:
        TargetError: It is of another language.
    """
    return python_source(region.source)


def node_of(region: Located) -> ast.Module | DefinitionNode | None:
    """Return the node of a region, None for lines and for other languages."""
    return region.syntax.node if isinstance(region.syntax, Syntax) else None


def parents_of(region: Located) -> tuple[DefinitionNode, ...]:
    """Return the definitions around a region, outermost first."""
    return region.syntax.parents if isinstance(region.syntax, Syntax) else ()


def _definition(
    source: PythonSource, name: str, node: DefinitionNode, parents: tuple[DefinitionNode, ...]
) -> Definition:
    if isinstance(node, ast.ClassDef):
        kind = RegionKind.CLASS
    else:
        kind = RegionKind.METHOD if parents and isinstance(parents[-1], ast.ClassDef) else RegionKind.FUNCTION
    start, end = source.span(node)
    last = node.end_lineno or node.lineno
    return Definition(name, kind, start, end, source.line_of(start), last, Syntax(node, parents))
