"""Values as noun phrases: "the number of elements of ``rules``", "whether ``name`` is empty"."""

import ast
import re
from collections.abc import Callable, Mapping

from workhorse_core.actions.docstrings.rules.behaviour.aggregates import aggregate_noun, comprehension_noun
from workhorse_core.actions.docstrings.rules.behaviour.known_calls import known_call_noun, made_noun
from workhorse_core.actions.docstrings.rules.behaviour.scope import Scope, is_hidden
from workhorse_core.actions.docstrings.rules.behaviour.templates import template_noun
from workhorse_core.actions.docstrings.rules.code.conditions import Reader
from workhorse_core.languages.python.nodes import dotted, last_name

_MAX_KEYS = 8


def value_noun(scope: Scope, node: ast.expr) -> str | None:
    """Return a noun phrase for a value; None where it is uncertain."""
    for kinds, rule in _RULES.items():
        if isinstance(node, kinds):
            return rule(scope, node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return truth_noun(scope, node)
    return scope.code(node)


def _constant(scope: Scope, node: ast.expr) -> str | None:
    assert isinstance(node, ast.Constant)
    if node.value is None or isinstance(node.value, (bool, int, float)):
        return str(node.value)
    if isinstance(node.value, str):
        if not node.value:
            return "an empty string"
        plain = node.value.isprintable() and not set(node.value) & set('"\\`')
        return f'``"{node.value}"``' if plain and len(node.value) <= 50 and node.value.strip() == node.value else None
    return scope.code(node)


def _name(scope: Scope, node: ast.expr) -> str | None:
    assert isinstance(node, ast.Name)
    if node.id == "self":
        return scope.owner()
    if node.id == "cls":
        return "the class"
    return f"``{node.id}``" if scope.is_known(node.id) else None


def _attribute(scope: Scope, node: ast.expr) -> str | None:
    assert isinstance(node, ast.Attribute)
    if dotted(node.value) in {"self", "cls"} and is_hidden(node.attr):
        return scope.subject.private_noun(node.attr)
    if scope.is_shown(node):
        return scope.code(node)
    if is_hidden(node.attr):
        return None
    inner = value_noun(scope, node.value)
    return f"the ``{node.attr}`` of {inner}" if inner and "``" not in inner and " of " not in inner else None


def _awaited(scope: Scope, node: ast.expr) -> str | None:
    assert isinstance(node, ast.Await)
    return value_noun(scope, node.value)


def _call(scope: Scope, node: ast.expr) -> str | None:
    assert isinstance(node, ast.Call)
    if last_name(dotted(node.func) or "") == "cast" and len(node.args) == 2:
        return value_noun(scope, node.args[1])
    known = aggregate_noun(scope, node, value_noun) or known_call_noun(scope, node, value_noun)
    if known is not None:
        return known
    if truth := truth_noun(scope, node):
        return truth
    if isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return template_noun(scope, node)
    if made := made_noun(scope, node, value_noun):
        return made
    return scope.code(node)


def truth_noun(scope: Scope, node: ast.expr) -> str | None:
    """Return "whether …" for a test that is True or False for sure."""
    if not is_boolean(node):
        return None
    words = Reader(scope.subject, node.lineno).words(node) if not scope.loops else None
    return f"whether {words}" if words and not re.fullmatch(r"(?:not )?``[^`]*``", words) else None


def is_boolean(node: ast.expr) -> bool:
    """Return whether an expression is True or False, whatever its operands are (rich comparisons aside)."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    if isinstance(node, ast.BoolOp):
        return all(is_boolean(value) for value in node.values)
    if isinstance(node, ast.Compare):
        return True
    if isinstance(node, ast.Call):
        name = dotted(node.func) or ""
        last = name.rpartition(".")[2] or getattr(node.func, "attr", "")
        sure = {"startswith", "endswith", "exists", "isfile", "isdir", "is_file", "is_dir", "isabs"}
        asks = last.startswith(("is_", "has_")) and not node.args
        return name in {"isinstance", "issubclass", "hasattr", "callable"} or asks or (last in sure and bool(last))
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def _truth(scope: Scope, node: ast.expr) -> str | None:
    if said := truth_noun(scope, node):
        return said
    if isinstance(node, ast.Compare):
        return None
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and len(node.values) == 2:
        first, second = (value_noun(scope, value) for value in node.values)
        if first and second and not first.startswith("whether "):
            return f"{first}, or {second} if {first} is falsy" if len(first) <= 30 else None
    return None


def _choice(scope: Scope, node: ast.expr) -> str | None:
    assert isinstance(node, ast.IfExp)
    words = Reader(scope.subject, node.lineno).words(node.test) if not scope.loops else None
    first, second = value_noun(scope, node.body), value_noun(scope, node.orelse)
    if not words or not first or not second or " if " in first + second:
        return None
    return f"{first} if {words}, else {second}"


def _dictionary(scope: Scope, node: ast.expr) -> str | None:
    assert isinstance(node, ast.Dict)
    keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
    if not keys:
        return "an empty dictionary"
    if not all(isinstance(key, str) and key.isprintable() and '"' not in key for key in keys) or len(keys) > _MAX_KEYS:
        return None
    if all(isinstance(value, (ast.Constant, ast.Dict, ast.List)) for value in node.values) and (
        code := scope.code(node)
    ):
        return f"the dictionary {code}"
    word = "keys" if len(keys) > 1 else "key"
    return f"a dictionary with the {word} {listed([f'``{key!s}``' for key in keys])}"


def _listing(scope: Scope, node: ast.expr) -> str | None:
    assert isinstance(node, (ast.List, ast.Tuple, ast.Set))
    kind = type(node).__name__.lower()
    if not node.elts:
        return f"an empty {kind}"
    if isinstance(node, ast.Tuple) and all(isinstance(one, ast.Constant) for one in node.elts):
        return None  # their meanings are not in the code
    said = [value_noun(scope, one) for one in node.elts]
    if len(said) > 4 or not all(said):
        return scope.code(node)
    words = [one for one in said if one]
    if any("," in one or " and " in one or one.startswith("whether ") for one in words):
        return None
    if len(words) == 1:
        return scope.code(node)
    return f"a {kind} of {listed(words)}"


def _item(scope: Scope, node: ast.expr) -> str | None:
    assert isinstance(node, ast.Subscript)
    whole, holder = scope.code(node), scope.code(node.value)
    if whole is None or holder is None:
        return whole
    if not isinstance(node.slice, ast.Slice):
        key = scope.code(node.slice)
        if is_number(node.slice):
            return f"the last item of {holder}" if key == "``-1``" else f"item {ast.unparse(node.slice)} of {holder}"
        return whole if key is None else f"the item of {holder} at {key}"
    if counted := _counted_part(node.slice, holder):
        return counted
    low, high = (scope.code(one) if one is not None else "" for one in (node.slice.lower, node.slice.upper))
    if node.slice.step is not None or low is None or high is None:
        return whole
    if low and high:
        return f"the part of {holder} from {low} to {high}"
    if low:
        return f"the part of {holder} from {low} on"
    return f"the part of {holder} up to {high}" if high else f"a copy of {holder}"


def is_number(node: ast.expr) -> bool:
    """Return whether an expression is a whole number."""
    value = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(value, ast.Constant) and type(value.value) is int


def _counted_part(node: ast.Slice, holder: str) -> str | None:
    """Describe a slice with one number: "the first 3 elements of ``x``"."""
    number = node.lower or node.upper
    if number is None or (node.lower and node.upper) or node.step is not None or not is_number(number):
        return None
    count = ast.unparse(number).removeprefix("-")
    many = f"{count} elements" if count != "1" else "element"
    if ast.unparse(number).startswith("-"):
        return f"the last {many} of {holder}" if node.lower else f"{holder} without its last {many}"
    return f"{holder} without its first {many}" if node.lower else f"the first {many} of {holder}"


def _arithmetic(scope: Scope, node: ast.expr) -> str | None:
    """Describe text put together, and differences."""
    assert isinstance(node, ast.BinOp)
    whole = scope.code(node)
    if isinstance(node.op, ast.Sub) and not isinstance(node.left, ast.BinOp):
        first, second = value_noun(scope, node.left), value_noun(scope, node.right)
        return f"{first} minus {second}" if first and second and not _is_joined(first + second) else whole
    return template_noun(scope, node) or (None if _is_text(node) else whole)


def _is_text(node: ast.BinOp) -> bool:
    """Return whether an operand is a constant text."""
    sides = (node.left, node.right)
    return any(isinstance(one, ast.JoinedStr) or isinstance(getattr(one, "value", None), str) for one in sides)


def _is_joined(said: str) -> bool:
    return "," in said or " if " in said or " and " in said or "whether" in said


def _comprehension(scope: Scope, node: ast.expr) -> str | None:
    assert isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp))
    return comprehension_noun(scope, node, value_noun)


def listed(items: list[str]) -> str:
    """Join items with commas and "and"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _nothing(scope: Scope, node: ast.expr) -> str | None:
    del scope, node
    return None


_Rule = Callable[[Scope, ast.expr], str | None]
_RULES: Mapping[type[ast.expr] | tuple[type[ast.expr], ...], _Rule] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Await: _awaited,
    ast.Call: _call,
    (ast.Compare, ast.BoolOp): _truth,
    ast.IfExp: _choice,
    ast.Dict: _dictionary,
    (ast.List, ast.Tuple, ast.Set): _listing,
    ast.BinOp: _arithmetic,
    ast.Subscript: _item,
    (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp): _comprehension,
    ast.JoinedStr: template_noun,
    (ast.Lambda, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Starred): _nothing,
}
