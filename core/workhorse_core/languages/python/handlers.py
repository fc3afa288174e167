"""Classes of exceptions, and the handlers that catch them."""

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence

from workhorse_core.languages.python.nodes import dotted, last_name, own_nodes
from workhorse_core.system.named_tuple import NamedTuple

Bases = Mapping[str, Sequence[str]]
"""The last names of the bases of a class, by the last name of the class."""
_UNSTOPPED = frozenset({"BaseException", "KeyboardInterrupt", "SystemExit", "GeneratorExit"})


def class_bases(module: ast.Module) -> Bases:
    """Collect the bases of every class of a module."""
    return {
        node.name: [last_name(name) for base in node.bases if (name := dotted(base))]
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
    }


class Handler(NamedTuple):
    """The exceptions of one ``except``, None for any; ``reraises``: it may raise them again."""

    names: tuple[str, ...] | None
    reraises: bool


def _ancestors(name: str, bases: Bases) -> tuple[set[str], bool]:
    """Return the class and all its ancestors, and whether all of them are known."""
    found: set[str] = set()
    known = True
    waiting = [last_name(name)]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.add(current)
        builtin = getattr(builtins, current, None)
        if current in bases:
            waiting.extend(bases[current])
        elif isinstance(builtin, type):
            found.update(cls.__name__ for cls in builtin.__mro__)
        else:
            known = False
    return found, known


def _canonical(name: str) -> str:
    """Return the canonical name of a builtin that has several ("IOError" is "OSError")."""
    builtin = getattr(builtins, last_name(name), None)
    return builtin.__name__ if isinstance(builtin, type) else last_name(name)


def catches(handler: Handler, exception: str, bases: Bases) -> bool | None:
    """Return whether a handler catches an exception, None where that is unknown."""
    if handler.names is None:
        return True
    above, known = _ancestors(exception, bases)
    for name in handler.names:
        if name == "Exception" and last_name(exception) not in _UNSTOPPED:
            return True
        if _canonical(name) in above:
            return True
    if known or all(isinstance(getattr(builtins, last_name(name), None), type) for name in handler.names):
        return False if known else None
    return None


def is_class_name(name: str, bases: Bases) -> bool:
    """Return whether a name is likely that of an exception class."""
    last = last_name(name)
    builtin = getattr(builtins, last, None)
    if isinstance(builtin, type):
        return issubclass(builtin, BaseException)
    if last in bases or ("." in name and last in {"error", "timeout", "gaierror", "herror"}):
        return True
    bare = last.lstrip("_")
    return bare[:1].isupper() and (not bare.isupper() or len(bare) == 1) and last != "WinError"


def is_variable(node: ast.AST | None, name: str | None) -> bool:
    """Return whether an expression is a variable of this name."""
    return isinstance(node, ast.Name) and node.id == name


def handler_names(handler: ast.ExceptHandler) -> tuple[str, ...] | None:
    """Return the exceptions that a handler catches; None for a bare ``except``."""
    if handler.type is None:
        return None
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return tuple(dotted(node) or ast.unparse(node) for node in nodes)


def reraises(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler may raise what it caught."""
    return any(
        isinstance(node, ast.Raise) and (node.exc is None or is_variable(node.exc, handler.name))
        for node in own_nodes(handler.body)
    )


def suppressed(node: ast.With | ast.AsyncWith) -> Iterator[tuple[Handler, ...]]:
    """Yield the exceptions that a ``with`` statement stops, each as a handler."""
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and last_name(dotted(call.func) or "") in {
            "suppress",
            "raises",
            "assertRaises",
        }:
            yield (Handler(tuple(dotted(arg) or "" for arg in call.args), False),)
