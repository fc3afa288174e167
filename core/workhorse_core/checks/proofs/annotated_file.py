"""One file for the proof of annotations: the places of its annotations, headers and imports."""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from workhorse_core.checks.proofs.code_file import CodeFile
from workhorse_core.system.named_tuple import NamedTuple

_SCOPES = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
Key = tuple[bool, str, int, str, str]
"""One imported name: for type checkers only, from which module, with how many dots, what, and as what."""


class AnnotatedFile:
    """One of the two files, with the spans of its annotations, headers and imports: bytes, half open."""

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
        """Return the span of a node."""
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
    """Whether an annotation runs nothing but look-ups, also when its quoted parts are: no call, no function."""
    texts = _texts(node)
    for each in ast.walk(node):
        if not isinstance(each, _TYPE_NODES):
            return False
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in texts:
            try:
                inner = ast.parse(each.value.strip(), mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return False  # typing evaluates "*f()" all the same
            if not is_type(inner):
                return False
    return True


def _texts(node: ast.expr) -> set[int]:
    """Identify the strings that are no types: in ``Literal``, and behind the type in ``Annotated``."""
    found: set[int] = set()
    for each in ast.walk(node):
        if not isinstance(each, ast.Subscript):
            continue
        name = each.value.attr if isinstance(each.value, ast.Attribute) else getattr(each.value, "id", "")
        values = each.slice.elts if isinstance(each.slice, ast.Tuple) else [each.slice]
        if name in ("Literal", "Annotated"):
            found |= {id(value) for value in values[name == "Annotated" :]}
    return found


class AnnotationPlace(NamedTuple):
    """One place for an annotation: the annotation there, and the lines that it belongs to, from 1.

    ``function`` is that of a parameter or a result, and ``owner`` what is around that; ``scope`` is the class or
    function around a variable, None for a module. ``is_name``: the variable is a name, whose annotation is kept.
    """

    annotation: ast.expr | None
    first: int
    last: int
    function: ast.FunctionDef | ast.AsyncFunctionDef | None = None
    scope: ast.AST | None = None
    is_name: bool = False
    owner: ast.AST | None = None


def places(side: AnnotatedFile) -> Iterator[AnnotationPlace]:
    """Yield every place, in the same order for two files whose trees are the same but for annotations."""
    scopes: dict[int, ast.AST] = {}
    owners: dict[int, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    for node in side.nodes:
        scope = node if isinstance(node, _SCOPES) else scopes.get(id(node))
        for child in ast.iter_child_nodes(node):
            if scope is not None:
                scopes[id(child)] = scope
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            owners |= {id(each): node for each in _arguments(node.args)}
            yield AnnotationPlace(node.returns, node.lineno, node.body[0].lineno, node, owner=scopes.get(id(node)))
        elif isinstance(node, ast.arg):
            function = owners.get(id(node))
            last = node.end_lineno or node.lineno
            yield AnnotationPlace(node.annotation, node.lineno, last, function, owner=scopes.get(id(function)))
        elif isinstance(node, ast.Assign):
            yield AnnotationPlace(None, node.lineno, node.end_lineno or node.lineno, scope=scope)
        elif isinstance(node, ast.AnnAssign):
            is_name = isinstance(node.target, ast.Name)
            yield AnnotationPlace(node.annotation, node.lineno, node.end_lineno or node.lineno, None, scope, is_name)


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (each for each in (arguments.vararg, arguments.kwarg) if each is not None)


def is_checking(node: ast.stmt) -> bool:
    """Whether it is ``if TYPE_CHECKING:``, from ``typing`` under whatever name, without ``else``."""
    if not isinstance(node, ast.If) or node.orelse:
        return False
    test = node.test
    return getattr(test, "id", None) == "TYPE_CHECKING" or (
        isinstance(test, ast.Attribute) and isinstance(test.value, ast.Name) and test.attr == "TYPE_CHECKING"
    )


def import_statements(body: Sequence[ast.stmt], checking: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Yield the import statements at the top of a module, and those under ``if TYPE_CHECKING:``."""
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, checking
        elif isinstance(node, ast.If) and is_checking(node) and not checking:
            yield from import_statements(node.body, checking=True)


def import_keys(node: ast.Import | ast.ImportFrom, checking: bool) -> Iterator[Key]:
    """Yield the keys of the names that a statement imports."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield checking, "", -1, alias.name, alias.asname or ""
        else:
            yield checking, node.module or "", node.level, alias.name, alias.asname or ""
