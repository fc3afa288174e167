"""Type expressions read from somewhere, in modern spelling, with where their names live."""

import ast
import builtins
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from workhorse_core.languages.python.nodes import dotted, last_name

Resolve = Callable[[str], str | None]
"""Says where the first part of a dotted name lives, "module:attribute" or "module"; None where that is not known."""

_BUILTIN = frozenset(name for name in dir(builtins) if isinstance(getattr(builtins, name), type)) | {"None"}
_LOWER = {
    **{name: name.lower() for name in ("List", "Dict", "Set", "Tuple", "Type")},
    "FrozenSet": "frozenset",
    "Text": "str",
}
_RENAMED = {
    "AbstractSet": "collections.abc:Set",
    "Deque": "collections:deque",
    "DefaultDict": "collections:defaultdict",
}
_TYPING = frozenset({"typing", "typing_extensions"})
_ABSTRACT = frozenset(
    [
        "AsyncGenerator",
        "AsyncIterable",
        "AsyncIterator",
        "Awaitable",
        "ByteString",
        "Callable",
        "Collection",
        "Container",
        "Coroutine",
        "Generator",
        "Hashable",
        "ItemsView",
        "Iterable",
        "Iterator",
        "KeysView",
        "Mapping",
        "MappingView",
        "MutableMapping",
        "MutableSequence",
        "MutableSet",
        "Reversible",
        "Sequence",
        "Sized",
        "ValuesView",
    ]
)
_BRACKETED = frozenset({"Union", "Optional", "Literal", "Annotated"})
"""Names of ``typing`` that say nothing without brackets."""
_HEADS = frozenset(f"{module}:{name}" for module in _TYPING for name in _BRACKETED)
_LITERALS = (int, str, bytes, bool, type(None))
_MAX_NODES = 60


@dataclass(frozen=True, slots=True)
class TypeText:
    """A type expression, and where each name in it lives that is no builtin, as `Evidence.names` has it."""

    expression: str
    names: Mapping[str, str]


def modernise(node: ast.expr | str, resolve: Resolve) -> TypeText | None:
    """Give a type expression in modern spelling; None where it is none, or holds a name that lives nowhere."""
    if isinstance(node, str):
        parsed = parse_type(node)
        if parsed is None:
            return None
        node = parsed
    reader = _Reader(resolve)
    try:
        plain = reader.read(node)
    except _NoTypeError:
        return None
    return TypeText(ast.unparse(plain), reader.names)


def parse_type(text: str) -> ast.expr | None:
    """Parse text as an expression; None where it is none or too long to be a type."""
    if len(text) > 1000:
        return None
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _NoTypeError(Exception):
    """The expression is no type that could be written elsewhere."""


class _Reader:
    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self.names: dict[str, str] = {}
        self._count = 0

    def read(self, node: ast.expr) -> ast.expr:
        self._count += 1
        if self._count > _MAX_NODES:
            raise _NoTypeError
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = self._name(node)
            if dotted(name) in _BRACKETED and self.names.get(dotted(name) or "") in _HEADS:
                raise _NoTypeError
            return name
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return join(self.read(part) for part in alternatives(node))
        if isinstance(node, ast.Subscript):
            return self._subscript(node)
        raise _NoTypeError

    def _inner(self, node: ast.expr) -> ast.expr:
        """Read what may stand in brackets: lists of parameters too."""
        if isinstance(node, ast.List):
            return ast.List([self.read(each) for each in node.elts], ast.Load())
        if isinstance(node, ast.Tuple) and not node.elts:
            return node
        return self.read(node)

    def _constant(self, node: ast.Constant) -> ast.expr:
        if node.value is None or node.value is ...:
            return node
        if isinstance(node.value, str) and (inner := parse_type(node.value)) is not None:
            return self.read(inner)
        raise _NoTypeError

    def _name(self, node: ast.Name | ast.Attribute) -> ast.expr:
        written = dotted(node)
        if written is None:
            raise _NoTypeError
        home = self._resolve(written.partition(".")[0])
        if home is None:
            if written in _BUILTIN:
                return ast.Name(written)
            raise _NoTypeError
        return self._placed(place_of(home, written))

    def _placed(self, symbol: tuple[str, str]) -> ast.expr:
        """Name something that lives in a module, by its own name."""
        module, attribute = symbol
        if module == "builtins":
            return ast.Name(attribute)
        if module in _TYPING:
            if attribute in _LOWER:
                return ast.Name(_LOWER[attribute])
            home = _RENAMED.get(attribute) or f"{'collections.abc' if attribute in _ABSTRACT else module}:{attribute}"
            module, _, attribute = home.partition(":")
        head, dot, rest = attribute.partition(".")
        name, home = (head, f"{module}:{head}") if head else (last_name(module), module)
        if not head or self.names.setdefault(name, home) != home:
            raise _NoTypeError
        return ast.parse(name + dot + rest, mode="eval").body

    def _subscript(self, node: ast.Subscript) -> ast.expr:
        if not isinstance(node.value, (ast.Name, ast.Attribute)):
            raise _NoTypeError
        value = self._name(node.value)
        name = dotted(value) or ""
        inner = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name == "Literal":
            if not all(isinstance(each, ast.Constant) and isinstance(each.value, _LITERALS) for each in inner):
                raise _NoTypeError
            return ast.Subscript(value, node.slice, ast.Load())
        if name in {"Optional", "Union"} and self.names.get(name) == f"typing:{name}":
            del self.names[name]
            parts = [self.read(each) for each in inner]
            return join([*parts, ast.Constant(None)] if name == "Optional" else parts)
        if name == "Annotated":
            del self.names[name]
            return self.read(inner[0])
        read = [self._inner(each) for each in inner]
        if isinstance(node.slice, ast.Tuple):
            return ast.Subscript(value, ast.Tuple(read, ast.Load()), ast.Load())
        return ast.Subscript(value, read[0], ast.Load())


def place_of(home: str, written: str) -> tuple[str, str]:
    """Give module and attribute of a dotted name whose first part lives at ``home``."""
    module, _, attribute = home.partition(":")
    _, _, rest = written.partition(".")
    if attribute:
        return module, f"{attribute}.{rest}" if rest else attribute
    head, _, last = rest.rpartition(".")
    if rest and "." in rest and not head[0].isupper():
        return f"{module}.{head}", last
    return module, rest


def alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """Give what a union is made of, in the order written."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from alternatives(node.left)
        yield from alternatives(node.right)
    else:
        yield node


def join(parts: "Iterator[ast.expr] | list[ast.expr]") -> ast.expr:
    """Make a union of types: each once, None last."""
    found: dict[str, ast.expr] = {}
    for part in parts:
        for each in alternatives(part):
            found.setdefault(ast.unparse(each), each)
    if len(found) > 1 and "None" in found:
        found["None"] = found.pop("None")
    first, *others = found.values()
    for other in others:
        first = ast.BinOp(first, ast.BitOr(), other)
    return first


def join_text(expressions: "list[str]") -> str:
    """Make a union of type expressions that are in modern spelling already."""
    return ast.unparse(join([ast.parse(each, mode="eval").body for each in expressions]))


def same(one: str, other: str) -> bool:
    """Tell whether two expressions in modern spelling say the same type; the order of a union does not matter."""
    return one == other or _sorted(one) == _sorted(other)


def _sorted(text: str) -> str:
    node = parse_type(text)
    return text if node is None else _key(node)


def _key(node: ast.expr) -> str:
    if isinstance(node, ast.BinOp):
        return "|".join(sorted({_key(each) for each in alternatives(node)}))
    if isinstance(node, ast.Subscript):
        return f"{_key(node.value)}[{_key(node.slice)}]"
    if isinstance(node, (ast.Tuple, ast.List)):
        return "(" + ",".join(_key(each) for each in node.elts) + ")"
    return ast.unparse(node)
