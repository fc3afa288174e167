"""Nouns for the built-in types, and the types that an annotation has."""

import ast

NOUNS = {
    "list": "list",
    "dict": "dict",
    "dictionary": "dict",
    "set": "set",
    "tuple": "tuple",
    "string": "str",
    "str": "str",
    "bytes": "bytes",
    "integer": "int",
    "int": "int",
    "float": "float",
    "number of": "number",
    "length of": "number",
    "boolean": "bool",
    "bool": "bool",
    "generator": "generator",
    "iterator": "iterator",
    "function": "function",
    "callable": "function",
    "decorator": "function",
}
NOUN_PATTERN = "|".join(sorted(NOUNS, key=len, reverse=True))
HEAD = (
    r"(?:(?<= of)|(?=\s+(?:of|with|that|which|containing|to"
    r"|from|for|where|whose|in|representing|mapping|describing|holding|as|by|if|when|is|on|after|without|indicating)\b|[.,;:)]|$))"
)
"""What follows a noun that is not part of a longer one ("function" in "a function name" is)."""
FITS = {
    "iterator": {"generator", "iterator"},
    "generator": {"generator", "iterator"},
    "int": {"int", "bool"},
    "float": {"float", "int"},
    "number": {"float", "int", "complex"},
    "function": {"function", "class"},
    "list": {"list", "sequence", "iterable"},
    "dict": {"dict", "mapping"},
    "set": {"set", "iterable"},
    "tuple": {"tuple", "sequence", "iterable"},
    "str": {"str"},
    "bool": {"bool"},
}
"""The kinds that a noun may stand for, where there are others than its own."""
_ANNOTATED = {
    **{name: name for name in ("str", "bytes", "int", "float", "bool", "complex", "list", "dict", "set", "tuple")},
    **{name.capitalize(): name for name in ("list", "dict", "set", "tuple")},
    "frozenset": "set",
    "Callable": "function",
    "Iterator": "iterator",
    "Generator": "generator",
    "Iterable": "iterable",
    "Sequence": "sequence",
    "Collection": "iterable",
    "Mapping": "mapping",
    "MutableMapping": "mapping",
    "MutableSequence": "sequence",
    "None": "None",
}


def annotated_kinds(annotation: str) -> frozenset[str]:
    """Return the kinds of an annotation, "" among them where one is not known."""
    try:
        tree = ast.parse(annotation, mode="eval").body
    except (SyntaxError, ValueError):
        return frozenset({""})
    return frozenset(_kinds(tree))


def _kinds(node: ast.expr) -> set[str]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _kinds(node.left) | _kinds(node.right)
    if isinstance(node, ast.Constant):
        return (
            {"None"}
            if node.value is None
            else set(annotated_kinds(node.value))
            if isinstance(node.value, str)
            else {""}
        )
    if isinstance(node, ast.Subscript):
        name = _last(node.value)
        if name == "Optional":
            return _kinds(node.slice) | {"None"}
        if name == "Union" and isinstance(node.slice, ast.Tuple):
            return {kind for each in node.slice.elts for kind in _kinds(each)}
        return {_ANNOTATED.get(name, "")}
    return {_ANNOTATED.get(_last(node), "")}


def _last(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
