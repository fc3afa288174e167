"""Bodies that are one call of something else: "Delegate to ``self.client.upload``."."""

import ast

from workhorse_core.actions.docstrings.rules.behaviour.scope import Scope, is_builtin
from workhorse_core.actions.docstrings.rules.english.vocabulary import word_set
from workhorse_core.actions.docstrings.rules.english.words import split_words
from workhorse_core.languages.python.nodes import dotted

_CALLBACKS = word_set("callback func function fn f cb handler hook factory wrapped cls target callable method")


def delegation(scope: Scope, value: ast.expr) -> str | None:
    """Describe a function that only calls another one, which is public and no callback."""
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call):
        return None
    callee = dotted(call.func) or _super_method(call.func)
    if callee is None or not scope.is_shown(call.func) or len(callee) > 44:
        return None
    head, last = callee.partition(".")[0], callee.rpartition(".")[2]
    if (head in scope.subject.parameters and head == callee) or split_words(last)[-1:] == [] or is_builtin(callee):
        return None
    if is_callback(callee) or callee == scope.subject.name:
        return None
    quoted = scope.code(call, 54)
    if head in scope.subject.module.imported and isinstance(value, ast.Call) and "." in callee:
        return f"Return {quoted}." if quoted and scope.subject.signature.returns_value else None
    if _passes_on(scope, call):
        return f"Delegate to ``{callee}``."
    return f"Delegate to {quoted}." if quoted else None


def is_callback(callee: str) -> bool:
    """Return whether a called name stands for any function at all: ``self.callback``."""
    return bool(set(split_words(callee.rpartition(".")[2])) & _CALLBACKS)


def _super_method(node: ast.expr) -> str | None:
    """Return "super().x" for another method of the base class."""
    inner = node.value if isinstance(node, ast.Attribute) else None
    if isinstance(inner, ast.Call) and dotted(inner.func) == "super" and isinstance(node, ast.Attribute):
        return f"super().{node.attr}"
    return None


def _passes_on(scope: Scope, call: ast.Call) -> bool:
    """Return whether the arguments are the parameters, in their order or by their names."""
    given: list[str | None] = []
    for one in call.args:
        name = dotted(one.value if isinstance(one, ast.Starred) else one)
        given.append(name)
    for keyword in call.keywords:
        name = dotted(keyword.value)
        if keyword.arg is not None and keyword.arg != name:
            return False
        given.append(name)
    return given == list(scope.subject.parameters)
