"""Text put together of constants and values: "text of the form ``<Job {name}>``"."""

import ast
from collections.abc import Iterator

from workhorse_core.actions.docstrings.rules.behaviour.scope import Scope, is_hidden
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.system.lazy_regex import late_pattern

_LONGEST = 80
_CONVERSION = late_pattern(r"%(?:\((\w+)\))?([#0\- +]*\d*(?:\.\d+)?)([diouxXeEfFgGcrsa%])")
_CLASS_NAMES = frozenset({"self.__class__.__name__", "type(self).__name__", "self.__class__.__qualname__"})
_SHOWN = (ast.Name, ast.Attribute, ast.Call, ast.Constant, ast.Load, ast.Subscript, ast.BinOp, ast.operator)


def template_noun(scope: Scope, node: ast.expr) -> str | None:
    """Return "text of the form ``…``" for an f-string and its older forms, None for what is uncertain."""
    if isinstance(node, ast.JoinedStr):
        parts = list(_interpolated(scope, node))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        parts = list(_formatted_by_percent(scope, node))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = list(_concatenated(scope, node))
    elif isinstance(node, ast.Call):
        parts = list(_formatted(scope, node))
    else:
        return None
    if not parts or None in parts:
        return None
    text = "".join(str(part) for part in parts)
    held = sum(str(part).startswith("{") for part in parts)
    if text.strip() != text and '"' not in text:
        text = f'"{text}"'
    plain = text.isprintable() and not set(text) & set("`\\") and text.strip() == text and '"""' not in text
    return f"text of the form ``{text}``" if held and text != parts[0] and plain and len(text) <= _LONGEST else None


def _literal(text: str) -> str | None:
    return None if set(text) & set("{}") else text


def _interpolated(scope: Scope, node: ast.JoinedStr) -> Iterator[str | None]:
    for value in node.values:
        if isinstance(value, ast.Constant):
            yield _literal(str(value.value))
            continue
        assert isinstance(value, ast.FormattedValue)
        conversion = "" if value.conversion in {-1, ord("s")} else "!" + chr(value.conversion)
        if value.format_spec is None:
            yield _slot(scope, value.value, conversion)
            continue
        fixed = value.format_spec.values if isinstance(value.format_spec, ast.JoinedStr) else []
        known = all(isinstance(one, ast.Constant) for one in fixed)
        spec = "".join(str(one.value) for one in fixed if isinstance(one, ast.Constant))
        yield _slot(scope, value.value, f"{conversion}:{spec}") if known else None


def _formatted_by_percent(scope: Scope, node: ast.BinOp) -> Iterator[str | None]:
    pattern = node.left.value if isinstance(node.left, ast.Constant) else None
    if not isinstance(pattern, str):
        return
    given = list(node.right.elts) if isinstance(node.right, ast.Tuple) else [node.right]
    keys = node.right.keys if isinstance(node.right, ast.Dict) else []
    named = {key.value for key in keys if isinstance(key, ast.Constant)}
    end = 0
    for found in _CONVERSION.finditer(pattern):
        yield _literal(pattern[end : found.start()])
        end = found.end()
        name, width, kind = found[1], found[2], found[3]
        if kind == "%":
            yield "%"
            continue
        spec = f":{width}{kind}" if width or kind not in "sra" else "!r" if kind == "r" else ""
        if name:
            yield f"{{{name}{spec}}}" if name in named else None
        else:
            yield _slot(scope, given.pop(0), spec) if given and not named else None
    yield None if given and not named else _literal(pattern[end:])


def _formatted(scope: Scope, node: ast.Call) -> Iterator[str | None]:
    """Read ``"…{}…".format(…)``."""
    function = node.func
    if not isinstance(function, ast.Attribute) or function.attr != "format":
        return
    pattern = function.value.value if isinstance(function.value, ast.Constant) else None
    if not isinstance(pattern, str):
        return
    import string  # deferred: it compiles a pattern

    named = {keyword.arg: keyword.value for keyword in node.keywords}
    count = 0
    try:
        fields = list(string.Formatter().parse(pattern))
    except ValueError:
        return
    for text, field, spec, conversion in fields:
        yield _literal(text)
        if field is None:
            continue
        head = field.split(".")[0].split("[")[0]
        number = int(head) if head.isdigit() else count
        count += head == ""
        value = node.args[number] if number < len(node.args) else None
        value = named.get(head) if head and not head.isdigit() else value
        more = ("" if conversion in {None, "s"} else f"!{conversion}") + (f":{spec}" if spec else "")
        slot = _slot(scope, value, more) if value is not None and "{" not in (spec or "") else None
        if slot and field != head:
            path = field[len(head) :]
            slot = (
                None if more or "_" in path[:2] else f"{{{path[1:]}}}" if slot == "{self}" else f"{slot[:-1]}{path}}}"
            )
        yield slot


def _concatenated(scope: Scope, node: ast.BinOp) -> Iterator[str | None]:
    operands: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        operands.insert(0, left.right)
        left = left.left
    operands.insert(0, left)
    fixed = [one.value if isinstance(one, ast.Constant) else None for one in operands]
    if not any(isinstance(text, str) for text in fixed):
        return
    for one, text in zip(operands, fixed, strict=True):
        yield _literal(text) if isinstance(text, str) else _slot(scope, one, "")


def _slot(scope: Scope, node: ast.expr, spec: str) -> str | None:
    """Return ``{name}`` for a value: what a caller knows, without the object's name."""
    while isinstance(node, ast.Call) and dotted(node.func) in {"str", "repr"} and len(node.args) == 1:
        spec = spec or ("!r" if dotted(node.func) == "repr" else "")
        node = node.args[0]
    text = ast.unparse(node)
    if text in _CLASS_NAMES:
        return "{class name}"
    if isinstance(node, ast.Constant):
        return _literal(str(node.value)) if not spec else None
    if any(not isinstance(inner, _SHOWN) for inner in ast.walk(node)) or set(text) & set("'\"{}"):
        return None
    if any(isinstance(inner, ast.Name) and not scope.is_known(inner.id) for inner in ast.walk(node)):
        return None
    own = text.removeprefix("self.")
    if own != text:
        own = own.lstrip("_") if is_hidden(own.partition(".")[0]) else own
    return f"{{{own}{spec}}}" if len(own) <= 30 and "._" not in own else None
