"""Reading type expressions: text from anywhere is parsed, never run, and comes out in modern spelling, or refused."""

import ast
from collections.abc import Callable

from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.type_expression import Refusal, TypeExpression, join, members
from workhorse_core.languages.python.type_vocabulary import MODERN, MOVED, parameter_count

MAX_LENGTH = 300
"""Characters of a type that is proposed; longer ones are hard to read."""
_MAX_DEPTH = 6
"""Brackets within brackets."""
_MAX_MEMBERS = 8
"""Of a union."""
_MAX_WRITTEN_LENGTH = 1000
_MAX_WRITTEN_NODES = 60
_BRACKETED = frozenset(f"typing:{name}" for name in ("Union", "Optional", "Literal", "Annotated"))
"""Names that mean nothing without brackets."""

Resolve = Callable[[str], str | None]
"""Returns the home of a dotted name, "module:attribute"; None where nothing of that name is a type."""


class _RefusedError(Exception):
    pass


def read_proposed(text: str, resolve: Resolve) -> TypeExpression | Refusal:
    """Read a type that is proposed, strictly: its brackets must hold what the type takes.

    Args:
        text: From a tool, a docstring, a model.
        resolve: Returns the home of a name.
    """
    try:
        if len(text) > MAX_LENGTH:
            raise _RefusedError(f"It has {len(text)} characters; a type has at most {MAX_LENGTH}.")
        if not text.isprintable():
            raise _RefusedError("It is not one line of text.")
        node = parse_type(text)
        if node is None:
            raise _RefusedError(f"{_short(text)} is not a type expression.")
        found = _Reader(resolve, strict=True).read_all(node)
        for each in ast.walk(found.node):
            if isinstance(each, ast.BinOp) and (count := len(list(members(each)))) > _MAX_MEMBERS:
                raise _RefusedError(f"It is a union of {count}; {_MAX_MEMBERS} are the most.")
    except _RefusedError as refused:
        return Refusal(str(refused))
    return found


def read_written(written: ast.expr | str, resolve: Resolve) -> TypeExpression | None:
    """Read a type that stands in code or in the output of a tool; None where it is none, or holds an unknown name."""
    node = parse_type(written) if isinstance(written, str) else written
    if node is None:
        return None
    try:
        return _Reader(resolve, strict=False).read_all(node)
    except _RefusedError:
        return None


def parse_type(text: str) -> ast.expr | None:
    """Parse text as an expression; None where it is none, or too long to be a type."""
    if len(text) > _MAX_WRITTEN_LENGTH:
        return None
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


class _Reader:
    """Copies the syntax of a type and nothing else."""

    def __init__(self, resolve: Resolve, *, strict: bool) -> None:
        self._resolve = resolve
        self._strict = strict
        self._homes: dict[str, str] = {}
        self._count = 0

    def read_all(self, node: ast.expr) -> TypeExpression:
        text = ast.unparse(self._read(node, 0))
        found = TypeExpression(text, {name: home for name, home in self._homes.items() if home != f"builtins:{name}"})
        used = {name.partition(".")[0] for name in found.homes}
        return TypeExpression(text, {name: home for name, home in found.names.items() if name in used})

    def _read(self, node: ast.expr, depth: int) -> ast.expr:
        self._count += 1
        if depth > _MAX_DEPTH and self._strict:
            raise _RefusedError("It is nested too deeply.")
        if self._count > _MAX_WRITTEN_NODES and not self._strict:
            raise _RefusedError
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = self._name(node)
            if self._home(name) in _BRACKETED:
                raise _RefusedError(f"{_short(ast.unparse(node))} takes brackets.")
            return name
        if isinstance(node, ast.Constant):
            return self._constant(node, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return join([self._read(node.left, depth), self._read(node.right, depth)])
        if isinstance(node, ast.Subscript):
            return self._subscript(node, depth + 1)
        raise self._refused(node)

    def _refused(self, node: ast.expr) -> _RefusedError:
        return _RefusedError(f"{_short(ast.unparse(node))} is not a type expression.")

    def _constant(self, node: ast.Constant, depth: int) -> ast.expr:
        if node.value is None or (node.value is ... and not self._strict):
            return ast.Constant(node.value)
        if isinstance(node.value, str):
            if (inner := parse_type(node.value)) is not None:
                return self._read(inner, depth + 1)
            raise self._refused(node)
        raise _RefusedError(f"{_short(ast.unparse(node))} is a value, not a type.")

    # -- names

    def _name(self, node: ast.Name | ast.Attribute) -> ast.expr:
        written = dotted(node)
        if written is None:
            raise self._refused(node)
        home = self._resolve(written)
        if home is None and (written == "NoneType" or written.endswith(".NoneType")):
            return ast.Constant(None)
        if home is None:
            raise _RefusedError(f"{_short(written)} is no type that this module can name.")
        return self._at_home(home)

    def _at_home(self, home: str) -> ast.expr:
        """Name a type as its home does, however it was reached."""
        module, _, attribute = home.partition(":")
        if attribute == "NoneType":
            return ast.Constant(None)
        if module in ("typing", "typing_extensions"):
            modern = "str" if attribute == "Text" else MODERN.get(attribute)
            home = f"builtins:{modern}" if modern else MOVED.get(attribute, f"typing:{attribute}")
            module, _, attribute = home.partition(":")
        head = attribute.partition(".")[0]
        if not head:
            raise _RefusedError(f"{module} is a module.")
        if self._homes.setdefault(head, f"{module}:{head}") != f"{module}:{head}":
            raise _RefusedError(f"{attribute} would mean two things.")
        return ast.parse(attribute, mode="eval").body

    def _home(self, name: ast.expr) -> str:
        written = dotted(name) or ""
        head, _, rest = written.partition(".")
        home = self._homes.get(head, "")
        return f"{home}.{rest}" if rest else home

    # -- brackets

    def _subscript(self, node: ast.Subscript, depth: int) -> ast.expr:
        if not isinstance(node.value, (ast.Name, ast.Attribute)):
            raise self._refused(node)
        head = self._name(node.value)
        home = self._home(head)
        items = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        if home == "typing:Optional" and (len(items) == 1 or not self._strict):
            return join([*(self._read(item, depth) for item in items), ast.Constant(None)])
        if home == "typing:Union" and items:
            return join([self._read(item, depth) for item in items])
        if home == "typing:Literal":
            return _bracketed(head, [_literal(item) for item in items])
        if home == "typing:Annotated":
            if self._strict:
                raise _RefusedError("Annotated is more than a type.")
            return self._read(items[0], depth)
        if home == "collections.abc:Callable" and self._strict:
            _check_callable(items)
        elif self._strict and home != "builtins:tuple":
            _check_count(home, items)
        inner = [self._bracketed_item(home, item, depth) for item in items]
        return _bracketed(head, inner) if inner or self._strict else ast.Subscript(head, node.slice, ast.Load())

    def _bracketed_item(self, home: str, node: ast.expr, depth: int) -> ast.expr:
        """Read one item in brackets: lists of parameters and dots too, where the type takes them."""
        takes_dots = home in ("collections.abc:Callable", "builtins:tuple")
        if isinstance(node, ast.Constant) and node.value is ... and takes_dots:
            return ast.Constant(...)
        if isinstance(node, ast.List) and (home == "collections.abc:Callable" or not self._strict):
            return ast.List([self._read(each, depth) for each in node.elts], ast.Load())
        return self._read(node, depth)


def _check_callable(items: list[ast.expr]) -> None:
    if len(items) != 2:
        raise _RefusedError("Callable takes its parameters and its result: Callable[[int], str].")
    dots = isinstance(items[0], ast.Constant) and items[0].value is ...
    if not dots and not isinstance(items[0], ast.List):
        raise _RefusedError("Callable takes a list of parameters, or ...: Callable[..., str].")


def _check_count(home: str, items: list[ast.expr]) -> None:
    name, wanted = home.partition(":")[2], parameter_count(home)
    if wanted == 0:
        raise _RefusedError(f"{name} takes nothing in brackets.")
    if wanted is not None and len(items) != wanted:
        raise _RefusedError(f"{name} takes {wanted} in brackets, not {len(items)}.")


def _literal(node: ast.expr) -> ast.expr:
    value = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    if isinstance(value, ast.Constant) and isinstance(value.value, int):
        return node
    if value is node and isinstance(value, ast.Constant) and isinstance(value.value, (str, bytes, type(None))):
        return node
    raise _RefusedError(f"{_short(ast.unparse(node))} may not stand in Literal.")


def _bracketed(head: ast.expr, items: list[ast.expr]) -> ast.expr:
    inner = items[0] if len(items) == 1 else ast.Tuple(items, ast.Load())
    return ast.Subscript(head, inner, ast.Load())
