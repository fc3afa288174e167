"""Symbols: the classes and functions that a project defines, each with the module that holds it."""

import ast
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from workhorse_core.languages.python.nodes import DefinitionNode, Function, own_nodes
from workhorse_core.languages.python.symbols.standard_library import PREFIX
from workhorse_core.system.named_tuple import NamedTuple

if TYPE_CHECKING:
    from workhorse_core.languages.python.symbols.module import Module


class _FunctionParts(NamedTuple):
    module: "Module"
    node: Function
    parents: tuple[DefinitionNode, ...] = ()


class _ClassParts(NamedTuple):
    module: "Module"
    node: ast.ClassDef
    parents: tuple[DefinitionNode, ...] = ()


class FunctionSymbol(_FunctionParts):
    """One function or method; ``parents`` go from the outermost definition around it to the innermost."""

    @cached_property
    def name(self) -> str:
        """The dotted name within the module."""
        return ".".join([*(parent.name for parent in self.parents), self.node.name])

    @property
    def label(self) -> str:
        """The name with its place, for messages."""
        return _label(self)

    @property
    def owner(self) -> ast.ClassDef | None:
        """The class whose method it is."""
        return self.parents[-1] if self.parents and isinstance(self.parents[-1], ast.ClassDef) else None

    @property
    def owner_symbol(self) -> "ClassSymbol | None":
        """The class whose method it is, as a symbol."""
        return ClassSymbol(self.module, self.owner, self.parents[:-1]) if self.owner is not None else None

    @property
    def first(self) -> int:
        """The line of its first decorator, or its own, from 1."""
        return min([self.node.lineno, *(each.lineno for each in self.node.decorator_list)])

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        """Nodes of its body in source order, those of nested functions and classes left out."""
        return tuple(own_nodes(self.node.body))

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names that it and the functions around it assign."""
        around = (node for each in self.parents if not isinstance(each, ast.ClassDef) for node in own_nodes(each.body))
        return frozenset(
            node.id
            for node in (*self.nodes, *around)
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
        )


class ClassSymbol(_ClassParts):
    """One class; ``parents`` go from the outermost definition around it to the innermost."""

    @cached_property
    def name(self) -> str:
        """The dotted name within the module."""
        return ".".join([*(parent.name for parent in self.parents), self.node.name])

    @property
    def label(self) -> str:
        """The name with its place, for messages."""
        return _label(self)

    def method(self, name: str) -> FunctionSymbol | None:
        """Return its own method of a name, the last one where there are several."""
        return self.module.function(f"{self.name}.{name}")


Symbol = FunctionSymbol | ClassSymbol


def _label(symbol: Symbol) -> str:
    path = symbol.module.path
    if not path.startswith(PREFIX):
        return f"{symbol.name} ({path}:{symbol.node.lineno})"
    module = path.removeprefix(PREFIX).removesuffix(".py").removesuffix("/__init__")
    return f"{module.replace('/', '.')}.{symbol.name}"
