"""The statements that run while a module is imported, and the names that they bind."""

import ast
from collections.abc import Iterator, Sequence

from workhorse_core.languages.python.nodes import dotted, last_name
from workhorse_core.system.named_tuple import NamedTuple


class Imported(NamedTuple):
    """One name bound by an import statement, "*" for a star import.

    ``module`` is the absolute name of the module, ``written`` the name as it stands there after ``level`` dots;
    ``attribute`` is taken from it, None where the module itself is bound. ``checking``: it is imported only where
    ``TYPE_CHECKING`` holds.
    """

    name: str
    module: str
    attribute: str | None
    node: ast.Import | ast.ImportFrom
    checking: bool = False
    level: int = 0
    written: str = ""

    @property
    def home(self) -> str:
        """The home of the name: "module:attribute", or "module" for a module; ``import a.b`` binds "a"."""
        if self.attribute is not None:
            return f"{self.module}:{self.attribute}"
        return self.name if self.is_head else self.module

    @property
    def is_head(self) -> bool:
        """Whether ``import a.b`` binds ``a``."""
        return self.attribute is None and "." in self.module and self.name == self.module.partition(".")[0]


class Binding(NamedTuple):
    """One meaning of a name at the top of a module.

    ``home`` is "module:attribute", or "module" for a module itself. ``line`` is the statement's, from 1. ``checking``:
    it is bound only where ``TYPE_CHECKING`` holds.
    """

    home: str
    line: int
    checking: bool
    node: ast.stmt

    @property
    def is_class(self) -> bool:
        """Whether a class statement binds it."""
        return isinstance(self.node, ast.ClassDef)


def is_type_checking(test: ast.expr) -> bool:
    """Return whether a condition is ``TYPE_CHECKING``, however it is imported."""
    return last_name(dotted(test) or "") == "TYPE_CHECKING"


def running(body: Sequence[ast.stmt], checking: bool = False) -> Iterator[tuple[ast.stmt, bool]]:
    """Yield the statements that run with a body, in source order, those in blocks too but not in definitions.

    Each comes with whether only a type checker sees it.
    """
    for node in body:
        yield node, checking
        if isinstance(node, ast.If):
            yield from running(node.body, checking or is_type_checking(node.test))
            yield from running(node.orelse, checking)
        elif isinstance(node, (ast.Try, ast.TryStar)):
            for part in (node.body, *(handler.body for handler in node.handlers), node.orelse, node.finalbody):
                yield from running(part, checking)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)):
            yield from running(node.body, checking)
            yield from running(getattr(node, "orelse", []), checking)
        elif isinstance(node, ast.Match):
            for case in node.cases:
                yield from running(case.body, checking)


def stored_names(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds itself, those of blocks below it aside."""
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
