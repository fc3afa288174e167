"""One file as the proof of annotations sees it: where its annotations, headers and imports are."""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from workhorse_core.checks.proofs.code_file import CodeFile

Key = tuple[bool, str, int, str, str]
"""One imported name: for type checkers only, from which module, with how many dots, what, and as what."""


class AnnotatedFile:
    """One of the two files, with the spans of what hints are made of. Spans are bytes, half open."""

    def __init__(self, file: CodeFile) -> None:
        self.file = file
        self.tree = file.tree
        self.nodes = file.shape.nodes
        self.annotations = {self.span(node) for node in _annotations(self.nodes) if is_type(node)}
        self.headers = [
            (self.span(node)[0], self.span(node.body[0])[0])
            for node in self.nodes
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        ]
        self.imports = list(import_statements(self.tree.body, checking=False))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Give the bytes of a node."""
        start = self.file.offset(node.lineno, node.col_offset)
        return start, self.file.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def keys(self) -> Counter[Key]:
        """Count what is imported."""
        return Counter(key for node, checking in self.imports for key in import_keys(node, checking))


def _annotations(nodes: Sequence[ast.AST]) -> Iterator[ast.expr]:
    for node in nodes:
        found: Sequence[ast.expr | None] = ()
        if isinstance(node, (ast.arg, ast.AnnAssign)):
            found = (node.annotation,)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found = (node.returns,)
        yield from (each for each in found if each is not None)


_TYPE_NODES = (
    *(ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List),
    *(ast.BinOp, ast.BitOr, ast.UnaryOp, ast.USub, ast.Load),
)


def is_type(node: ast.expr) -> bool:
    """Whether an annotation runs nothing but look-ups: no call, no comparison, no function."""
    return all(isinstance(each, _TYPE_NODES) for each in ast.walk(node))


def is_checking(node: ast.stmt) -> bool:
    """Whether it is ``if TYPE_CHECKING:``, from ``typing`` under whatever name, without ``else``."""
    if not isinstance(node, ast.If) or node.orelse:
        return False
    test = node.test
    return getattr(test, "id", None) == "TYPE_CHECKING" or (
        isinstance(test, ast.Attribute) and isinstance(test.value, ast.Name) and test.attr == "TYPE_CHECKING"
    )


def import_statements(body: Sequence[ast.stmt], checking: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Give the import statements at the top of a module, and those under ``if TYPE_CHECKING:``."""
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, checking
        elif isinstance(node, ast.If) and is_checking(node) and not checking:
            yield from import_statements(node.body, checking=True)


def import_keys(node: ast.Import | ast.ImportFrom, checking: bool) -> Iterator[Key]:
    """Name what a statement imports."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield checking, "", -1, alias.name, alias.asname or ""
        else:
            yield checking, node.module or "", node.level, alias.name, alias.asname or ""
