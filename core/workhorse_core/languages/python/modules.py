"""The project's modules: their names, what each binds at its top, and which imports which while it is imported."""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from workhorse_core.errors import TargetError
from workhorse_core.languages.python.nodes import dotted, last_name
from workhorse_core.languages.python.source import Source
from workhorse_core.workspace.project import Project

_MAX_STEPS = 8
_MAX_FILES = 300
"""That are looked at for what a project imports."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a name of a module means. ``home`` is "module:attribute", or "module" for a module itself.

    ``checking``: it is bound only where ``TYPE_CHECKING`` holds. ``line`` is where, from 1. ``is_class``: a class is
    defined there; ``node`` is the statement.
    """

    home: str
    line: int
    checking: bool
    node: ast.stmt

    @property
    def is_class(self) -> bool:
        """Whether a class statement makes it."""
        return isinstance(self.node, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Imported:
    """One thing imported by an import statement at the top of a module: a module, and the attribute taken from it."""

    module: str
    attribute: str | None
    name: str
    node: ast.Import | ast.ImportFrom
    checking: bool


class Module:
    """One module of the project, as it is written now."""

    def __init__(self, source: Source, name: str) -> None:
        self.source = source
        self.path = source.path
        self.name = name
        self.is_package = source.path.endswith("__init__.py")

    @property
    def package(self) -> str:
        """The package that relative imports start from; "" at the top."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    def absolute(self, node: ast.ImportFrom) -> str:
        """Give the full name of the module that a ``from`` statement names."""
        if not node.level:
            return node.module or ""
        parts = self.package.split(".") if self.package else []
        kept = parts[: len(parts) - (node.level - 1)]
        return ".".join([*kept, *([node.module] if node.module else [])])

    @cached_property
    def statements(self) -> Sequence[tuple[ast.stmt, bool]]:
        """Everything that runs when the module is imported, with whether only a type checker sees it."""
        return list(_running(self.source.tree.body, False))

    @cached_property
    def imports(self) -> Sequence[Imported]:
        """What is imported when the module is, one entry for each name; a star import has the name "*"."""
        found: list[Imported] = []
        for node, checking in self.statements:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    module = alias.name if alias.asname else alias.name.partition(".")[0]
                    found.append(Imported(alias.name, None, alias.asname or module, node, checking))
            elif isinstance(node, ast.ImportFrom):
                module = self.absolute(node)
                found += [
                    Imported(module, alias.name, alias.asname or alias.name, node, checking) for alias in node.names
                ]
        return found

    @cached_property
    def bindings(self) -> dict[str, Binding]:
        """What each name at the top means; a name that is bound to different things has no entry."""
        found: dict[str, Binding] = {}
        twice: set[str] = set()
        for name, binding in self._bound():
            known = found.get(name)
            if known is None or (known.checking and not binding.checking and known.home == binding.home):
                found[name] = binding
            elif known.home != binding.home:
                twice.add(name)
        return {name: binding for name, binding in found.items() if name not in twice}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that is bound at the top, to whatever."""
        return frozenset(name for name, _ in self._bound())

    def _bound(self) -> Iterator[tuple[str, Binding]]:
        for each in self.imports:
            if each.name != "*":
                home = each.module if each.attribute is None else f"{each.module}:{each.attribute}"
                if (
                    isinstance(each.node, ast.Import)
                    and "." in each.module
                    and each.name == each.module.partition(".")[0]
                ):
                    home = each.name
                yield each.name, Binding(home, each.node.lineno, each.checking, each.node)
        for node, checking in self.statements:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node.name, Binding(f"{self.name}:{node.name}", node.lineno, checking, node)
            elif not isinstance(node, (ast.Import, ast.ImportFrom)):
                for name in _stored(node):
                    yield name, Binding(f"{self.name}:{name}", node.lineno, checking, node)


class Modules:
    """The modules of a project by path and by name, each read when it is asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._modules: dict[str, Module | None] = {}
        self._imported: dict[str, frozenset[str]] = {}

    @cached_property
    def paths(self) -> Sequence[str]:
        """Every Python file."""
        return [path for path in self._project.tree.files("") if path.endswith(".py")]

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self.paths)

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return {self.name_of(path): path for path in reversed(self.paths)}

    def name_of(self, path: str) -> str:
        """Name a module as others import it: its packages are the folders with an ``__init__.py``."""
        folder, _, file = path.rpartition("/")
        parts = [] if file == "__init__.py" else [file.removesuffix(".py")]
        while folder and f"{folder}/__init__.py" in self._all:
            folder, _, last = folder.rpartition("/")
            parts.insert(0, last)
        return ".".join(parts)

    def root_of(self, path: str) -> str:
        """Give the folder that must be on the path to import the module, "" for the project's root."""
        folder = path.rpartition("/")[0]
        while folder and f"{folder}/__init__.py" in self._all:
            folder = folder.rpartition("/")[0]
        return folder

    def data(self, path: str) -> bytes:
        """Give a file's bytes, none where it cannot be read."""
        return self._project.look(path) or b""

    def at(self, path: str) -> Module | None:
        """Give the module of a file; None where it does not parse or cannot be read."""
        if path not in self._modules:
            self._modules[path] = self._read(path)
        return self._modules[path]

    def named(self, name: str) -> Module | None:
        """Give the project's module of that name."""
        path = self._by_name.get(name)
        return self.at(path) if path else None

    def _read(self, path: str) -> Module | None:
        try:
            source = self._project.source(path)
            source.tree  # noqa: B018  it is parsed here or nowhere
        except TargetError:
            return None
        return Module(source, self.name_of(path))

    # -- what a name means

    def origin(self, home: str) -> str:
        """Follow a home through the modules that only pass it on: "click:Context" is "click.core:Context"."""
        for _ in range(_MAX_STEPS):
            module, _, attribute = home.partition(":")
            if not attribute:
                return home
            head, _, rest = attribute.partition(".")
            if self.named(f"{module}.{head}") is not None and not rest:
                return f"{module}.{head}"
            found = self.named(module)
            binding = found.bindings.get(head) if found else None
            if binding is None or binding.home == f"{module}:{head}":
                return _plain(home)
            home = f"{binding.home}{'.' if ':' in binding.home else ':'}{rest}" if rest else binding.home
        return home

    # -- who imports whom

    def may_import(self, target: str, module: Module) -> bool:
        """Tell whether a foreign module is there for sure: the standard library's, or one that is used already."""
        top = target.partition(".")[0]
        return top in sys.stdlib_module_names or top in self._foreign(self.root_of(module.path))

    def _foreign(self, root: str) -> frozenset[str]:
        """Name the top packages that the modules below a folder import outright."""
        if root not in self._imported:
            paths = [path for path in self.paths if not root or path.startswith(f"{root}/")][:_MAX_FILES]
            found = (module.imports for path in paths if (module := self.at(path)))
            self._imported[root] = frozenset(each.module.partition(".")[0] for imports in found for each in imports)
        return self._imported[root]

    def loads(self, module: Module) -> Iterator[tuple[str, str | None]]:
        """Give the modules of the project that importing this one runs, with the attribute that is taken.

        The attribute is None where a whole module is enough: it need not have been run to its end.
        """
        for each in module.imports:
            if each.checking:
                continue
            for parent in _parents(each.module):
                if parent in self._by_name:
                    yield parent, None
            if each.attribute is None:
                yield each.module, None
            elif f"{each.module}.{each.attribute}" in self._by_name:
                yield f"{each.module}.{each.attribute}", None
            elif each.module in self._by_name:
                yield each.module, each.attribute

    def makes_cycle(self, module: Module, target: str) -> bool:
        """Tell whether importing ``target`` when ``module`` is imported could come back to ``module``.

        The packages around the module are being imported already; what is taken from them need not be there yet.
        """
        around = {module.name, *_parents(module.name)}
        waiting = [target, *_parents(target)]
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
            loaded = self.named(name)
            if loaded is None:
                if name in self._by_name:
                    return True  # it does not parse: nothing is proved
                continue
            for other, attribute in self.loads(loaded):
                if attribute is not None and other in around:
                    return True
                waiting.append(other)
        return False


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _plain(home: str) -> str:
    """Give one name to what has two in the standard library."""
    module, _, attribute = home.partition(":")
    if module == "typing_extensions" and attribute:
        return f"typing:{attribute}"
    return home


def is_type_checking(test: ast.expr) -> bool:
    """Tell whether a condition is ``TYPE_CHECKING``, however it is imported."""
    return last_name(dotted(test) or "") == "TYPE_CHECKING"


def _running(body: Sequence[ast.stmt], checking: bool) -> Iterator[tuple[ast.stmt, bool]]:
    """Walk the statements that run at import, the bodies of functions and classes left out."""
    for node in body:
        if isinstance(node, ast.If):
            yield node, checking
            yield from _running(node.body, checking or is_type_checking(node.test))
            yield from _running(node.orelse, checking)
        elif isinstance(node, (ast.Try, ast.TryStar)):
            yield node, checking
            for part in (node.body, *(handler.body for handler in node.handlers), node.orelse, node.finalbody):
                yield from _running(part, checking)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)):
            yield node, checking
            yield from _running(node.body, checking)
            yield from _running(getattr(node, "orelse", []), checking)
        else:
            yield node, checking


def _stored(node: ast.stmt) -> Iterator[str]:
    """Name what a statement binds itself, blocks below it aside."""
    tops: list[ast.AST] = []
    if isinstance(node, ast.Assign):
        tops = list(node.targets)
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        tops = [node.target]
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        tops = [item.optional_vars for item in node.items if item.optional_vars]
    elif type(node).__name__ == "TypeAlias":
        tops = [getattr(node, "name")]  # noqa: B009  Python 3.12
    for top in tops:
        for inner in ast.walk(top):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id
