"""Type expressions of a project: annotations read as they are meant in a module, and classes as types."""

import ast

from workhorse_core.languages.python.symbols.homes import dotted_home
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.symbol import ClassSymbol
from workhorse_core.languages.python.type_expression import TypeExpression
from workhorse_core.languages.python.type_reader import read_written
from workhorse_core.languages.python.type_vocabulary import BUILTIN_TYPES, WELL_KNOWN


def read_type(index: SymbolIndex, module: Module, node: ast.expr | str) -> TypeExpression | None:
    """Read a type expression as it is meant in a module; None where it is none, or a name in it is unknown."""
    found = read_written(node, lambda name: dotted_type_home(index.home(module, name.partition(".")[0]), name))
    if found is None:
        return None
    return TypeExpression(found.text, {name: index.origin(home, certain=False) for name, home in found.names.items()})


def dotted_type_home(home: str | None, written: str) -> str | None:
    """Return the home of a dotted name whose first part has a home; without one it may be a builtin."""
    if home is not None:
        return dotted_home(home, written)
    return f"builtins:{written}" if written in BUILTIN_TYPES else None


def type_home(index: SymbolIndex, module: Module, name: str) -> str | None:
    """Return the home of a dotted name that a tool or a person wrote: as the module knows it, else as it is well known.

    Of a class of the project, where it is the only one of its name.
    """
    head = name.partition(".")[0]
    if (home := index.home(module, head)) is not None:
        return dotted_type_home(home, name)
    if index.named(head):
        return dotted_type_home(head, name)
    made = {f"{each.name}:{head}" for each in index.modules if head in each.classes}
    if len(made) == 1 and "." not in name:
        return made.pop()
    return dotted_type_home(None, name) or (WELL_KNOWN.get(name) if not made else None)


def class_type(symbol: ClassSymbol) -> TypeExpression:
    """Return a class as a type."""
    head = symbol.name.partition(".")[0]
    return TypeExpression(symbol.name, {head: f"{symbol.module.name}:{head}"})


def class_of_type(index: SymbolIndex, found: TypeExpression) -> ClassSymbol | None:
    """Return the class of the project that a type names, without what stands in brackets."""
    written = found.text.partition("[")[0]
    home = found.names.get(written.partition(".")[0])
    return None if home is None else index.class_at(dotted_home(home, written))
