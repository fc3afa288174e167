"""Type expressions: text from anywhere is parsed, never run, and comes out as a type in one spelling, or refused."""

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, cast

from workhorse_core.languages.python.nodes import dotted

MAX_LENGTH = 300
"""Characters; what is longer nobody reads."""
MAX_DEPTH = 6
"""Brackets within brackets."""
MAX_MEMBERS = 8
"""Of a union."""

BUILTIN_TYPES = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and not name.startswith("_")
)
"""Every class among the builtins, exceptions too."""

MODERN = MappingProxyType(
    {"List": "list", "Dict": "dict", "Tuple": "tuple", "Set": "set", "FrozenSet": "frozenset", "Type": "type"}
)
"""Names of ``typing`` that stand for builtins."""

MOVED = MappingProxyType(
    {
        **{name: f"collections.abc:{name}" for name in (
            "AsyncGenerator", "AsyncIterable", "AsyncIterator", "Awaitable", "Callable", "Collection", "Container",
            "Coroutine", "Generator", "Hashable", "ItemsView", "Iterable", "Iterator", "KeysView", "Mapping",
            "MappingView", "MutableMapping", "MutableSequence", "MutableSet", "Reversible", "Sequence", "Sized",
            "ValuesView",
        )},
        "AbstractSet": "collections.abc:Set",
        "ByteString": "collections.abc:ByteString",
        "Pattern": "re:Pattern",
        "Match": "re:Match",
        "Deque": "collections:deque",
        "DefaultDict": "collections:defaultdict",
        "OrderedDict": "collections:OrderedDict",
        "Counter": "collections:Counter",
        "ChainMap": "collections:ChainMap",
        "ContextManager": "contextlib:AbstractContextManager",
        "AsyncContextManager": "contextlib:AbstractAsyncContextManager",
    }
)  # fmt: skip
"""Names of ``typing`` and where what they stand for lives now."""

TYPING = frozenset(
    {
        *("Any", "AnyStr", "BinaryIO", "ClassVar", "Concatenate", "Final", "Generic", "IO", "Literal", "LiteralString"),
        *("NamedTuple", "Never", "NoReturn", "Optional", "ParamSpec", "Protocol", "Self", "SupportsAbs"),
        *("SupportsBytes", "SupportsComplex", "SupportsFloat", "SupportsIndex", "SupportsInt", "SupportsRound", "Text"),
        *("TextIO", "Type", "TypeAlias", "TypedDict", "TypeGuard", "TypeIs", "Union", "Unpack"),
    }
)
"""Names that live in ``typing`` and nowhere else."""

WELL_KNOWN: Mapping[str, str] = MappingProxyType(
    {
        **{name: f"typing:{name}" for name in (*TYPING, *MODERN)},
        **{name: f"typing:{name}" for name in MOVED},
        "Path": "pathlib:Path",
        "PurePath": "pathlib:PurePath",
        "PathLike": "os:PathLike",
        "Decimal": "decimal:Decimal",
        "Fraction": "fractions:Fraction",
        "Enum": "enum:Enum",
        "UUID": "uuid:UUID",
        "TracebackType": "types:TracebackType",
        "ModuleType": "types:ModuleType",
        "FunctionType": "types:FunctionType",
        "MappingProxyType": "types:MappingProxyType",
        "SimpleNamespace": "types:SimpleNamespace",
        "timedelta": "datetime:timedelta",
        "timezone": "datetime:timezone",
        "deque": "collections:deque",
        "defaultdict": "collections:defaultdict",
        "StringIO": "io:StringIO",
        "BytesIO": "io:BytesIO",
    }
)
"""Where a bare name lives that everybody knows, used when nobody says so and the module does not have it."""

_SPECIAL = frozenset({"ClassVar", "Final", "Generic", "InitVar", "NamedTuple", "Protocol", "TypedDict", "TypeAlias"})
"""Names that are no type of a value."""


@dataclass(frozen=True, slots=True)
class TypeExpression:
    """A type that was read: its syntax in modern spelling, and the dotted names in it with their homes."""

    node: ast.expr = field(repr=False, compare=False)
    text: str
    homes: Mapping[str, str]
    """By the dotted name as the node has it: "builtins:int", "collections.abc:Iterator", "pkg.module:Class"."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is no type that may stand here, in one sentence that a model can read."""

    reason: str


class _RefusedError(Exception):
    pass


class Finder(Protocol):
    """Says where the names of an expression live."""

    def home(self, name: str) -> str | None:
        """Give the home of a dotted name, "module:attribute"; None where nothing of that name is a type."""
        ...


def read_expression(text: str, find: Finder) -> TypeExpression | Refusal:
    """Read a type expression.

    Args:
        text: From a tool, a docstring, a model.
        find: Says where a dotted name lives.
    """
    try:
        homes: dict[str, str] = {}
        node = _simplified(_Reader(find, homes).read(_parsed(text), 0))
    except _RefusedError as refused:
        return Refusal(str(refused))
    written = ast.unparse(node)
    used = {name for name in map(dotted, _names(node)) if name}
    return TypeExpression(node, written, {name: home for name, home in homes.items() if name in used})


def _parsed(text: str) -> ast.expr:
    if len(text) > MAX_LENGTH:
        raise _RefusedError(f"It has {len(text)} characters; a type has at most {MAX_LENGTH}.")
    if not text.isprintable():
        raise _RefusedError("It is not one line of text.")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _RefusedError(f"{_short(text)} is not a type expression.") from None


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


class _Reader:
    """Copies the syntax of a type and nothing else."""

    def __init__(self, find: Finder, homes: dict[str, str]) -> None:
        self._find = find
        self._homes = homes

    def read(self, node: ast.expr, depth: int) -> ast.expr:
        if depth > MAX_DEPTH:
            raise _RefusedError("It is nested too deeply.")
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._name(node)
        if isinstance(node, ast.Constant):
            return self._constant(node, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return ast.BinOp(self.read(node.left, depth), ast.BitOr(), self.read(node.right, depth))
        if isinstance(node, ast.Subscript):
            return self._subscript(node, depth + 1)
        raise _RefusedError(f"{_short(ast.unparse(node))} is not a type expression.")

    def _name(self, node: ast.Name | ast.Attribute) -> ast.expr:
        written = dotted(node)
        if written is None:
            raise _RefusedError(f"{_short(ast.unparse(node))} is not a type expression.")
        if written == "NoneType" or written.endswith(".NoneType"):
            return ast.Constant(None)
        home = self._find.home(written)
        if home is None:
            raise _RefusedError(f"{_short(written)} is no type that this module can name.")
        return self._at_home(home)

    def _at_home(self, home: str) -> ast.expr:
        """Give every type the name that it has at home, however it was reached."""
        module, _, attribute = home.partition(":")
        if module in ("typing", "typing_extensions"):
            if attribute in MODERN:
                return self._name_of(MODERN[attribute], f"builtins:{MODERN[attribute]}")
            if attribute == "Text":
                return self._name_of("str", "builtins:str")
            home = MOVED.get(attribute, f"typing:{attribute}")
            attribute = home.partition(":")[2]
        return self._name_of(attribute, home)

    def _name_of(self, name: str, home: str) -> ast.expr:
        if self._homes.setdefault(name, home) != home:
            raise _RefusedError(f"{name} would mean two things.")
        return ast.parse(name, mode="eval").body

    def _constant(self, node: ast.Constant, depth: int) -> ast.expr:
        if node.value is None:
            return ast.Constant(None)
        if isinstance(node.value, str):
            return self.read(_parsed(node.value), depth + 1)
        raise _RefusedError(f"{_short(ast.unparse(node))} is a value, not a type.")

    # -- what stands in brackets

    def _subscript(self, node: ast.Subscript, depth: int) -> ast.expr:
        if not isinstance(node.value, (ast.Name, ast.Attribute)):
            raise _RefusedError(f"{_short(ast.unparse(node))} is not a type expression.")
        head = self._name(node.value)
        home = self._homes.get(dotted(head) or "", "")
        items = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        if home == "typing:Optional" and len(items) == 1:
            return ast.BinOp(self.read(items[0], depth), ast.BitOr(), ast.Constant(None))
        if home == "typing:Union" and items:
            return _united([self.read(item, depth) for item in items])
        if home == "typing:Literal":
            return _bracketed(head, [_literal(item) for item in items])
        if home == "typing:Annotated":
            raise _RefusedError("Annotated is more than a type.")
        if home == "collections.abc:Callable":
            return self._callable(head, items, depth)
        if home == "builtins:tuple":
            return self._tuple(head, items, depth)
        _check_count(home, items)
        return _bracketed(head, [self.read(item, depth) for item in items])

    def _callable(self, head: ast.expr, items: list[ast.expr], depth: int) -> ast.expr:
        if len(items) != 2:
            raise _RefusedError("Callable takes its parameters and its result: Callable[[int], str].")
        parameters, result = items
        taken: ast.expr
        if isinstance(parameters, ast.List):
            taken = ast.List([self.read(each, depth) for each in parameters.elts], ast.Load())
        elif isinstance(parameters, ast.Constant) and parameters.value is ...:
            taken = ast.Constant(...)
        else:
            raise _RefusedError("Callable takes a list of parameters, or ...: Callable[..., str].")
        return _bracketed(head, [taken, self.read(result, depth)])

    def _tuple(self, head: ast.expr, items: list[ast.expr], depth: int) -> ast.expr:
        if len(items) == 2 and isinstance(items[1], ast.Constant) and items[1].value is ...:
            return _bracketed(head, [self.read(items[0], depth), ast.Constant(...)])
        return _bracketed(head, [self.read(item, depth) for item in items])


_COUNTS = MappingProxyType(
    {
        **dict.fromkeys(("list", "set", "frozenset", "type"), 1),
        "dict": 2,
        **dict.fromkeys(("Iterable", "Iterator", "Sequence", "Collection", "Container", "MutableSequence"), 1),
        **dict.fromkeys(("Set", "MutableSet", "Reversible", "Awaitable", "AsyncIterable", "AsyncIterator"), 1),
        **dict.fromkeys(("Mapping", "MutableMapping"), 2),
        "Coroutine": 3,
    }
)
_NOT_GENERIC = frozenset({"int", "str", "bytes", "bool", "float", "complex", "object", "bytearray", "range"})


def _check_count(home: str, items: list[ast.expr]) -> None:
    module, _, attribute = home.partition(":")
    if module == "builtins" and attribute in _NOT_GENERIC:
        raise _RefusedError(f"{attribute} takes nothing in brackets.")
    wanted = _COUNTS.get(attribute) if module in ("builtins", "collections.abc") else None
    if wanted is not None and len(items) != wanted:
        raise _RefusedError(f"{attribute} takes {wanted} in brackets, not {len(items)}.")
    if home == "typing:Any":
        raise _RefusedError("Any takes nothing in brackets.")


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


# -- one spelling


def members(node: ast.expr) -> Iterator[ast.expr]:
    """Give the members of a union, in order; of anything else, itself."""
    if isinstance(node, ast.BinOp):
        yield from members(node.left)
        yield from members(node.right)
    else:
        yield node


def is_none(node: ast.expr) -> bool:
    """Tell whether a type is None."""
    return isinstance(node, ast.Constant) and node.value is None


def _united(parts: list[ast.expr]) -> ast.expr:
    node = parts[0]
    for part in parts[1:]:
        node = ast.BinOp(node, ast.BitOr(), part)
    return node


def _simplified(node: ast.expr) -> ast.expr:
    """Write every union flat, each member once, None at the end."""
    for inner in ast.walk(node):
        for name, value in ast.iter_fields(inner):
            if isinstance(value, ast.BinOp):
                setattr(inner, name, _flat(value))
            elif isinstance(value, list):
                items = cast("list[object]", value)
                setattr(inner, name, [_flat(item) if isinstance(item, ast.BinOp) else item for item in items])
    return ast.fix_missing_locations(_flat(node) if isinstance(node, ast.BinOp) else node)


def _flat(node: ast.BinOp) -> ast.expr:
    once = {ast.unparse(member): member for member in members(node)}
    none = once.pop("None", None)
    parts = [*once.values(), *([none] if none else [])]
    if len(parts) > MAX_MEMBERS:
        raise _RefusedError(f"It is a union of {len(parts)}; {MAX_MEMBERS} are the most.")
    return _united(parts)


def _names(node: ast.expr) -> Iterator[ast.expr]:
    """Give the outermost dotted names of an expression."""
    waiting: list[ast.AST] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, (ast.Name, ast.Attribute)):
            yield current
        else:
            waiting.extend(ast.iter_child_nodes(current))
