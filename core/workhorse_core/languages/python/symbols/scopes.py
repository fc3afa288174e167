"""The scopes of one module, with every binding and reference of a name in them, as Python's compiler sees them.

The rules are those of https://docs.python.org/3/reference/executionmodel.html#naming-and-binding. Names that are
mangled in a class (``__x``) keep their spelling.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import StrEnum

from workhorse_core.languages.python.nodes import arguments_of
from workhorse_core.system.named_tuple import NamedTuple


class ScopeKind(StrEnum):
    """The kind of code that makes a scope."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    """Lambdas too."""
    COMPREHENSION = "comprehension"
    TYPE_PARAMETERS = "type parameters"
    """Around a generic class or function, from Python 3.12 on."""


class Use(StrEnum):
    """The use of a name at one place."""

    BINDING = "binding"
    REFERENCE = "reference"
    DELETION = "deletion"
    DECLARATION = "declaration"
    """``global`` and ``nonlocal``."""


class Occurrence(NamedTuple):
    """A name at one place; ``node`` is the smallest node that holds it, such as a definition or an ``alias``."""

    name: str
    use: Use
    node: ast.AST


class Scope:
    """One scope; ``node`` is the module, class, function, lambda or comprehension that makes it."""

    def __init__(self, kind: ScopeKind, node: ast.AST, parent: "Scope | None") -> None:
        self.kind = kind
        self.node = node
        self.parent = parent
        self.children: list[Scope] = []
        self.occurrences: defaultdict[str, list[Occurrence]] = defaultdict(list)
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        if parent is not None:
            parent.children.append(self)

    def __repr__(self) -> str:
        return f"Scope({self.kind}, {getattr(self.node, 'name', '')!r})"

    def binds(self, name: str) -> bool:
        """Return whether a name is local to this scope."""
        if name in self.globals or name in self.nonlocals:
            return False
        return any(each.use in (Use.BINDING, Use.DELETION) for each in self.occurrences.get(name, ()))

    def owner(self, name: str) -> "Scope | None":
        """Return the scope that a name used here belongs to; None for a builtin, or what the module never binds."""
        scope: Scope | None = self
        if name in self.globals:
            return self._module()
        while scope is not None:
            skipped = scope is not self and scope.kind is ScopeKind.CLASS
            if not skipped and name in scope.globals:
                return self._module()
            if not skipped and scope.binds(name):
                return scope
            scope = scope.parent
        module = self._module()
        return module if name in module.globals_bound else None

    @property
    def globals_bound(self) -> set[str]:
        """The names that functions of this module bind as ``global``."""
        return {
            name
            for scope in self.walk()
            for name in scope.globals
            if any(each.use is Use.BINDING for each in scope.occurrences.get(name, ()))
        }

    def walk(self) -> "Iterator[Scope]":
        """Yield this scope and those within it, outermost first."""
        waiting: list[Scope] = [self]
        while waiting:
            scope = waiting.pop()
            yield scope
            waiting.extend(reversed(scope.children))

    def occurrences_of(self, name: str) -> Iterator[Occurrence]:
        """Yield every place that means this scope's own name, in inner scopes too."""
        for scope in self.walk():
            if name in scope.occurrences and scope.owner(name) is self:
                yield from scope.occurrences[name]

    def _module(self) -> "Scope":
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


def read_scopes(tree: ast.Module) -> Scope:
    """Read the scopes of a module."""
    module = Scope(ScopeKind.MODULE, tree, None)
    reader = _Reader(module)
    for statement in tree.body:
        reader.visit(statement)
    return module


class _Reader(ast.NodeVisitor):
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def _note(self, name: str, use: Use, node: ast.AST, scope: Scope | None = None) -> None:
        (scope or self._scope).occurrences[name].append(Occurrence(name, use, node))

    def _all(self, nodes: Sequence[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def _within(self, kind: ScopeKind, node: ast.AST) -> "_Reader":
        return _Reader(Scope(kind, node, self._scope))

    # -- definitions

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._note(node.name, Use.BINDING, node)
        self._all([*node.decorator_list, *node.args.defaults, *node.args.kw_defaults])
        outer = self._generic(node)
        arguments = arguments_of(node)
        outer._all([*(each.annotation for each in arguments), node.returns])
        inner = outer._within(ScopeKind.FUNCTION, node)
        for each in arguments:
            inner._note(each.arg, Use.BINDING, each)
        inner._all(node.body)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._all([*node.args.defaults, *node.args.kw_defaults])
        inner = self._within(ScopeKind.FUNCTION, node)
        for each in arguments_of(node):
            inner._note(each.arg, Use.BINDING, each)
        inner.visit(node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._note(node.name, Use.BINDING, node)
        self._all(node.decorator_list)
        outer = self._generic(node)
        outer._all([*node.bases, *node.keywords])
        outer._within(ScopeKind.CLASS, node)._all(node.body)

    def _generic(self, node: ast.AST) -> "_Reader":
        parameters: Sequence[ast.AST] = getattr(node, "type_params", ())
        if not parameters:
            return self
        inner = self._within(ScopeKind.TYPE_PARAMETERS, node)
        for each in parameters:
            inner._note(getattr(each, "name"), Use.BINDING, each)  # noqa: B009  Python 3.12
            inner._all([getattr(each, "bound", None), getattr(each, "default_value", None)])
        return inner

    def visit_TypeAlias(self, node: ast.AST) -> None:
        self.visit(getattr(node, "name"))  # noqa: B009  Python 3.12
        self._generic(node)._within(ScopeKind.FUNCTION, node).visit(getattr(node, "value"))  # noqa: B009

    # -- comprehensions

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        first, *rest = node.generators
        self.visit(first.iter)
        inner = self._within(ScopeKind.COMPREHENSION, node)
        inner._all([first.target, *first.ifs])
        for each in rest:
            inner._all([each.target, each.iter, *each.ifs])
        inner._all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        scope = self._scope
        while scope.kind is ScopeKind.COMPREHENSION and scope.parent is not None:
            scope = scope.parent
        self._note(node.target.id, Use.BINDING, node.target, scope)

    # -- names

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._note(node.id, Use.REFERENCE, node)
        else:
            self._note(node.id, Use.BINDING if isinstance(node.ctx, ast.Store) else Use.DELETION, node)

    def visit_Global(self, node: ast.Global) -> None:
        self._scope.globals.update(node.names)
        for name in node.names:
            self._note(name, Use.DECLARATION, node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self._scope.nonlocals.update(node.names)
        for name in node.names:
            self._note(name, Use.DECLARATION, node)

    def visit_alias(self, node: ast.alias) -> None:
        name = node.asname or node.name.partition(".")[0]
        if name != "*":
            self._note(name, Use.BINDING, node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._note(node.name, Use.BINDING, node)
        self._all([node.type, *node.body])

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self._note(node.name, Use.BINDING, node)
        self._all([node.pattern])

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._note(node.name, Use.BINDING, node)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._note(node.rest, Use.BINDING, node)
        self._all([*node.keys, *node.patterns])
