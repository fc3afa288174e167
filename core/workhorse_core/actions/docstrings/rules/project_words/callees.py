"""Descriptions of parameters in the docstrings of callees that receive them."""

import ast
from collections.abc import Iterator, Sequence
from functools import partial

from workhorse_core.actions.docstrings.rules.code.bindings import changed_before, local_names
from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.project_docstrings import ProjectDocstrings, describes
from workhorse_core.actions.docstrings.rules.project_words.elsewhere import documented
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.signature import Parameter, ParameterKind, parameters_of
from workhorse_core.languages.python.symbols.index import IsWanted
from workhorse_core.languages.python.symbols.symbol import ClassSymbol, Symbol

_MAX_CALLEE = 50


def passed_on(subject: Subject) -> dict[str, list[tuple[str, str]]]:
    """Find the callee, and its parameter, to which each parameter is passed unchanged."""
    found: dict[str, list[tuple[str, str]]] = {}
    for call in subject.nodes:
        if not isinstance(call, ast.Call):
            continue
        callee = ast.unparse(call.func) if dotted(call.func) or _is_super(call.func) else None
        if callee is None:
            continue
        changed = changed_before(subject, call.lineno)
        for label, value in _arguments(call):
            name = dotted(value)
            if name in subject.parameters and name not in changed:
                found.setdefault(name, []).append((callee, label))
    return found


def _is_super(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Call)
        and dotted(function.value.func) == "super"
    )


def _arguments(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Yield each argument with its name at the callee: its position as digits, a keyword, or stars."""
    for index, argument in enumerate(call.args):
        if isinstance(argument, ast.Starred):
            yield "*", argument.value
            break  # positions after a star are unknown
        yield str(index), argument
    for keyword in call.keywords:
        yield keyword.arg or "**", keyword.value


def find_callee(subject: Subject, callee: str, wanted: IsWanted | None = None) -> Symbol | None:
    """Find the definition that a call in the body refers to; a class stands for its constructor.

    Args:
        subject: The function with the call.
        callee: The called name, as written.
        wanted: Parse only files for which this holds.
    """
    if callee.startswith("super()."):
        method = callee.removeprefix("super().")
        own = subject.owner_symbol
        for ancestor in subject.project.index.ancestors(own, method) if own else ():
            if place := ancestor.module.definitions.get(f"{ancestor.name}.{method}"):
                return place
        return None
    head, _, rest = callee.partition(".")
    own = subject.owner_symbol
    if head in {"self", "cls"} and own is not None:
        if not rest:
            return own
        if "." in rest:
            return None
        for place in (own, *subject.project.index.ancestors(own, rest)):
            if found := place.module.definitions.get(f"{place.name}.{rest}"):
                return found
        return None
    if head in subject.parameters:
        return None
    return subject.project.index.find(subject.module, callee, wanted=wanted)


def _may_describe(label: str, path: str, data: bytes) -> bool:
    """Return whether a file may describe the parameter that receives an argument; without a name, any may."""
    del path
    return describes(data, label) > 0 if label.isidentifier() else True


def callee_words(subject: Subject, parameter: Parameter, handed: Sequence[tuple[str, str]]) -> Phrase | None:
    """Return the callee's description of the parameter that receives this one."""
    for callee, label in handed:
        place = find_callee(subject, callee, partial(_may_describe, label))
        if place is None or place.node is subject.node:
            continue
        target = _target(parameters_of(place.node, place.parents), label)
        if target is None or (target.name != parameter.name and len(subject.body) != 1):
            continue
        words = _words_of(subject.project, place, target.name)
        if words is not None:
            return Phrase(words, f"docstring of {place.label}")
    return None


def _words_of(project: ProjectDocstrings, place: Symbol, name: str) -> str | None:
    """Return the description of a parameter by a function, or by a class and its constructor."""
    places = [place]
    if isinstance(place.node, ast.ClassDef):
        places += [p for p in [place.module.definitions.get(f"{place.name}.__init__")] if p]
    elif place.node.name == "__init__" and place.parents and isinstance(place.parents[-1], ast.ClassDef):
        places.append(ClassSymbol(place.module, place.parents[-1], place.parents[:-1]))
    for one in places:
        if phrase := documented(project, one, "").get(name):
            return phrase.text
    return None


def _target(parameters: Sequence[Parameter], label: str) -> Parameter | None:
    if label.isdigit():
        plain = [p for p in parameters if p.kind in {ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY}]
        return plain[int(label)] if int(label) < len(plain) else None
    return next((p for p in parameters if p.name == label and p.label == label), None)


def star_words(subject: Subject, parameter: Parameter) -> Phrase | None:
    """Describe ``*args`` and ``**kwargs`` that are passed whole to one callee and used nowhere else."""
    stars = parameter.label.removesuffix(parameter.name)
    calls = [
        node
        for node in subject.nodes
        if isinstance(node, ast.Call)
        for label, value in _starred(node)
        if label == stars and dotted(value) == parameter.name
    ]
    if len(calls) != 1 or _uses(subject, parameter.name) != 1 or not _is_shown(subject, calls[0].func):
        return None
    kind = "Positional" if stars == "*" else "Keyword"
    return Phrase(f"{kind} arguments passed on to ``{ast.unparse(calls[0].func)}``.", f"call on line {calls[0].lineno}")


def _is_shown(subject: Subject, function: ast.expr) -> bool:
    """Return whether a caller can understand the callee: public, and no local variable's."""
    callee = ast.unparse(function)
    head = callee.split(".")[0]
    hidden = any(part.startswith("_") and not part.startswith("__") for part in callee.split("."))
    if (
        hidden
        or head in local_names(subject)
        or len(callee) > _MAX_CALLEE
        or not (dotted(function) or _is_super(function))
    ):
        return False
    return head == callee or head in {"self", "cls", "super()", *subject.parameters, *subject.module.imported}


def _starred(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    for argument in call.args:
        if isinstance(argument, ast.Starred):
            yield "*", argument.value
    for keyword in call.keywords:
        if keyword.arg is None:
            yield "**", keyword.value


def _uses(subject: Subject, name: str) -> int:
    """Count the uses of a name in the body, in nested functions too."""
    return sum(isinstance(node, ast.Name) and node.id == name for one in subject.body for node in ast.walk(one))
