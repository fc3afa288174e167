"""What is defined where in a project, as far as types need it: modules, classes with their bases, functions, names."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from workhorse_core.actions.hints.sources.modern import TypeText, modernise, place_of
from workhorse_core.errors import TargetError
from workhorse_core.languages.python.nodes import Function, dotted, own_nodes
from workhorse_core.languages.python.signature import Definition, class_statements
from workhorse_core.languages.python.source import Source

_MAX_STEPS = 8
_MAX_ANCESTORS = 40


@dataclass(frozen=True)
class FunctionPlace:
    """One function of the project; ``name`` is dotted, within its file; ``parents`` go from the outermost inwards."""

    module: "Module" = field(repr=False)
    name: str
    node: Function = field(repr=False)
    parents: tuple[Definition, ...] = field(repr=False)

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        """What it runs itself, in source order, without nested functions and classes."""
        return tuple(own_nodes(self.node.body))

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names that it and the functions around it give values to."""
        around = (node for each in self.parents if not isinstance(each, ast.ClassDef) for node in own_nodes(each.body))
        return frozenset(
            node.id
            for node in (*self.nodes, *around)
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
        )

    @property
    def owner(self) -> ast.ClassDef | None:
        """The class whose method it is."""
        return self.parents[-1] if self.parents and isinstance(self.parents[-1], ast.ClassDef) else None

    @property
    def first(self) -> int:
        """The line of its first decorator, or its own: what `Slot.first` says."""
        return min([self.node.lineno, *(each.lineno for each in self.node.decorator_list)])

    def key(self, name: str) -> str:
        """Give the key of the slot of a parameter, or of ``return``."""
        return f"{self.name}:{name}@{self.first}"


@dataclass(frozen=True)
class Module:
    """One parsed file of the project. ``name`` is what others import it as."""

    source: Source
    name: str
    is_package: bool

    @property
    def path(self) -> str:
        """Its path from the project's root."""
        return self.source.path

    @cached_property
    def classes(self) -> Mapping[str, ast.ClassDef]:
        """Its classes by dotted name, those within classes too."""
        return dict(_classes(self.source.tree.body, ""))

    @cached_property
    def imports(self) -> Mapping[str, str]:
        """Where each imported name lives: "module:attribute" or "module"."""
        return dict(self._imports())

    @cached_property
    def assigned(self) -> Mapping[str, ast.expr]:
        """What is assigned to each module variable that is assigned once."""
        found: dict[str, ast.expr | None] = {}
        for node in class_statements(self.source.tree.body):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        found[target.id] = None if target.id in found else node.value
        return {name: value for name, value in found.items() if value is not None}

    @cached_property
    def defined(self) -> frozenset[str]:
        """The names that it makes itself."""
        found = {node.name for node in class_statements(self.source.tree.body) if isinstance(node, Definition)}
        return frozenset(found | self.assigned.keys())

    @cached_property
    def functions(self) -> tuple[FunctionPlace, ...]:
        """Every function, wherever it is nested, in source order."""
        return tuple(_functions(self, self.source.tree.body, "", ()))

    @cached_property
    def functions_by_name(self) -> Mapping[str, FunctionPlace]:
        """The functions by dotted name; the last one where there are several."""
        return {each.name: each for each in self.functions}

    def function(self, name: str) -> FunctionPlace | None:
        """Find a function by its dotted name."""
        return self.functions_by_name.get(name)

    def _imports(self) -> Iterator[tuple[str, str]]:
        for node in ast.walk(self.source.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    head = alias.name.partition(".")[0]
                    yield alias.asname or head, alias.name if alias.asname else head
            elif isinstance(node, ast.ImportFrom):
                module = self._absolute(node)
                for alias in node.names:
                    yield alias.asname or alias.name, f"{module}:{alias.name}"

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*parts, *([node.module] if node.module else [])])


class Index:
    """The modules of a project; those that cannot be parsed are not there.

    Args:
        files: The files' bytes by path from the project's root.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        packages = {path.rpartition("/")[0] for path in files if path.rpartition("/")[2] == "__init__.py"}
        self.modules: dict[str, Module] = {}
        self.by_name: dict[str, Module] = {}
        for path, data in files.items():
            source = Source(path, data)
            try:
                _ = source.tree
            except TargetError:
                continue
            name, is_package = module_name(path, packages)
            self.modules[path] = self.by_name[name] = Module(source, name, is_package)

    @cached_property
    def functions(self) -> tuple[FunctionPlace, ...]:
        """Every function of the project."""
        return tuple(each for module in self.modules.values() for each in module.functions)

    # -- names

    def home(self, module: Module, name: str) -> str | None:
        """Say where the name ``name`` of a module lives, through the project's re-exports; None where unknown."""
        if name in module.imports and name not in module.classes:
            return self.settle_home(module.imports[name])
        if name in module.defined:
            return f"{module.name}:{name}"
        return None

    def settle_home(self, home: str) -> str:
        """Follow a home through modules of the project that only pass it on; a submodule becomes "module"."""
        for _ in range(_MAX_STEPS):
            name, _, attribute = home.partition(":")
            if not attribute:
                return home
            module = self.by_name.get(name)
            if module is None or attribute in module.defined:
                return home
            if attribute in module.imports and module.imports[attribute] != home:
                home = module.imports[attribute]
            elif f"{name}.{attribute}" in self.by_name:
                return f"{name}.{attribute}"
            else:
                return home
        return home

    def read(self, module: Module, node: ast.expr | str) -> TypeText | None:
        """Read a type expression as it is meant in a module."""
        text = modernise(node, lambda name: self.home(module, name))
        return text and TypeText(text.expression, {name: self.settle_home(home) for name, home in text.names.items()})

    def find_class(self, module: Module, name: str | None) -> "ClassPlace | None":
        """Find the class of the project that a dotted name means in a module."""
        if not name:
            return None
        if name in module.classes:
            return ClassPlace(module, name, module.classes[name])
        home = self.home(module, name.partition(".")[0])
        return None if home is None else self.class_at(home, name)

    def class_at(self, home: str, written: str) -> "ClassPlace | None":
        """Find the class of the project that ``written`` means where its first part lives at ``home``."""
        where, attribute = place_of(home, written)
        target = self.settle_home(f"{where}:{attribute}") if attribute else where
        name, _, attribute = target.partition(":")
        found = self.by_name.get(name)
        if found is None or attribute not in found.classes:
            return None
        return ClassPlace(found, attribute, found.classes[attribute])

    def find_function(self, module: Module, name: str | None) -> FunctionPlace | None:
        """Find the module function of the project that a dotted name means in a module."""
        if not name:
            return None
        home = self.home(module, name.partition(".")[0])
        if home is None:
            return None
        where, attribute = place_of(home, name)
        where, _, attribute = (self.settle_home(f"{where}:{attribute}") if attribute else where).partition(":")
        found = self.by_name.get(where)
        return found.function(attribute) if found and attribute else None

    def ancestors(self, place: "ClassPlace") -> Iterator["ClassPlace"]:
        """Give the base classes in the project and theirs, nearest first, each once."""
        seen: set[ast.ClassDef] = {place.node}
        waiting = [place]
        while waiting and len(seen) < _MAX_ANCESTORS:
            current = waiting.pop(0)
            for base in current.node.bases:
                found = self.find_class(current.module, dotted(base.value if isinstance(base, ast.Subscript) else base))
                if found is not None and found.node not in seen:
                    seen.add(found.node)
                    waiting.append(found)
                    yield found


@dataclass(frozen=True, slots=True)
class ClassPlace:
    """One class of the project; ``name`` is dotted, within its file."""

    module: Module = field(repr=False)
    name: str
    node: ast.ClassDef = field(repr=False)

    @property
    def text(self) -> TypeText:
        """The class as a type."""
        head = self.name.partition(".")[0]
        return TypeText(self.name, {head: f"{self.module.name}:{head}"})

    def method(self, name: str) -> FunctionPlace | None:
        """Find its own method of a name, the last one where there are several."""
        return self.module.function(f"{self.name}.{name}")


def arguments_of(node: Function) -> Iterator[ast.arg]:
    """Give every parameter of a function, in order."""
    args = node.args
    yield from (*args.posonlyargs, *args.args)
    if args.vararg:
        yield args.vararg
    yield from args.kwonlyargs
    if args.kwarg:
        yield args.kwarg


def module_name(path: str, packages: "set[str]") -> tuple[str, bool]:
    """Say what a file is imported as, and whether it is a package; ``packages`` are folders with an __init__.py."""
    folder, _, file = path.rpartition("/")
    stem = file.removesuffix(".py")
    parts = [] if stem == "__init__" else [stem]
    while folder and folder in packages:
        folder, _, last = folder.rpartition("/")
        parts.insert(0, last)
    return ".".join(parts), stem == "__init__"


def _classes(body: "list[ast.stmt]", prefix: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for node in class_statements(body):
        if isinstance(node, ast.ClassDef):
            yield prefix + node.name, node
            yield from _classes(node.body, f"{prefix}{node.name}.")


def _functions(
    module: Module, body: "list[ast.stmt]", prefix: str, parents: tuple[Definition, ...]
) -> Iterator[FunctionPlace]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield FunctionPlace(module, prefix + node.name, node, parents)
        if isinstance(node, Definition):
            yield from _functions(module, node.body, f"{prefix}{node.name}.", (*parents, node))
            continue
        for name in ("body", "handlers", "orelse", "finalbody", "cases"):
            for each in getattr(node, name, ()):
                inner = each.body if isinstance(each, (ast.ExceptHandler, ast.match_case)) else [each]
                yield from _functions(module, inner, prefix, parents)
