"""The byte-code of two files under -OO, which leaves no docstrings."""

import ast
import warnings
from types import CodeType
from typing import cast

from workhorse_core.checks.proofs.code_file import CodeFile
from workhorse_core.checks.proofs.code_tree import DiffersError, Shape

_CODE_FIELDS = (
    "co_name",
    "co_qualname",
    "co_flags",
    "co_code",
    "co_exceptiontable",
    "co_names",
    "co_varnames",
    "co_freevars",
    "co_cellvars",
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
)


_ONE_LINE = {"lineno": 1, "end_lineno": 1, "col_offset": 0, "end_col_offset": 0}


def check_byte_code(before: CodeFile, after: CodeFile) -> None:
    """Compile both under -OO, which leaves no docstrings, and compare everything but the line numbers.

    They are compiled with everything on one line: a docstring leaves a NOP on its own line before Python 3.13, and
    classes hold their line from then on. The trees are of no use afterwards.

    Raises:
        DiffersError: They are not the same, or one does not compile.
    """
    if difference := _difference(_compiled(before.shape), _compiled(after.shape)):
        raise DiffersError("byte-code", f"{difference} compiles to other byte-code.")


def _compiled(shape: Shape) -> CodeType:
    for node in (*shape.nodes, *shape.statements):
        if node._attributes:
            node.__dict__.update(_ONE_LINE)
    tree = shape.nodes[0]
    assert isinstance(tree, ast.Module)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compile(tree, "", "exec", dont_inherit=True, optimize=2)
    except SyntaxError as error:
        raise DiffersError("syntax", f"The file does not compile: {error.msg}.") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise DiffersError("syntax", f"The file cannot be compiled: {error or type(error).__name__}.") from error


def _difference(before: CodeType, after: CodeType) -> str | None:
    """Return the name of the first function or class whose code differs."""
    waiting = [(before, after)]
    while waiting:
        old, new = waiting.pop()
        if any(getattr(old, name) != getattr(new, name) for name in _CODE_FIELDS):
            return new.co_qualname
        if len(old.co_consts) != len(new.co_consts):
            return new.co_qualname
        for a, b in zip(old.co_consts, new.co_consts, strict=True):
            if isinstance(a, CodeType) and isinstance(b, CodeType):
                waiting.append((a, b))
            elif _key(a) != _key(b):
                return new.co_qualname
    return None


def _key(constant: object) -> object:
    """Make constants comparable: 1, 1.0 and True are different, so are 0.0 and -0.0; nan is itself."""
    if isinstance(constant, tuple):
        return tuple(_key(item) for item in cast("tuple[object, ...]", constant))
    if isinstance(constant, frozenset):
        return frozenset(_key(item) for item in cast("frozenset[object]", constant))
    return type(constant), repr(constant) if isinstance(constant, float | complex) else constant
