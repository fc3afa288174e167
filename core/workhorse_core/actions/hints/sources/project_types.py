"""Type expressions of a project: annotations read as they are meant in a module, and classes as types."""

import ast

from workhorse_core.actions.hints.sources.modern import TypeText, modernise, place_of
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.symbol import ClassSymbol


def read_type(index: SymbolIndex, module: Module, node: ast.expr | str) -> TypeText | None:
    """Read a type expression as it is meant in a module; None where it is none, or a name in it is unknown."""
    found = modernise(node, lambda name: index.home(module, name))
    if found is None:
        return None
    return TypeText(found.expression, {name: index.origin(home, certain=False) for name, home in found.names.items()})


def class_type(symbol: ClassSymbol) -> TypeText:
    """Return a class as a type."""
    head = symbol.name.partition(".")[0]
    return TypeText(symbol.name, {head: f"{symbol.module.name}:{head}"})


def class_of_type(index: SymbolIndex, found: TypeText) -> ClassSymbol | None:
    """Return the class of the project that a type names, without what stands in brackets."""
    written = found.expression.partition("[")[0]
    home = found.names.get(written.partition(".")[0])
    if home is None:
        return None
    where, attribute = place_of(home, written)
    return index.class_at(f"{where}:{attribute}" if attribute else where)
