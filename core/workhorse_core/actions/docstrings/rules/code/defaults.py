"""Defaults that are filled in for None."""

import ast

from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.nodes import dotted, last_name
from workhorse_core.languages.python.symbols.module import Module


def default_fillings(subject: Subject) -> dict[str, Phrase]:
    """Describe defaults for None, ``if x is None: x = …`` and the like, in terms that a caller knows."""
    if subject.function is None:
        return {}
    found: dict[str, Phrase] = {}
    for statement in subject.function.body:
        filled = filling(statement)
        if filled is None or filled[0] in found:
            continue
        name, value = filled
        parameter = subject.parameters.get(name)
        if parameter is None or parameter.default != "None" or not _is_shown(subject, value, name):
            continue
        found[name] = Phrase(f"If None, {_shown(value)} is used.", f"line {statement.lineno}")
    return found


def filling(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """Recognise a filled-in default; return the parameter and the default."""
    if isinstance(statement, ast.If) and not statement.orelse and len(statement.body) == 1:
        name = _tested_for_none(statement.test)
        inner = statement.body[0]
        if name and isinstance(inner, ast.Assign) and [dotted(t) for t in inner.targets] == [name]:
            return name, inner.value
    if isinstance(statement, (ast.Assign, ast.AnnAssign)) and isinstance(statement.value, ast.IfExp):
        choice = statement.value
        target = dotted(statement.targets[0] if isinstance(statement, ast.Assign) else statement.target)
        name = _tested_for_none(choice.test)
        if name and target in {name, f"self.{name}"} and dotted(choice.orelse) == name:
            return name, choice.body
        if isinstance(choice.test, ast.Compare) and isinstance(choice.test.ops[0], ast.IsNot):
            name = dotted(choice.test.left)
            if name and target in {name, f"self.{name}"} and dotted(choice.body) == name:
                return name, choice.orelse
    return None


def _tested_for_none(test: ast.expr) -> str | None:
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is) and len(test.ops) == 1:
        compared = test.comparators[0]
        if isinstance(compared, ast.Constant) and compared.value is None:
            return dotted(test.left)
    return None


def _is_shown(subject: Subject, value: ast.expr, name: str) -> bool:
    """Return whether a caller can understand it: parameters, public names, calls of such; short."""
    text = ast.unparse(value)
    known = {*subject.parameters, "self", "cls"}
    for node in ast.walk(value):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            return False
        if isinstance(node, ast.Name) and (node.id.startswith("_") or (node.id == name)):
            return False
        if isinstance(node, ast.Name) and node.id not in known and node.id not in _module_names(subject.module):
            return False
        if isinstance(node, (ast.Lambda, ast.IfExp, ast.ListComp, ast.DictComp, ast.Await, ast.Yield, ast.JoinedStr)):
            return False
    return len(text) <= 50


def _module_names(module: Module) -> set[str]:
    import builtins

    assigned = {
        target.id
        for node in module.tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {*module.definitions, *module.imported, *assigned, *dir(builtins)}


def _shown(value: ast.expr) -> str:
    if isinstance(value, ast.Call) and last_name(dotted(value.func) or "") == "cast" and len(value.args) == 2:
        return _shown(value.args[1])
    text = ast.unparse(value)
    if text in {"[]", "list()"}:
        return "an empty list"
    if text in {"{}", "dict()"}:
        return "an empty dictionary"
    if text in {"set()"}:
        return "an empty set"
    if text in {"()", "tuple()"}:
        return "an empty tuple"
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and '"' not in value.value:
        text = f'"{value.value}"'
    return text if isinstance(value, ast.Constant) and isinstance(value.value, (int, float)) else f"``{text}``"
