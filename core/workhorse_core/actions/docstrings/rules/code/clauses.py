"""Words for the single expressions of a test: a relation, a value, a quoted piece of code."""

import ast
from collections.abc import Sequence
from typing import TypeGuard

from workhorse_core.actions.docstrings.rules.english.words import is_adjective, split_words
from workhorse_core.languages.python.nodes import dotted, last_name

COMPARED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Eq: ("is", "is not"),
    ast.NotEq: ("is not", "is"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.Lt: ("is less than", "is at least"),
    ast.LtE: ("is at most", "is greater than"),
    ast.Gt: ("is greater than", "is at most"),
    ast.GtE: ("is at least", "is less than"),
    ast.In: ("is in", "is not in"),
    ast.NotIn: ("is not in", "is in"),
}
"""The words for a relation that holds, and for one that does not."""
METHODS = {
    "startswith": ("starts with", "does not start with"),
    "endswith": ("ends with", "does not end with"),
    "match": ("matches", "does not match"),
    "fullmatch": ("matches", "does not match"),
}
"""Words for methods with an argument."""
STATES = {
    "exists": ("exists", "does not exist"),
    "is_file": ("is a file", "is not a file"),
    "isfile": ("is a file", "is not a file"),
    "is_dir": ("is a directory", "is not a directory"),
    "isdir": ("is a directory", "is not a directory"),
    "isabs": ("is absolute", "is not absolute"),
    "is_absolute": ("is absolute", "is not absolute"),
    "callable": ("is callable", "is not callable"),
    "isclass": ("is a class", "is not a class"),
    "isfunction": ("is a function", "is not a function"),
    "isdigit": ("consists of digits", "does not consist of digits"),
    "isidentifier": ("is an identifier", "is not an identifier"),
    "iscoroutinefunction": ("is a coroutine function", "is not a coroutine function"),
}
"""Words for tests of one thing."""


def quoted(test: ast.expr, holds: bool) -> str | None:
    """Quote a test that has no words; None where that makes no clause."""
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, holds = test.operand, not holds
    code = code_of(test)
    if isinstance(test, ast.Call) and (got := _gotten(test, holds)):
        return got
    if isinstance(test, ast.Call) and last_name(ast.unparse(test.func)) in {
        "startswith",
        "endswith",
        "hasattr",
        "isinstance",
        "issubclass",
        "callable",
        "any",
        "all",
    }:
        return None
    if isinstance(test, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.BinOp)):
        name = dotted(test.func if isinstance(test, ast.Call) else test) or ""
        return f"{code} is {truth_word(name, holds)}"
    return code if holds and isinstance(test, ast.Compare) else None


def _gotten(test: ast.Call, holds: bool) -> str | None:
    """Describe ``x.get("key", False)`` as a test."""
    if not isinstance(test.func, ast.Attribute) or test.func.attr != "get" or test.keywords or not test.args:
        return None
    holder = dotted(test.func.value)
    falsy = len(test.args) == 1 or (isinstance(test.args[1], ast.Constant) and not test.args[1].value)
    if holder is None or not falsy or not isinstance(test.args[0], ast.Constant):
        return None
    return f"``{holder}`` has {'a' if holds else 'no'} truthy {code_of(test.args[0])}"


def truth_word(name: str, holds: bool) -> str:
    """Return the word for the truth of a value, by its name: "true" of one that is True or False, else "truthy"."""
    words = split_words(name.rpartition(".")[2])
    boolean = bool(words) and (words[0] in _ASKING or words[-1] in _ASKING or is_adjective(words[-1]))
    return ("true" if holds else "false") if boolean else ("truthy" if holds else "falsy")


_ASKING = frozenset(
    {"is", "has", "can", "should", "was", "needs", "supports", "exists", "isdir", "isfile", "allow", "use"}
)


def is_length(node: ast.AST) -> TypeGuard[ast.Call]:
    """Return whether an expression is ``len(x)``."""
    return isinstance(node, ast.Call) and dotted(node.func) == "len" and len(node.args) == 1


def is_simple(node: ast.AST) -> bool:
    """Return whether an expression is a short name, public attribute or constant that reads well."""
    if isinstance(node, ast.UnaryOp):
        return is_simple(node.operand)
    if isinstance(node, ast.Attribute):
        name = dotted(node)
        return name is not None and not any(part.startswith("_") for part in name.split("."))
    return isinstance(node, (ast.Constant, ast.Name)) and len(ast.unparse(node)) <= 40


def code_of(node: ast.AST) -> str:
    """Return an expression as literal text, with double quotes where that changes nothing."""
    text = ast.unparse(node)
    if '"' not in text and "\\" not in text and text.count("'") % 2 == 0:
        text = text.replace("'", '"')
    return f"``{text}``"


def value_of(node: ast.AST) -> str:
    """Return a value for a sentence: numbers, booleans and None are bare, all else is literal text."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        return ast.unparse(node)
    if isinstance(node, ast.Constant):
        if node.value is None or isinstance(node.value, bool):
            return str(node.value)
        if isinstance(node.value, (int, float)):
            return str(node.value)
    return code_of(node)


def emptiness(subject: str | None, empty: bool) -> str | None:
    """Describe that something is empty, or not."""
    return f"{subject} is {'' if empty else 'not '}empty" if subject else None


def one_of(subject: str, values: ast.Tuple | ast.List | ast.Set, holds: bool) -> str | None:
    """Describe membership in a few simple values."""
    if not all(is_simple(value) for value in values.elts) or not 1 < len(values.elts) <= 6:
        return None
    listed = list_words([value_of(value) for value in values.elts], "and")
    return f"{subject} is {'' if holds else 'not '}one of {listed}"


def list_words(items: Sequence[str], joint: str) -> str:
    """Join items with commas, the last with a word."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {joint} {items[-1]}"


def masked(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """Return the value and the constant of ``value & MASK``."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.BitAnd):
        return None
    for value, mask in ((node.left, node.right), (node.right, node.left)):
        name = last_name(dotted(mask) or "")
        if name.isupper() and not name.startswith("_"):
            return value, mask
    return None
