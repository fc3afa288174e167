"""The arguments of ``setup()`` in a ``setup.py``, read without running it."""

import ast
from collections.abc import Collection, Mapping


def read_setup(data: bytes, names: Collection[str]) -> Mapping[str, object]:
    """Return the named arguments of ``setup()`` that are literals, or module variables bound to one."""
    try:
        module = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    variables = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, object] = {}
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("setup", "setuptools.setup"):
            for keyword in call.keywords:
                value = variables.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else keyword.value
                if keyword.arg and keyword.arg in names and value is not None:
                    found[keyword.arg] = _literal(value)
    return found


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ""
