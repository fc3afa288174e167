"""One parsed module of a project, with the facts that its own text gives."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from workhorse_core.languages.python.nodes import DefinitionNode
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.python.symbols.statements import Binding, Imported, running, stored_names
from workhorse_core.languages.python.symbols.symbol import ClassSymbol, FunctionSymbol, Symbol

if TYPE_CHECKING:  # nothing on the way of one job needs these
    from workhorse_core.languages.python.symbols.scopes import Scope
    from workhorse_core.languages.python.symbols.uses import Uses


class Module:
    """One parsed module. Everything is computed when it is asked for, from this file alone.

    Args:
        source: The file; it parses.
        name_of: Returns the name that others import a file by, for its path.
    """

    def __init__(self, source: PythonSource, name_of: Callable[[str], str]) -> None:
        self.source = source
        self.path = source.path
        self.tree = source.tree
        self._name_of = name_of

    def __repr__(self) -> str:
        return f"Module({self.path!r})"

    @cached_property
    def name(self) -> str:
        """The dotted name that others import it by."""
        return self._name_of(self.path)

    @property
    def is_package(self) -> bool:
        """Whether it is the ``__init__.py`` of a package."""
        return self.path.rpartition("/")[2] in ("__init__.py", "__init__.pyi")

    @property
    def is_stub(self) -> bool:
        """Whether it is a stub, which runs nowhere."""
        return self.path.endswith(".pyi")

    @property
    def package(self) -> str:
        """The package that relative imports start from; "" at the top."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends, split as Python does."""
        return re.split(r"\r\n|\n|\r", self.source.text)

    @cached_property
    def scopes(self) -> "Scope":
        """The module's scope, with those within it."""
        from workhorse_core.languages.python.symbols.scopes import read_scopes

        return read_scopes(self.tree)

    @cached_property
    def uses(self) -> "Uses":
        """The attributes, keywords and texts in it, by name."""
        from workhorse_core.languages.python.symbols.uses import read_uses

        return read_uses(self.tree)

    # -- definitions

    @cached_property
    def definitions(self) -> Mapping[str, Symbol]:
        """The definitions that are attributes of the module or of its classes, by dotted name; the last of several."""
        return dict(_definitions(self, self.tree.body, ()))

    @cached_property
    def classes(self) -> Mapping[str, ClassSymbol]:
        """The classes among the definitions, by dotted name."""
        return {name: each for name, each in self.definitions.items() if isinstance(each, ClassSymbol)}

    @cached_property
    def functions(self) -> Sequence[FunctionSymbol]:
        """Every function, wherever it is nested, in source order."""
        return tuple(_functions(self, self.tree.body, ()))

    @cached_property
    def _functions_by_name(self) -> Mapping[str, FunctionSymbol]:
        return {each.name: each for each in self.functions}

    def function(self, name: str) -> FunctionSymbol | None:
        """Return the function of a dotted name, wherever it is nested; the last of several."""
        return self._functions_by_name.get(name)

    @cached_property
    def assigned(self) -> Mapping[str, ast.expr]:
        """The values of the module's variables that are assigned once."""
        found: dict[str, ast.expr | None] = {}
        for node, _ in self.statements:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        found[target.id] = None if target.id in found else node.value
        return {name: value for name, value in found.items() if value is not None}

    @cached_property
    def defined(self) -> frozenset[str]:
        """The names at the top that the module itself makes: definitions, and variables assigned once."""
        made = {node.name for node, _ in self.statements if isinstance(node, DefinitionNode)}
        return frozenset(made | self.assigned.keys())

    # -- imports

    @cached_property
    def statements(self) -> Sequence[tuple[ast.stmt, bool]]:
        """Every statement that runs when the module is imported, with whether only a type checker sees it."""
        return list(running(self.tree.body))

    @cached_property
    def imports(self) -> Sequence[Imported]:
        """The names imported when the module is imported, in source order."""
        return [each for node, checking in self.statements for each in self._imported(node, checking)]

    @cached_property
    def imported(self) -> Mapping[str, Imported]:
        """The imports by the name that they bind; the last of several."""
        return {each.name: each for each in self.imports}

    @cached_property
    def imported_anywhere(self) -> Mapping[str, Imported]:
        """The same, and the imports within functions for other names."""
        inner = {each.name: each for node in ast.walk(self.tree) for each in self._imported(node, False)}
        return {**inner, **self.imported}

    @cached_property
    def star_imports(self) -> Sequence[Imported]:
        """The star imports."""
        return [each for each in self.imports if each.name == "*"]

    def _imported(self, node: ast.AST, checking: bool) -> Iterator[Imported]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                yield Imported(name, alias.name, None, node, checking, 0, alias.name)
        elif isinstance(node, ast.ImportFrom):
            module, written = self.absolute(node), node.module or ""
            for alias in node.names:
                yield Imported(alias.asname or alias.name, module, alias.name, node, checking, node.level, written)

    def absolute(self, node: ast.ImportFrom) -> str:
        """Return the full name of the module that a ``from`` statement names."""
        if not node.level:
            return node.module or ""
        parts = self.package.split(".") if self.package else []
        kept = parts[: max(0, len(parts) - (node.level - 1))]
        return ".".join([*kept, *([node.module] if node.module else [])])

    @cached_property
    def exports(self) -> Sequence[str] | None:
        """The names in ``__all__``; None where there is none, or it is computed."""
        found: list[str] | None = None
        for node, _ in self.statements:
            if "__all__" not in stored_names(node) or not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
                continue
            names = _texts(node.value)
            if names is None:
                return None
            found = [*(found or []), *names] if isinstance(node, ast.AugAssign) else names
        return found

    # -- bindings

    @cached_property
    def bindings(self) -> Mapping[str, Binding]:
        """The meaning of each name at the top; a name that is bound to different things has no entry."""
        found: dict[str, Binding] = {}
        twice: set[str] = set()
        for name, binding in self.bound:
            known = found.get(name)
            if known is None or (known.checking and not binding.checking and known.home == binding.home):
                found[name] = binding
            elif known.home != binding.home:
                twice.add(name)
        return {name: binding for name, binding in found.items() if name not in twice}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that is bound at the top, to whatever."""
        return frozenset(name for name, _ in self.bound)

    @cached_property
    def bound(self) -> Sequence[tuple[str, Binding]]:
        """Every binding of a name at the top: imports first, then the rest in source order."""
        return list(self._bound())

    def _bound(self) -> Iterator[tuple[str, Binding]]:
        for each in self.imports:
            if each.name != "*":
                yield each.name, Binding(each.home, each.node.lineno, each.checking, each.node)
        for node, checking in self.statements:
            if isinstance(node, DefinitionNode):
                yield node.name, Binding(f"{self.name}:{node.name}", node.lineno, checking, node)
            elif not isinstance(node, (ast.Import, ast.ImportFrom)):
                for name in stored_names(node):
                    yield name, Binding(f"{self.name}:{name}", node.lineno, checking, node)

    def home(self, name: str) -> str | None:
        """Return the home of a name as it is likely meant, even where it is bound to different things; None if unbound.

        An import counts before an assignment, as in ``try: from a import x`` with ``except ImportError: x = None``.
        """
        if name not in self.classes and (imported := self.imported_anywhere.get(name)):
            return imported.home
        return f"{self.name}:{name}" if name in self.defined else None


def _definitions(
    module: Module, body: Sequence[ast.stmt], parents: tuple[DefinitionNode, ...]
) -> Iterator[tuple[str, Symbol]]:
    for node, _ in running(body):
        if isinstance(node, ast.ClassDef):
            found = ClassSymbol(module, node, parents)
            yield found.name, found
            yield from _definitions(module, node.body, (*parents, node))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            function = FunctionSymbol(module, node, parents)
            yield function.name, function


def _functions(
    module: Module, body: Sequence[ast.stmt], parents: tuple[DefinitionNode, ...]
) -> Iterator[FunctionSymbol]:
    for node, _ in running(body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield FunctionSymbol(module, node, parents)
        if isinstance(node, DefinitionNode):
            yield from _functions(module, node.body, (*parents, node))


def _texts(node: ast.expr | None) -> list[str] | None:
    """Read a list or tuple of texts, sums of them too."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _texts(node.left), _texts(node.right)
        return None if left is None or right is None else left + right
    if not isinstance(node, (ast.List, ast.Tuple)):
        return None
    texts = [each.value for each in node.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return texts if len(texts) == len(node.elts) else None
