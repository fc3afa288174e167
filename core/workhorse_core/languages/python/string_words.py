"""The text of string expressions: literals, f-strings, ``%``, ``format``, ``+``."""

import ast

from workhorse_core.languages.python.nodes import dotted

_MESSAGE_NAMES = ("message", "msg", "detail", "reason", "description", "text")


def read_message(call: ast.Call) -> str | None:
    """Return the message that an exception is made with; ``{source}`` stands for each inserted value."""
    for argument in [*call.args, *(k.value for k in call.keywords if k.arg in _MESSAGE_NAMES)]:
        if words := string_words(argument):
            return words
    return None


def string_words(node: ast.AST) -> str | None:
    """Return the text of a string expression: literal, f-string, ``%``, ``format``, ``+``, gettext."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_joined(part) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = string_words(node.left), string_words(node.right)
        if left is None and right is None:
            return None
        return (left or f"{{{ast.unparse(node.left)}}}") + (right or f"{{{ast.unparse(node.right)}}}")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _percent(node)
    if isinstance(node, ast.Call):
        return _called(node)
    return None


def _joined(part: ast.expr) -> str:
    if isinstance(part, ast.FormattedValue):
        return f"{{{ast.unparse(part.value)}}}"
    return str(part.value) if isinstance(part, ast.Constant) else ""


def _percent(node: ast.BinOp) -> str | None:
    """Fill ``"…%s…" % (a, b)``; None when the values do not fit."""
    text = string_words(node.left)
    if text is None:
        return None
    values = list(node.right.elts) if isinstance(node.right, ast.Tuple) else [node.right]
    pieces = text.replace("%r", "%s").replace("%d", "%s").split("%s")
    if len(pieces) != len(values) + 1 or "%" in "".join(pieces):
        return None
    filled = [pieces[0]]
    for value, piece in zip(values, pieces[1:], strict=True):
        filled += [f"{{{ast.unparse(value)}}}", piece]
    return "".join(filled)


def _called(node: ast.Call) -> str | None:
    """Evaluate ``_("…")`` and ``"…{x}…".format(x=y)``."""
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr == "format":
        text = string_words(function.value)
        if text is None or any(keyword.arg is None for keyword in node.keywords):
            return None
        for keyword in node.keywords:
            text = text.replace(f"{{{keyword.arg}}}", f"{{{ast.unparse(keyword.value)}}}")
            text = text.replace(f"{{{keyword.arg}!r}}", f"{{{ast.unparse(keyword.value)}}}")
        for index, argument in enumerate(node.args):
            value = f"{{{ast.unparse(argument)}}}"
            text = text.replace(f"{{{index}}}", value).replace(f"{{{index}!r}}", value)
            text = text.replace("{}", value, 1) if "{}" in text else text.replace("{!r}", value, 1)
        return text
    if dotted(function) in {"_", "gettext", "ngettext", "gettext_lazy", "str"} and node.args:
        return string_words(node.args[0])
    return None
