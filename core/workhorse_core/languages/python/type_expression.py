"""Type expressions: a type in modern spelling, with the homes of the names in it."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from workhorse_core.languages.python.nodes import dotted


@dataclass(frozen=True, slots=True)
class TypeExpression:
    """A type in modern spelling: ``list[int]``, ``X | None``.

    ``names`` gives the home of each name in it that is no builtin: "module:attribute", or "module" where the name is
    that module; the name is the first part of a dotted one.
    """

    text: str
    names: Mapping[str, str]

    @property
    def node(self) -> ast.expr:
        """The syntax of the text; it is shared, so it must not be changed."""
        return parsed(self.text)

    @property
    def homes(self) -> Mapping[str, str]:
        """The homes of the dotted names in it, builtins too."""
        return {name: self.home(name) for node in _names(self.node) if (name := dotted(node))}

    def home(self, name: str) -> str:
        """Return the home of a dotted name that stands in it: "builtins:int", "pkg.module:Class.Inner"."""
        head, _, rest = name.partition(".")
        home = self.names.get(head)
        if home is None:
            return f"builtins:{name}"
        return f"{home}{'.' if ':' in home else ':'}{rest}" if rest else home


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why a text is no type that may stand here, in one sentence that a model can read."""

    reason: str


NONE = TypeExpression("None", {})


@lru_cache(maxsize=2048)
def parsed(text: str) -> ast.expr:
    """Parse the text of a type expression that is known to parse."""
    return ast.parse(text, mode="eval").body


def is_none(node: ast.expr) -> bool:
    """Return whether a type is None."""
    return isinstance(node, ast.Constant) and node.value is None


# -- unions


def members(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the members of a union, in order; of anything else, itself."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from members(node.left)
        yield from members(node.right)
    else:
        yield node


def join(parts: Iterable[ast.expr]) -> ast.expr:
    """Make a flat union of types: each once, None last."""
    found: dict[str, ast.expr] = {}
    for part in parts:
        for each in members(part):
            found.setdefault(ast.unparse(each), each)
    if len(found) > 1 and "None" in found:
        found["None"] = found.pop("None")
    first, *others = found.values()
    for other in others:
        first = ast.BinOp(first, ast.BitOr(), other)
    return first


def join_text(texts: Sequence[str]) -> str:
    """Make a flat union of types in modern spelling."""
    return ast.unparse(join([parsed(each) for each in texts]))


def union(*types: TypeExpression) -> TypeExpression | None:
    """Make a union; None where two of its types mean different things by one name."""
    names: dict[str, str] = {}
    for each in types:
        for name, home in each.names.items():
            if names.setdefault(name, home) != home:
                return None
    return TypeExpression(join_text([each.text for each in types]), names)


def without_none(type_: TypeExpression) -> TypeExpression | None:
    """Leave None out of a union; None where nothing else is in it."""
    parts = [each for each in members(type_.node) if not is_none(each)]
    return TypeExpression(ast.unparse(join(parts)), type_.names) if parts else None


# -- equality


def is_same(one: str, other: str) -> bool:
    """Return whether two types in modern spelling are the same; the order of a union does not matter."""
    return one == other or _key(parsed(one)) == _key(parsed(other))


def _key(node: ast.expr) -> str:
    if isinstance(node, ast.BinOp):
        return "|".join(sorted({_key(each) for each in members(node)}))
    if isinstance(node, ast.Subscript):
        return f"{_key(node.value)}[{_key(node.slice)}]"
    if isinstance(node, (ast.Tuple, ast.List)):
        return "(" + ",".join(_key(each) for each in node.elts) + ")"
    return ast.unparse(node)


def _names(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the outermost dotted names of an expression."""
    waiting: list[ast.AST] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, (ast.Name, ast.Attribute)):
            yield current
        else:
            waiting.extend(ast.iter_child_nodes(current))
