"""The orders in which a project's modules can come to run, and the names that are unbound in one of them.

A module that is imported runs to its end before the import statement is over, except in a circle: there a module runs
while others, which led to its import, have come only as far as the statement that did. Whichever module of a circle is
imported first decides which those are.
"""

from collections.abc import Iterator, Mapping, Sequence

from workhorse_core.languages.python.symbols.bound_names import is_bound_after, is_bound_before
from workhorse_core.languages.python.symbols.import_graph import parents_of
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.system.named_tuple import NamedTuple

_MAX_CIRCLE = 200
"""Bound on the modules of a circle that are tried as the first; in a larger one nothing is proved."""


class Unfinished(NamedTuple):
    """The modules that have not run to their end when another one runs, each with the line that it has come to."""

    lines: Mapping[str, int]


class ImportOrder:
    """Simulates imports: the statements at the top of modules, conditional ones too, without running code.

    Args:
        index: The project's index.
    """

    def __init__(self, index: SymbolIndex) -> None:
        self._index = index
        self._steps: dict[str, Sequence[tuple[int, Sequence[str]]]] = {}
        self._unfinished: dict[str, list[Unfinished] | None] = {}
        self._reached: dict[str, frozenset[str]] = {}

    def is_always_bound(self, module: Module, name: str, line: int) -> bool:
        """Return whether a dotted name can be read at a line of a module, whichever module was imported first.

        Args:
            module: The module, which binds the first part of the name at its top.
            name: The name as written there.
            line: The line of the statement that reads it, from 1.
        """
        head, *rest = name.split(".")
        if not is_bound_before(module.tree.body, head, line):
            return False
        home = module.home(head) or ""
        imported = module.imported.get(head)
        if imported is not None and imported.attribute is not None and self._is_module(home.replace(":", ".")):
            home = home.replace(":", ".")
        return self._is_readable(module, home, rest)

    def _is_readable(self, module: Module, home: str, rest: Sequence[str]) -> bool:
        """Follow attributes through modules; those of classes are there when the class is."""
        for part in rest:
            found = self._index.named(home) if ":" not in home else None
            if found is None:
                return True
            unfinished = self.unfinished(module.name)
            if unfinished is None:
                return False
            inner = f"{home}.{part}"
            if part not in found.names and self._is_module(inner):
                if any(inner in each.lines for each in unfinished):
                    return False
                home = inner
                continue
            if not all(self._is_bound(found, part, each) for each in unfinished):
                return False
            home = found.home(part) or ""
            if self._is_module(home.replace(":", ".")):
                home = home.replace(":", ".")
        return True

    def _is_bound(self, module: Module, name: str, unfinished: Unfinished) -> bool:
        line = unfinished.lines.get(module.name)
        if line is None:
            return name not in module.names or is_bound_after(module.tree.body, name)
        return is_bound_before(module.tree.body, name, line)

    # -- simulation

    def unfinished(self, name: str) -> list[Unfinished] | None:
        """Return what is unfinished when a module runs, for each module of its circle as the first; None if unknown."""
        if name not in self._unfinished:
            circle = self.circle(name)
            if len(circle) > _MAX_CIRCLE:
                self._unfinished[name] = None
            else:
                found = [each for first in circle or [name] for each in self._runs(first, name)]
                self._unfinished[name] = list({tuple(each.lines.items()): each for each in found}.values())
        return self._unfinished[name]

    def circle(self, name: str) -> Sequence[str]:
        """Return the names of the modules that import a module and are imported by it, at once or by way of others."""
        return sorted(other for other in self._reach(name) if name in self._reach(other))

    def _runs(self, first: str, wanted: str) -> Iterator[Unfinished]:
        """Import one module first; yield what is unfinished when the wanted one begins to run."""
        started: set[str] = set()
        running: dict[str, int] = {}
        stack: list[tuple[str, Iterator[tuple[int, str]]]] = []

        def start(name: str) -> Iterator[Unfinished]:
            if name not in started and self._is_module(name):
                started.add(name)
                if name == wanted:
                    yield Unfinished(dict(running))
                running[name] = 1
                stack.append((name, iter([(line, each) for line, targets in self._imports(name) for each in targets])))

        for entry in (*parents_of(first), first):
            yield from start(entry)
            while stack:
                name, steps = stack[-1]
                step = next(steps, None)
                if step is None:
                    stack.pop()
                    del running[name]
                else:
                    running[name] = step[0]
                    yield from start(step[1])

    def _imports(self, name: str) -> Sequence[tuple[int, Sequence[str]]]:
        """Return the modules of the project that a module imports, by line, packages before what is in them."""
        if name not in self._steps:
            module = self._index.named(name)
            found: list[tuple[int, Sequence[str]]] = []
            for each in module.imports if module and not module.is_stub else ():
                if not each.checking:
                    inner = f"{each.module}.{each.attribute}"
                    targets = [*parents_of(each.module), each.module, *([inner] if each.attribute else [])]
                    found.append((each.node.lineno, [target for target in targets if self._is_module(target)]))
            self._steps[name] = sorted(found, key=lambda step: step[0])
        return self._steps[name]

    def _reach(self, name: str) -> frozenset[str]:
        """Return the modules that importing one may run."""
        if name not in self._reached:
            seen: set[str] = set()
            waiting = [name, *parents_of(name)]
            while waiting:
                current = waiting.pop()
                if current not in seen and self._is_module(current):
                    seen.add(current)
                    waiting += [target for _, targets in self._imports(current) for target in targets]
                    waiting += parents_of(current)
            self._reached[name] = frozenset(seen)
        return self._reached[name]

    def _is_module(self, name: str) -> bool:
        return self._index.resolver.path_named(name) is not None
