"""The import graph of a project: which module loads which while it is imported, and which imports are circular."""

import sys
from collections.abc import Iterator

from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module

_MAX_FILES = 300
"""Bound on the files that are searched for the packages that a project imports."""


class ImportGraph:
    """The imports between the modules of a project.

    Args:
        index: The project's index.
    """

    def __init__(self, index: SymbolIndex) -> None:
        self._index = index
        self._imported: dict[str, frozenset[str]] = {}

    def is_available(self, target: str, module: Module) -> bool:
        """Return whether a foreign module is there for sure: the standard library's, or one that is used already."""
        top = target.partition(".")[0]
        return top in sys.stdlib_module_names or top in self._foreign(self._index.resolver.root_of(module.path))

    def _foreign(self, root: str) -> frozenset[str]:
        """Return the top packages that the modules below a folder import outright."""
        if root not in self._imported:
            paths = [path for path in self._index.paths if not root or path.startswith(f"{root}/")][:_MAX_FILES]
            found = (module.imports for path in paths if (module := self._index.at(path)))
            self._imported[root] = frozenset(each.module.partition(".")[0] for imports in found for each in imports)
        return self._imported[root]

    def loads(self, module: Module) -> Iterator[tuple[str, str | None]]:
        """Yield the modules of the project that importing this one runs, with the attribute that is taken.

        The attribute is None where a whole module is enough: it need not have been run to its end.
        """
        for each in module.imports:
            if each.checking:
                continue
            for parent in parents_of(each.module):
                if self._is_module(parent):
                    yield parent, None
            if each.attribute is None:
                yield each.module, None
            elif self._is_module(f"{each.module}.{each.attribute}"):
                yield f"{each.module}.{each.attribute}", None
            elif self._is_module(each.module):
                yield each.module, each.attribute

    def makes_cycle(self, module: Module, target: str) -> bool:
        """Return whether importing ``target`` when ``module`` is imported could come back to ``module``.

        The packages around the module are being imported already; what is taken from them need not be there yet.
        """
        around = {module.name, *parents_of(module.name)}
        waiting = [target, *parents_of(target)]
        seen: set[str] = set()
        if target in around:
            return True
        while waiting:
            name = waiting.pop()
            if name == module.name:
                return True
            if name in seen or name in around:
                continue
            seen.add(name)
            loaded = self._index.named(name)
            if loaded is None:
                if self._is_module(name):
                    return True  # it does not parse: nothing is proved
                continue
            for other, attribute in self.loads(loaded):
                if attribute is not None and other in around:
                    return True
                waiting.append(other)
        return False

    def _is_module(self, name: str) -> bool:
        return self._index.resolver.path_named(name) is not None


def parents_of(name: str) -> list[str]:
    """Return the names of the packages around a module, the outermost first."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]
