"""Names at the top of a project's modules and what they lead to, read for the proof of annotations alone."""

import ast
import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

Function = ast.FunctionDef | ast.AsyncFunctionDef
Look = Callable[[str], bytes | None]
"""Reads a file of the project by its path from the root; None where there is none, or no project is at hand."""

_MOST_STEPS = 12


class ModuleNames:
    """The top of one module: its classes and functions, and where its imported names come from."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.path = path
        self.tree = tree
        self.classes: dict[str, ast.ClassDef] = {}
        self.functions: dict[str, Function] = {}
        self.imported: dict[str, tuple[str, int, str]] = {}
        """The module, its dots and the attribute, "" for the module itself."""
        self.stars: list[tuple[str, int]] = []
        self.bound: set[str] = set()
        self.makers: dict[str, str] = {}
        """The dotted name whose call made a variable, by the variable."""
        for node in _top(tree.body):
            if isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions[node.name] = node
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
            elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.With)):
                self.bound |= set(stored(node))
                self._note_maker(node)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                name = alias.asname or alias.name.partition(".")[0]
                self.imported[name] = (alias.name if alias.asname else name, 0, "")
            elif alias.name == "*":
                self.stars.append((node.module or "", node.level))
            else:
                self.imported[alias.asname or alias.name] = (node.module or "", node.level, alias.name)

    def _note_maker(self, node: ast.stmt) -> None:
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        if isinstance(value, ast.Call) and (written := dotted(value.func)):
            self.makers |= dict.fromkeys(stored(node), written)

    @cached_property
    def definitions(self) -> Mapping[str, Sequence[ast.ClassDef | Function]]:
        """All classes and functions of the module by their name, wherever they stand."""
        found: dict[str, list[ast.ClassDef | Function]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                found.setdefault(node.name, []).append(node)
        return found

    def home(self, written: str) -> str:
        """Name where a dotted name comes from: "functools.wraps", "builtins.property"; "" where that is unknown."""
        head, _, rest = written.partition(".")
        if head in self.bound or head in self.classes or head in self.functions:
            return ""
        if head not in self.imported:
            return f"builtins.{written}" if hasattr(builtins, head) else ""
        module, level, attribute = self.imported[head]
        return "" if level else ".".join(filter(None, (module, attribute, rest)))


Definition = tuple[ast.ClassDef | Function, ModuleNames]
"""A class or function of the project, and the module that it stands in."""


class ProjectNames:
    """The modules of a project, each read when it is first asked for."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._modules: dict[str, ModuleNames | None] = {}

    def add(self, names: ModuleNames) -> None:
        """Take a module as it was parsed elsewhere."""
        self._modules[names.path] = names

    def at(self, path: str) -> ModuleNames | None:
        """Return the module in a file; None where there is none that can be parsed."""
        if path not in self._modules:
            self._modules[path] = self._read(path)
        return self._modules[path]

    def defined(self, written: str, names: ModuleNames, depth: int = 0) -> Definition | None:
        """Find the definition of a dotted name in the project, through the imports of its modules."""
        head, _, rest = written.partition(".")
        if depth > _MOST_STEPS or head in names.bound:
            return None
        if not rest and (found := names.classes.get(head) or names.functions.get(head)):
            return found, names
        if head not in names.imported:
            homes = (self.module(names.path, module, level) for module, level in names.stars)
            return next(filter(None, (self.defined(written, home, depth + 1) for home in homes if home)), None)
        module, level, attribute = names.imported[head]
        steps = [*filter(None, (attribute, *rest.split(".")))]
        for count in range(len(steps)):  # the first of them may be modules
            home = self.module(names.path, ".".join(filter(None, (module, *steps[:count]))), level)
            if home is not None and (deeper := self.defined(".".join(steps[count:]), home, depth + 1)):
                return deeper
        return None

    def home(self, written: str, names: ModuleNames, depth: int = 0) -> str:
        """Name where a dotted name comes from, as `ModuleNames.home`, also through imports of the project.

        Of a variable it names what made it: "pluggy.HookimplMarker()".
        """
        head, _, rest = written.partition(".")
        if depth > _MOST_STEPS:
            return ""
        if head in names.makers and not rest and (maker := self.home(names.makers[head], names, depth + 1)):
            return f"{maker}()"
        if head in names.imported and head not in names.bound:
            module, level, attribute = names.imported[head]
            steps = [*filter(None, (attribute, *rest.split(".")))]
            for count in range(len(steps)):
                home = self.module(names.path, ".".join(filter(None, (module, *steps[:count]))), level)
                if home is not None and steps[count] in {*home.imported, *home.makers}:
                    return self.home(".".join(steps[count:]), home, depth + 1)
        return names.home(written)

    def module(self, importer: str, module: str, level: int) -> ModuleNames | None:
        """Find the module that an import means."""
        return next(filter(None, map(self.at, _candidates(importer, module, level))), None)

    def _read(self, path: str) -> ModuleNames | None:
        data = self._look(path)
        if data is None:
            return None
        try:
            tree = ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return ModuleNames(path, tree)


def _candidates(importer: str, module: str, level: int) -> Iterator[str]:
    """Name the files that an import may mean: beside the importer for a relative one, else below each folder above."""
    folders = importer.split("/")[:-1]
    steps = module.split(".") if module else []
    if level:
        bases = [folders[: len(folders) - level + 1]] if level - 1 <= len(folders) else []
    else:
        bases = [folders[:count] for count in range(len(folders), -1, -1)] + [["src"]]
    for base in bases:
        place = "/".join([*base, *steps])
        if steps:
            yield f"{place}.py"
        yield f"{place}/__init__.py".removeprefix("/")


def _top(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        for name in ("body", "orelse", "finalbody"):
            if isinstance(node, (ast.If, ast.Try, ast.With)):
                yield from _top(getattr(node, name, []))
        for handler in getattr(node, "handlers", []):
            yield from _top(handler.body)


def stored(node: ast.AST) -> Iterator[str]:
    """Yield the names that some code binds by assignment."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id


def dotted(node: ast.expr) -> str | None:
    """Write a name with its attributes; None for any other expression."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else None
