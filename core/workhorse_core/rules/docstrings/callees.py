"""What the docstrings of the functions that are called say of the arguments that go there."""

import ast
from collections.abc import Iterator, Sequence

from workhorse_core.nodes import dotted
from workhorse_core.rules.docstrings.conditions import changed_before
from workhorse_core.rules.docstrings.elsewhere import documented
from workhorse_core.rules.docstrings.known import Phrase
from workhorse_core.rules.docstrings.subject import Subject
from workhorse_core.rules.docstrings.survey import Place, Survey
from workhorse_core.signature import Parameter, ParameterKind, Signature, signature_of


def passed_on(subject: Subject) -> dict[str, list[tuple[str, str]]]:
    """Find to which callee, and as which parameter of it, each parameter is handed over unchanged."""
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
    """Give each argument with the callee's word for it: its position as digits, a keyword, or stars."""
    for index, argument in enumerate(call.args):
        if isinstance(argument, ast.Starred):
            yield "*", argument.value
            return_index = index
            del return_index
            break
        yield str(index), argument
    for keyword in call.keywords:
        yield keyword.arg or "**", keyword.value


def callee_place(subject: Subject, callee: str) -> Place | None:
    """Find the definition that a call in the body means; a class stands for its constructor."""
    if callee.startswith("super()."):
        method = callee.removeprefix("super().")
        own = subject.owner_place
        for ancestor in subject.survey.ancestors(own) if own else ():
            if place := ancestor.file.places.get(f"{ancestor.name}.{method}"):
                return place
        return None
    head, _, rest = callee.partition(".")
    own = subject.owner_place
    if head in {"self", "cls"} and own is not None:
        if not rest:
            return own
        if "." in rest:
            return None
        for place in (own, *subject.survey.ancestors(own)):
            if found := place.file.places.get(f"{place.name}.{rest}"):
                return found
        return None
    if head in subject.parameters:
        return None
    return subject.survey.resolve(subject.file, callee)


def callee_words(subject: Subject, parameter: Parameter, handed: Sequence[tuple[str, str]]) -> Phrase | None:
    """Take what the callee's docstring says of the parameter that this one becomes."""
    for callee, label in handed:
        place = callee_place(subject, callee)
        if place is None or place.node is subject.node:
            continue
        signature = signature_of(place.node, place.parents)
        target = _target(signature, label)
        if target is None or (target.name != parameter.name and len(subject.body) != 1):
            continue
        words = _words_of(subject.survey, place, target.name)
        if words is not None:
            return Phrase(words, f"docstring of {place.label}")
    return None


def _words_of(survey: Survey, place: Place, name: str) -> str | None:
    """Read what is said of a parameter by a function, or by a class and its constructor."""
    places = [place]
    if isinstance(place.node, ast.ClassDef):
        places += [p for p in [place.file.places.get(f"{place.name}.__init__")] if p]
    elif place.node.name == "__init__" and place.parents and isinstance(place.parents[-1], ast.ClassDef):
        places.append(Place(place.file, place.parents[-1], place.parents[:-1]))
    for one in places:
        if phrase := documented(survey, one, "").get(name):
            return phrase.text
    return None


def _target(signature: Signature, label: str) -> Parameter | None:
    if label.isdigit():
        plain = [p for p in signature.parameters if p.kind in {ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY}]
        return plain[int(label)] if int(label) < len(plain) else None
    return next((p for p in signature.parameters if p.name == label and p.label == label), None)


def star_words(subject: Subject, parameter: Parameter) -> Phrase | None:
    """Say where ``*args`` and ``**kwargs`` go, when they go on whole to one callee and nowhere else."""
    stars = parameter.label.removesuffix(parameter.name)
    if not stars or parameter.name in changed_before(subject, 10**9):
        return None
    uses = [n for n in subject.nodes if isinstance(n, ast.Name) and n.id == parameter.name]
    calls = [
        (node, label)
        for node in subject.nodes
        if isinstance(node, ast.Call)
        for label, value in _starred(node)
        if label == stars and dotted(value) == parameter.name
    ]
    if len(uses) != 1 or len(calls) != 1 or _used_within(subject, parameter.name):
        return None
    call = calls[0][0]
    callee = ast.unparse(call.func)
    kind = "Positional" if stars == "*" else "Keyword"
    if len(callee) > 50 or any(part.startswith("_") and not part.startswith("__") for part in callee.split(".")):
        return None
    if dotted(call.func) is None and not _is_super(call.func):
        return None
    head = callee.split(".")[0]
    if head != callee and head not in {"self", "cls", "super()", *subject.parameters, *subject.file.imports}:
        return None
    return Phrase(f"{kind} arguments passed on to ``{callee}``.", f"call on line {call.lineno}")


def _starred(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    for argument in call.args:
        if isinstance(argument, ast.Starred):
            yield "*", argument.value
    for keyword in call.keywords:
        if keyword.arg is None:
            yield "**", keyword.value


def _used_within(subject: Subject, name: str) -> bool:
    """Tell whether a nested function uses a name too."""
    everywhere = sum(isinstance(n, ast.Name) and n.id == name for one in subject.body for n in ast.walk(one))
    return everywhere != 1
