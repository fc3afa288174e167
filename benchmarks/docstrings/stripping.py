"""Taking every docstring out of a file, and comparing what is left."""

import ast

Documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def strip(data: bytes, step: int = 1) -> bytes:
    """Take docstrings out, every ``step``-th of the file; what would be left without a body gets ``...``."""
    lines = data.splitlines(keepends=True)
    found: list[tuple[int, int, str]] = []
    for node in ast.walk(ast.parse(data)):
        if isinstance(node, Documented) and ast.get_docstring(node, clean=False) is not None:
            text = node.body[0]
            left = "" if len(node.body) > 1 else " " * text.col_offset + "...\n"
            found.append((text.lineno, text.end_lineno or text.lineno, left))
    for first, last, left in sorted(sorted(found)[::step], reverse=True):
        lines[first - 1 : last] = [left.encode()] if left else []
    return b"".join(lines)


def same_code(before: bytes, after: bytes) -> bool:
    """Return whether the syntax trees without docstrings are the same.

    This is simple on purpose and shares nothing with the check that it watches.
    """
    return _code(before) == _code(after)


def _code(data: bytes) -> str:
    tree = ast.parse(data)
    for node in ast.walk(tree):
        if isinstance(node, Documented) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.dump(tree)
