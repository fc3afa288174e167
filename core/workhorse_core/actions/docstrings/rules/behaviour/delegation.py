"""Bodies that are one call of something else: "Delegate to ``self.client.upload``."."""

import ast

from workhorse_core.actions.docstrings.rules.behaviour.actions import function_command
from workhorse_core.actions.docstrings.rules.behaviour.scope import Scope, is_builtin, is_hidden
from workhorse_core.actions.docstrings.rules.code.clauses import list_words
from workhorse_core.actions.docstrings.rules.english.vocabulary import word_set
from workhorse_core.actions.docstrings.rules.english.words import split_words
from workhorse_core.actions.docstrings.rules.project_words.callees import find_callee
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.symbols.standard_library import PREFIX

_CALLBACKS = word_set("callback func function fn f cb handler hook factory wrapped cls target callable method")


def delegation(scope: Scope, value: ast.expr) -> str | None:
    """Describe a function that only calls another one, which is public and no callback."""
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call):
        return None
    callee = dotted(call.func) or _super_method(call.func)
    if callee is not None and (said := _to_hidden(scope, call, callee)):
        return said
    if callee is None or not scope.is_shown(call.func) or len(callee) > 44:
        return None
    head, last = callee.partition(".")[0], callee.rpartition(".")[2]
    if (head in scope.subject.parameters and head == callee) or split_words(last)[-1:] == [] or is_builtin(head):
        return None
    if is_callback(callee) or callee in {"self", "self.__class__", scope.subject.name, f"super().{scope.subject.name}"}:
        return None
    if (known := function_command(scope, callee, call)) is not None:
        return f"{known.text[0].upper()}{known.text[1:]}."
    if _is_foreign(scope, callee) or scope.subject.signature.is_property:
        return None
    if _passes_on(scope, call):
        return f"Delegate to ``{callee}``."
    more = _more_keywords(scope, call) or _given(scope, call)
    return f"Delegate to ``{callee}`` with {more}." if more else None


def _given(scope: Scope, call: ast.Call) -> str | None:
    """List the arguments of a call: names, constants, attributes, stars of the function itself."""
    given = [
        _star(scope, one.value, "*") if isinstance(one, ast.Starred) else _argument(scope, one) for one in call.args
    ]
    for keyword in call.keywords:
        value = keyword.value
        if keyword.arg is None:
            given.append(_star(scope, value, "**"))
        elif (said := _argument(scope, value)) is not None:
            given.append(said if said == f"``{keyword.arg}``" else f"``{keyword.arg}={ast.unparse(value)}``")
        else:
            return None
    if not 0 < len(given) <= _MOST or not all(given):
        return None
    return list_words([str(one) for one in given], "and")


def _star(scope: Scope, node: ast.expr, stars: str) -> str | None:
    name = dotted(node)
    parameter = scope.subject.parameters.get(name or "")
    return f"``{stars}{name}``" if parameter is not None and parameter.label == f"{stars}{name}" else None


def _argument(scope: Scope, node: ast.expr) -> str | None:
    if not isinstance(node, ast.Constant) and dotted(node) is None and not _is_called_attribute(node):
        return None
    return scope.code(node, 30) if dotted(node) != "self" else scope.owner()


def _is_called_attribute(node: ast.expr) -> bool:
    """Return whether this is a method called without arguments: ``key.upper()``."""
    return isinstance(node, ast.Call) and dotted(node.func) is not None and not node.args and not node.keywords


_MOST = 4


def _to_hidden(scope: Scope, call: ast.Call, callee: str) -> str | None:
    """Describe a call of a private attribute that has a noun: "Delegate to ``read`` of the stream."."""
    parts = callee.split(".")
    if len(parts) != 3 or parts[0] != "self" or not is_hidden(parts[1]) or is_hidden(parts[2]):
        return None
    noun = _WRAPPED.get(parts[1]) or scope.subject.private_noun(parts[1])
    if noun is None or is_callback(parts[2]) or is_callback(parts[1]) or not _passes_on(scope, call):
        return None
    return None if scope.subject.signature.is_property else f"Delegate to ``{parts[2]}`` of {noun}."


_WRAPPED = {"_impl": "the implementation", "_wrapped": "the wrapped object", "_inner": "the inner object"}


def _more_keywords(scope: Scope, call: ast.Call) -> str | None:
    """Describe keywords with fixed values beside the parameters that are passed on."""
    fixed = [one for one in call.keywords if one.arg is not None and isinstance(one.value, ast.Constant)]
    rest = ast.copy_location(ast.Call(call.func, call.args, [one for one in call.keywords if one not in fixed]), call)
    said = [scope.code(one.value) for one in fixed]
    if not 0 < len(fixed) < 3 or not all(said) or not scope.subject.parameters or not _passes_on(scope, rest):
        return None
    return " and ".join(f"``{one.arg}={ast.unparse(one.value)}``" for one in fixed)


def _is_foreign(scope: Scope, callee: str) -> bool:
    """Return whether a call is of another package, or of a method of a parameter."""
    head = callee.partition(".")[0]
    if head in scope.subject.parameters:
        return True
    place = find_callee(scope.subject, callee) if head in scope.subject.module.imported else None
    return head in scope.subject.module.imported and (place is None or place.module.path.startswith(PREFIX))


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
