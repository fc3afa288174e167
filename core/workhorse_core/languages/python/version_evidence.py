"""Evidence in code of the versions of Python that it is written for: its syntax and its imports."""

import ast
from collections.abc import Iterator, Sequence

from workhorse_core.languages.python.nodes import Function, dotted
from workhorse_core.system.named_tuple import NamedTuple

_FUTURE_OF_2 = frozenset({"absolute_import", "division", "print_function", "unicode_literals", "with_statement"})
_MODULES_OF_2 = frozenset(
    """BaseHTTPServer ConfigParser Cookie HTMLParser Queue SocketServer StringIO Tkinter UserDict __builtin__ cPickle
    cStringIO commands cookielib httplib six thread urllib2 urlparse xmlrpclib""".split()  # noqa: SIM905
)
_NAMES_OF_2 = frozenset({"basestring", "raw_input", "unicode", "unichr", "xrange"})
_SINCE = {
    **dict.fromkeys(("contextvars", "dataclasses"), 7),
    **dict.fromkeys(("graphlib", "zoneinfo"), 9),
    "importlib.metadata": 8,
    "tomllib": 11,
    "annotationlib": 14,
}
_SYNTAX = {
    **dict.fromkeys(("AsyncFunctionDef", "AsyncFor", "AsyncWith", "Await"), 5),
    **dict.fromkeys(("AnnAssign", "JoinedStr"), 6),
    "NamedExpr": 8,
    "Match": 10,
    "TryStar": 11,
    "TypeAlias": 12,
    "TemplateStr": 14,
    **dict.fromkeys(("Nonlocal", "YieldFrom"), 0),
}


class VersionEvidence(NamedTuple):
    """``three`` is the minor version of Python 3 that one file needs, None where it would run on Python 2.

    ``two``: the code that shows that it is meant for Python 2 as well, "" where there is none.
    """

    three: int | None
    two: str


def read_evidence(tree: ast.Module) -> VersionEvidence:
    """Read what the syntax and the imports of a file show."""
    nodes = list(ast.walk(tree))
    needed = [each for node in nodes for each in _needed(node)]
    arguments = {node.arg for node in nodes if isinstance(node, ast.arg)}
    shown = (each for node in nodes for each in _of_two(node) if each not in arguments)
    return VersionEvidence(max(needed, default=None), next(shown, ""))


def _needed(node: ast.AST) -> Iterator[int]:
    if (minor := _SYNTAX.get(type(node).__name__)) is not None:
        yield minor
    if isinstance(node, Function):
        args = node.args
        every = (*args.posonlyargs, *args.args, *args.kwonlyargs)
        if args.posonlyargs:
            yield 8
        if args.kwonlyargs or node.returns or any(each.annotation for each in every):
            yield 0
    parameters: Sequence[object] = getattr(node, "type_params", ())
    if parameters:
        yield 12
    if isinstance(node, ast.ClassDef) and node.keywords:
        yield 0
    if isinstance(node, ast.ImportFrom) and node.module == "__future__" and node.names[0].name == "annotations":
        yield 7
    yield from (_SINCE[name] for name in _modules(node) if name in _SINCE)


def _of_two(node: ast.AST) -> Iterator[str]:
    """Yield the code that only Python 2 needs."""
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        yield from (f"from __future__ import {each.name}" for each in node.names if each.name in _FUTURE_OF_2)
    yield from (f"import {name}" for name in _modules(node) if name.partition(".")[0] in _MODULES_OF_2)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in _NAMES_OF_2:
        yield node.id
    if isinstance(node, ast.If) and not isinstance(node.body[-1], ast.Raise) and _asks_for_two(node.test):
        yield ast.unparse(node.test)


def _asks_for_two(test: ast.expr) -> bool:
    """Whether a condition distinguishes Python 2 from 3: ``sys.version_info[0] == 2``, ``sys.version_info < (3,)``."""
    if not isinstance(test, ast.Compare):
        return (dotted(test) or "").rpartition(".")[2] in {"PY2", "PY3"}
    asked, other = test.left, test.comparators[0]
    if isinstance(asked, ast.Subscript):
        asked = asked.value
    if not (dotted(asked) or "").endswith(("version_info", "version_info.major")):
        return False
    parts = other.elts if isinstance(other, ast.Tuple) else [other]
    numbers = [each.value for each in parts if isinstance(each, ast.Constant)]
    return numbers[:1] == [2] or (numbers[:1] == [3] and not any(numbers[1:]))


def _modules(node: ast.AST) -> Iterator[str]:
    """Name the modules that an import statement loads from outside of the package it stands in."""
    if isinstance(node, ast.Import):
        yield from (each.name for each in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{each.name}" for each in node.names)
