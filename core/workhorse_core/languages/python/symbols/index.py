"""The symbol index of one project: finds modules, and follows names through imports to what they mean.

It is lazy: a file is read and parsed when something in it is asked for. It is incremental: an index made from another
one takes over every module whose bytes and name are the same.
"""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial

from workhorse_core.errors import TargetError
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.source import PythonSource, read_python
from workhorse_core.languages.python.symbols.homes import plain_home
from workhorse_core.languages.python.symbols.import_resolver import ImportResolver
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.source_files import SourceFiles
from workhorse_core.languages.python.symbols.standard_library import PREFIX, read_library
from workhorse_core.languages.python.symbols.statements import Imported
from workhorse_core.languages.python.symbols.symbol import ClassSymbol, FunctionSymbol, Symbol
from workhorse_core.languages.source import MAX_BYTES
from workhorse_core.system.lazy_regex import late_pattern

_MAX_STEPS = 8
_MAX_ANCESTORS = 40
_NOT_DEFINED = late_pattern(r"[^\w.]")

IsWanted = Callable[[str, bytes], bool]
"""Decides by its path and its bytes whether a file is worth parsing."""


class SymbolIndex:
    """The modules of one project, and the meaning of names in them.

    Args:
        files: The project's files.
        library: Whether names are followed into the standard library.
        inner_imports: Whether a name that a function imports counts for the whole module.
        max_bytes: The size from which files are not parsed.
        before: An earlier index of the project, whose modules are taken over where they are the same.

    ``parses`` counts the files that this index parsed itself.
    """

    def __init__(
        self,
        files: SourceFiles,
        *,
        library: bool = False,
        inner_imports: bool = False,
        max_bytes: int = MAX_BYTES,
        before: "SymbolIndex | None" = None,
    ) -> None:
        self.files = files
        self.resolver = ImportResolver(files, library=library)
        self.parses = 0
        self._inner_imports = inner_imports
        self._max_bytes = max_bytes
        self._parsed: dict[str, tuple[bytes, Module | None]] = before._parsed if before else {}
        self._modules: dict[str, Module | None] = {}

    # -- modules

    @property
    def paths(self) -> Sequence[str]:
        """The paths of the project's Python files."""
        return self.resolver.paths

    @property
    def modules(self) -> Iterator[Module]:
        """Every module that parses."""
        return (module for path in self.paths if (module := self.at(path)))

    def at(self, path: str, data: bytes | None = None) -> Module | None:
        """Return the module of a file; None where it is missing, too large, or does not parse.

        Args:
            path: The file.
            data: Its bytes, where they were read already.
        """
        if path not in self._modules:
            data = self.data(path) if data is None else data
            self._modules[path] = self._module(path, data)
        return self._modules[path]

    def module(self, path: str) -> Module:
        """Return the module of a file that parses."""
        module = self.at(path)
        assert module is not None, path
        return module

    @cached_property
    def functions(self) -> Sequence[FunctionSymbol]:
        """Every function of the project, wherever it is nested."""
        return tuple(each for module in self.modules for each in module.functions)

    def named(self, name: str) -> Module | None:
        """Return the project's module of a name."""
        path = self.resolver.path_named(name)
        return self.at(path) if path else None

    def add(self, source: PythonSource) -> Module:
        """Take a file as it is worked on, which parses; later look-ups of its path find this text."""
        known = self._modules.get(source.path)
        if known is None or known.tree is not source.tree:
            known = self._modules[source.path] = Module(source, self.resolver.name_of)
            self._parsed[source.path] = source.data, known
        return known

    def is_parsed(self, path: str) -> bool:
        """Return whether a file was asked for before."""
        return path in self._modules

    def data(self, path: str) -> bytes | None:
        """Return the bytes of a file of the project or of the standard library."""
        return read_library(path) if path.startswith(PREFIX) else self.files.read(path)

    def _module(self, path: str, data: bytes | None) -> Module | None:
        if data is None or len(data) > self._max_bytes:
            return None
        old_data, old = self._parsed.get(path, (None, None))
        if old_data == data and (old is None or old.name == self.resolver.name_of(path)):
            return old
        self.parses += 1
        module = None
        with suppress(TargetError):
            module = Module(read_python(path, data), self.resolver.name_of)
        self._parsed[path] = data, module
        return module

    def mentioning(self, name: str) -> Iterator[Module]:
        """Yield the modules in whose text a name stands; other files are read, not parsed."""
        written = name.encode()
        for path in self.paths:
            if written in (self.data(path) or b"") and (module := self.at(path)):
                yield module

    # -- the meaning of names

    def home(self, module: Module, name: str) -> str | None:
        """Return the home of a name of a module, through the project's re-exports; None where it is not known."""
        home = module.home(name)
        return None if home is None else self.origin(home, certain=False)

    def origin(self, home: str, *, certain: bool = True) -> str:
        """Follow a home through the modules that only pass it on: "click:Context" is "click.core:Context".

        Args:
            home: "module:attribute" or "module".
            certain: Whether a name that is bound to different things ends the search.
        """
        for _ in range(_MAX_STEPS):
            module, _, attribute = home.partition(":")
            found = self.named(module) if attribute else None
            if found is None:
                return plain_home(home)
            head, _, rest = attribute.partition(".")
            target = self._passed_on(found, head, certain=certain)
            if target is None and head not in found.defined and self.named(f"{module}.{head}"):
                target = f"{module}.{head}"
            if target is None:
                return plain_home(home)
            home = f"{target}{'.' if ':' in target else ':'}{rest}" if rest else target
        return home

    def _passed_on(self, module: Module, name: str, *, certain: bool) -> str | None:
        """Return where a module has a name from; None where it makes it itself, or not for sure."""
        if certain:
            binding = module.bindings.get(name)
            target = binding.home if binding else None
        else:
            target = None if name in module.defined else module.home(name)
        return None if target in (f"{module.name}:{name}", None) else target

    def find(
        self, module: Module, name: str | None, *, wanted: IsWanted | None = None, steps: int = _MAX_STEPS
    ) -> Symbol | None:
        """Return the definition that a dotted name means in a module, through imports.

        Args:
            module: The module in which the name is used.
            name: The dotted name; None is found nowhere.
            wanted: Parse only files for which this holds, and ``__init__.py``, which may only pass names on.
            steps: The number of files that may be gone through.
        """
        if not name or steps == 0 or _NOT_DEFINED.search(name):
            return None
        if name in module.definitions:
            return module.definitions[name]
        head, _, rest = name.partition(".")
        if imported := (module.imported_anywhere if self._inner_imports else module.imported).get(head):
            attributes = [part for part in [imported.attribute, *rest.split(".")] if part]
            return self._find_imported(module, imported, attributes, wanted, steps)
        for star in module.star_imports:
            if found := self._find_imported(module, star, [name], wanted, steps):
                return found
        return None

    def _find_imported(
        self, module: Module, imported: Imported, attributes: Sequence[str], wanted: IsWanted | None, steps: int
    ) -> Symbol | None:
        start = imported.written.partition(".")[0] if imported.is_head else imported.written
        for taken in range(len(attributes)):
            name = ".".join([start, *attributes[:taken]]).strip(".")
            path = self.resolver.path_from(module.path, imported.level, name)
            if path is None or not self._is_worth_parsing(path, wanted):
                continue
            target = self.at(path)
            rest = ".".join(attributes[taken:])
            if target and (found := self.find(target, rest, wanted=wanted, steps=steps - 1)):
                return found
        return None

    def _is_worth_parsing(self, path: str, wanted: IsWanted | None) -> bool:
        if wanted is None or path in self._modules or path.endswith("__init__.py"):
            return True
        return wanted(path, self.data(path) or b"")

    def find_class(self, module: Module, name: str | None) -> ClassSymbol | None:
        """Return the class that a dotted name means in a module."""
        found = self.find(module, name)
        return found if isinstance(found, ClassSymbol) else None

    def find_function(self, module: Module, name: str | None) -> FunctionSymbol | None:
        """Return the function that a dotted name means in a module."""
        found = self.find(module, name)
        return found if isinstance(found, FunctionSymbol) else None

    def class_at(self, home: str) -> ClassSymbol | None:
        """Return the class of the project at a home."""
        module, _, attribute = self.origin(home, certain=False).partition(":")
        found = self.named(module) if attribute else None
        return found.classes.get(attribute) if found else None

    # -- classes

    def bases(self, symbol: ClassSymbol, method: str | None = None) -> Iterator[ClassSymbol]:
        """Yield the base classes of a class that are found.

        Args:
            symbol: The class.
            method: Parse only those files of the standard library that define a function of this name.
        """
        wanted = None if method is None else partial(_may_define, method)
        for base in symbol.node.bases:
            written = base.value if isinstance(base, ast.Subscript) else base
            found = self.find(symbol.module, dotted(written), wanted=wanted)
            if isinstance(found, ClassSymbol) and found.node is not symbol.node:
                yield found

    def ancestors(self, symbol: ClassSymbol, method: str | None = None) -> Iterator[ClassSymbol]:
        """Yield the base classes of a class and theirs, nearest first, each once; ``method`` as for `bases`."""
        seen: set[ast.ClassDef] = {symbol.node}
        waiting = list(self.bases(symbol, method))
        while waiting and len(seen) < _MAX_ANCESTORS:
            current = waiting.pop(0)
            if current.node not in seen:
                seen.add(current.node)
                yield current
                waiting += self.bases(current, method)

    @cached_property
    def descendants(self) -> Mapping[ast.ClassDef, Sequence[ClassSymbol]]:
        """The classes of the project that are derived from each class, directly or not."""
        found: defaultdict[ast.ClassDef, list[ClassSymbol]] = defaultdict(list)
        for module in self.modules:
            for symbol in module.classes.values():
                for base in self.ancestors(symbol):
                    found[base.node].append(symbol)
        return dict(found)

    def overridden(self, method: FunctionSymbol) -> Iterator[FunctionSymbol]:
        """Yield the methods that a method overrides, nearest first."""
        owner = method.owner_symbol
        for base in self.ancestors(owner, method.node.name) if owner else ():
            if found := base.method(method.node.name):
                yield found

    def overriding(self, method: FunctionSymbol) -> Iterator[FunctionSymbol]:
        """Yield the methods that override a method, in every derived class."""
        for symbol in self.descendants.get(method.owner, ()) if method.owner else ():
            if found := symbol.method(method.node.name):
                yield found


def _may_define(method: str, path: str, data: bytes) -> bool:
    return not path.startswith(PREFIX) or b"def " + method.encode() in data
