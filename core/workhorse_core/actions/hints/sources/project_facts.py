"""The facts that sources read: a project's slots, its symbols, and the types known so far."""

import ast
import builtins
import logging
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from io import BytesIO, TextIOWrapper
from pathlib import Path

from workhorse_core.actions.hints.evidence import Evidence
from workhorse_core.actions.hints.slot import Slot, SlotKind, slot_key
from workhorse_core.actions.hints.slot_search import find_slots
from workhorse_core.actions.hints.sources.project_types import class_of_type, read_type
from workhorse_core.actions.hints.sources.uses import (
    Uses,
    attributes_of,
    is_derived_outside,
    own_attributes,
    uses_of,
    uses_with_kept,
)
from workhorse_core.actions.hints.sources.weights import weight_of
from workhorse_core.languages.python.nodes import (
    Function,
    arguments_of,
    decorator_names,
    defaults_of,
    dotted,
    last_name,
)
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.symbol import ClassSymbol, FunctionSymbol
from workhorse_core.languages.python.type_expression import TypeExpression

_ECHOES = frozenset({"call-sites", "name", "passed-on", "pyrefly", "same-name"})
_OF_ARRAYS = frozenset(
    """cupy dask django jax numpy pandas peewee polars pony pyarrow pyspark scipy sqlalchemy sympy tensorflow torch
    xarray z3""".split()  # noqa: SIM905
)
"""Packages whose objects are compared one by one, or make expressions."""
Key = tuple[str, str]
"""A slot of the project: its file's path and `Slot.key`."""

ABSTRACT = frozenset({"abstractmethod", "abstractproperty"})
"""Decorators, by their last names, of what must be overridden."""


@dataclass(frozen=True, slots=True)
class SlotEvidence:
    """One piece of evidence and the file of its slot."""

    path: str
    evidence: Evidence

    @property
    def key(self) -> Key:
        """The slot it is about."""
        return self.path, self.evidence.slot


@dataclass
class ProjectFacts:
    """A project as the sources see it. ``known`` grows from round to round; ``python`` is the oldest minor version."""

    index: SymbolIndex
    slots: Sequence[Slot]
    python: int = 11
    known: dict[Key, TypeExpression] = field(default_factory=dict[Key, TypeExpression])
    sources: dict[Key, set[str]] = field(default_factory=dict[Key, set[str]])
    given_none: set[Key] = field(default_factory=set[Key])
    """The parameters that some call gives None, in the tests too."""

    @cached_property
    def callees(self) -> "dict[ast.Call, FunctionSymbol | str | None]":
        """The functions that calls resolve to, by call: the cache of `calls.callee`."""
        return {}

    @cached_property
    def compares_plainly(self) -> bool:
        """Whether a comparison is a bool in this project: nothing in it makes arrays or expressions of one."""
        made = (node for module in self.index.modules for each in module.classes.values() for node in each.node.body)
        own = any(
            isinstance(node, ast.Assign) and {dotted(each) for each in node.targets} & {"__eq__", "__lt__"}
            for node in made
        )
        tops = {each.module.partition(".")[0] for module in self.index.modules for each in module.imports}
        return not own and not tops & _OF_ARRAYS

    @cached_property
    def choices(self) -> frozenset[str]:
        """The names of parameters that take one of the texts which a ``Literal`` of the project lists."""
        listed = {
            each.value
            for module in self.index.modules
            for value in module.assigned.values()
            for node in ast.walk(value)
            if isinstance(node, ast.Subscript) and last_name(dotted(node.value) or "") == "Literal"
            for each in ast.walk(node.slice)
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        }
        found: set[str] = set()
        for symbol in self.index.functions if listed else ():
            pairs = defaults_of(symbol.node)
            found |= {each.arg for each, value in pairs if isinstance(value, ast.Constant) and value.value in listed}
            for node in symbol.nodes:
                if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
                    values = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
                    found |= {node.left.id} if any(isinstance(v, str) and v in listed for v in values) else set()
        return frozenset(found)

    @cached_property
    def functions(self) -> Mapping[tuple[str, str, int], FunctionSymbol]:
        """Every function by path, dotted name and first line."""
        return {(each.module.path, each.name, each.first): each for each in self.index.functions}

    @cached_property
    def uses(self) -> Mapping[str, list[Uses]]:
        """The uses of parameters in functions outside the tests, by the parameter's name."""
        found: defaultdict[str, list[Uses]] = defaultdict(list)
        for symbol in self.index.functions:
            if not is_auxiliary(symbol.module.path):
                for name, use in uses_of(symbol).items():
                    found[name].append(use)
        return found

    @cached_property
    def _attributes(self) -> dict[ast.ClassDef, set[str] | None]:
        return {}

    def uses_in(self, slot: Slot) -> Uses | None:
        """Return the uses of a parameter in its function."""
        key = (slot.path, slot.owner, slot.first)
        if key not in self._uses:
            self._uses[key] = uses_with_kept(self.functions[key])
        return self._uses[key].get(slot.name)

    @cached_property
    def _uses(self) -> dict[tuple[str, str, int], Mapping[str, Uses]]:
        return {}

    def attributes_of(self, symbol: ClassSymbol) -> set[str] | None:
        """Name what the objects of a class have; None where it has bases that are not the project's."""
        if symbol.node not in self._attributes:
            self._attributes[symbol.node] = attributes_of(self.index, symbol)
        return self._attributes[symbol.node]

    def is_derived_outside(self, symbol: ClassSymbol) -> bool:
        """Return whether a class has a base that is not the project's."""
        return is_derived_outside(self.index, symbol)

    def known_attributes(self, symbol: ClassSymbol) -> set[str]:
        """Name what the objects of a class have by it and its base classes in the project."""
        return {name for each in (symbol, *self.index.ancestors(symbol)) for name in self._own[each.node]}

    @cached_property
    def _own(self) -> Mapping[ast.ClassDef, frozenset[str]]:
        classes = (symbol for module in self.index.modules for symbol in module.classes.values())
        return {symbol.node: frozenset(own_attributes(symbol.node)) for symbol in classes}

    def has(self, type_: TypeExpression, attributes: set[str]) -> bool | None:
        """Return whether the objects of a type have all these attributes; None where that is not known."""
        head = type_.text.partition("[")[0]
        if not type_.names:
            kind = getattr(builtins, head, None)
            return attributes <= set(dir(kind)) if isinstance(kind, type) else None
        symbol = class_of_type(self.index, type_)
        found = self.attributes_of(symbol) if symbol else None
        return None if found is None else attributes <= found

    def only_method(self, name: str) -> FunctionSymbol | None:
        """Return the only method of the project of a name, where no everyday object has one."""
        found = self._methods.get(name, ())
        return found[0] if len(found) == 1 and name not in common_names() else None

    @cached_property
    def _methods(self) -> Mapping[str, list[FunctionSymbol]]:
        found: defaultdict[str, list[FunctionSymbol]] = defaultdict(list)
        for symbol in self.index.functions:
            if symbol.owner is not None and not is_auxiliary(symbol.module.path):
                found[symbol.node.name].append(symbol)
        return found

    @cached_property
    def twice(self) -> frozenset[tuple[str, str]]:
        """The functions, by path and dotted name, that stand in several places of one file, decorated ones aside."""
        counts = Counter((each.module.path, each.name) for each in self.index.functions if not each.node.decorator_list)
        return frozenset(name for name, count in counts.items() if count > 1)

    @cached_property
    def derived(self) -> Mapping[ast.ClassDef, Sequence[ClassSymbol]]:
        """The classes that others of the project, outside its tests, are derived from, each with those."""
        found: defaultdict[ast.ClassDef, list[ClassSymbol]] = defaultdict(list)
        for module in self.index.modules:
            if not is_auxiliary(module.path):
                for symbol in module.classes.values():
                    for each in self.index.ancestors(symbol):
                        found[each.node].append(symbol)
        return dict(found)

    @cached_property
    def has_extensions(self) -> bool:
        """Whether the project imports ``typing_extensions``, its tests aside."""
        shipped = (module for module in self.index.modules if not is_auxiliary(module.path))
        return any(each.module == "typing_extensions" for module in shipped for each in module.imports)

    @cached_property
    def by_key(self) -> Mapping[Key, Slot]:
        """Every slot."""
        return {(slot.path, slot.key): slot for slot in self.slots}

    def of_kind(self, *kinds: SlotKind) -> Iterator[Slot]:
        """Return the slots of some kinds."""
        return (slot for slot in self.slots if slot.kind in kinds)

    def function(self, slot: Slot) -> FunctionSymbol:
        """Return the function of a parameter or a return."""
        return self.functions[slot.path, slot.owner, slot.first]

    def class_of(self, symbol: FunctionSymbol) -> ClassSymbol | None:
        """Return the class whose method a function is."""
        name = symbol.name.rpartition(".")[0]
        found = symbol.module.classes.get(name)
        return found if found is not None and found.node is symbol.owner else None

    def type_of(self, symbol: FunctionSymbol, name: str) -> TypeExpression | None:
        """Return the known type of a parameter or ``return``: as annotated, or as chosen so far."""
        if name == "return":
            annotation = symbol.node.returns
        else:
            annotation = next((each.annotation for each in arguments_of(symbol.node) if each.arg == name), None)
        if annotation is not None:
            return read_type(self.index, symbol.module, annotation)
        return self.known.get((symbol.module.path, slot_key(symbol, name)))

    def is_firm(self, symbol: FunctionSymbol, name: str) -> bool:
        """Return whether a type was annotated, or found by more than names and the types of other slots."""
        sources = self.sources.get((symbol.module.path, slot_key(symbol, name)))
        return sources is None or bool(sources - _ECHOES)

    def found(self, slot: Slot, type_: TypeExpression | None, source: str, kind: str = "") -> Iterator[SlotEvidence]:
        """Make evidence of a type, where there is one; ``kind`` is what the source went by."""
        if type_ is not None:
            weight = weight_of(source, kind)
            yield SlotEvidence(slot.path, Evidence(slot.key, type_.text, source, type_.names, weight, kind))


@cache
def common_names() -> frozenset[str]:
    """Return the method names of everyday objects, whose calls identify no class."""
    everyday = (TextIOWrapper, BytesIO, re.Pattern, re.Match, logging.Logger, Path, threading.Thread, threading.Event)
    kinds = [*everyday, *(each for each in vars(builtins).values() if isinstance(each, type))]
    return frozenset(name for kind in kinds for name in dir(kind))


def read_facts(index: SymbolIndex, python: int = 11) -> ProjectFacts:
    """Read the slots of a project. ``python`` is the oldest minor version of Python that it supports."""
    slots: list[Slot] = []
    for module in index.modules:
        found = {(each.name, each.first) for each in module.functions}
        slots += [
            slot
            for slot in find_slots(module.source).slots
            if slot.kind in {SlotKind.ATTRIBUTE, SlotKind.VARIABLE} or (slot.owner, slot.first) in found
        ]
    return ProjectFacts(index, slots, python)


def is_auxiliary(path: str) -> bool:
    """Return whether a file belongs to tests, examples or documentation, whose names mean something else."""
    folders = path.split("/")
    return bool({"tests", "test", "examples", "docs"} & set(folders[:-1])) or folders[-1].startswith("test_")


def is_private(slot: Slot) -> bool:
    """Return whether all callers of a slot's function are likely to be in the project."""
    return any(part.startswith("_") and not part.endswith("__") for part in slot.owner.split("."))


def positional_of(symbol: FunctionSymbol) -> list[ast.arg]:
    """Return the parameters that are filled by position, without the one that a method is bound to."""
    args = [*symbol.node.args.posonlyargs, *symbol.node.args.args]
    bound = symbol.owner is not None and "staticmethod" not in {last_name(n) for n in decorator_names(symbol.node)}
    return args[1:] if bound else args


def decorators_of(node: Function) -> set[str]:
    """Name the decorators by their last names."""
    return {last_name(name) for name in decorator_names(node)}
