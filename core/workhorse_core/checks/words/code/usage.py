"""Claims about a parameter that its type, its default or its use contradict."""

import ast
import re
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.code.type_nouns import FITS, HEAD, NOUN_PATTERN, NOUNS, annotated_kinds
from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text
from workhorse_core.languages.python.nodes import dotted, is_stub, last_name
from workhorse_core.languages.python.signature import Parameter
from workhorse_core.system.lazy_regex import late_pattern

_CLAIM = late_pattern(rf"^(?:an?|the)\s+(?:optional\s+)?({NOUN_PATTERN})\b{HEAD}", re.IGNORECASE)
_SWITCH = late_pattern(
    r"^(?:whether\b|(?:an? )?(?:boolean|flag|bool)\b|if (?:true|false|set)\b|true (?:if|to)\b)", re.IGNORECASE
)
_EFFECT = late_pattern(r"\b(?:pass|whether|appl[yi]|used?|if|how|maximum|minimum|limit)", re.IGNORECASE)
_PASSED = late_pattern(r"\bpass(?:ed)?(?: on)? to (?:the )?`*([A-Za-z_][\w.]*)`*", re.IGNORECASE)
_METHODS = {
    **dict.fromkeys(("startswith", "endswith", "strip", "splitlines", "encode", "casefold", "lower", "upper"), "str"),
    **dict.fromkeys(("items", "keys", "setdefault"), "dict"),
    "decode": "bytes",
}


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find "a list of …" about a string, "whether …" about a number, "passed to …" about what is never passed."""
    if subject.function is None:
        return
    for text in texts:
        parameter = subject.parameters.get(text.name) if text.place is Place.PARAMETER else None
        if parameter is not None and (fault := _fault(text.words, parameter, subject)):
            yield Fault(text, f"{text.label} {fault}.")


def _fault(words: str, parameter: Parameter, subject: Subject) -> str:
    kinds = _kinds(parameter, subject)
    switch, claim = _SWITCH.match(words), _CLAIM.match(words)
    noun = "bool" if switch else NOUNS[claim[1].lower()] if claim else ""
    if noun and kinds and "" not in kinds and parameter.label == parameter.name and not kinds & FITS.get(noun, {noun}):
        said = "a switch" if switch else f"a {claim[1]}" if claim else ""
        return f"calls it {said}; the code takes {' or '.join(sorted(kinds))}"
    passed = _PASSED.search(words)
    if passed and last_name(passed[1]) in subject.words and not _is_passed(parameter.name, passed[1], subject):
        return f"says that it is passed to {passed[1]}; it is not"
    if _EFFECT.search(words) and not is_stub(subject.body) and parameter.name not in _read_names(subject):
        return "tells an effect of it; the code never reads it"
    return ""


def _kinds(parameter: Parameter, subject: Subject) -> frozenset[str]:
    if parameter.annotation:
        return annotated_kinds(parameter.annotation)
    uses = {kind for node in subject.nodes if (kind := _kind_by_use(node, parameter.name))}
    if uses:
        return frozenset(uses)
    try:
        default = ast.literal_eval(parameter.default) if parameter.default else None
    except (ValueError, SyntaxError):
        return frozenset()
    return frozenset({type(default).__name__}) if isinstance(default, (bool, int, float)) else frozenset()


def _kind_by_use(node: ast.AST, name: str) -> str:
    if isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Name) and function.id == name:
            return "function"
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == name:
            return _METHODS.get(function.attr, "")
    return ""


def _read_names(subject: Subject) -> set[str]:
    whole = subject.function.decorator_list if subject.function else []
    return {
        node.id
        for part in (*subject.body, *whole)
        for node in ast.walk(part)
        if isinstance(node, ast.Name) and (isinstance(node.ctx, ast.Load) or node.id in ("locals", "vars"))
    } | (set(subject.parameters) if {"locals", "vars"} & subject.words else set())


def _is_passed(name: str, function: str, subject: Subject) -> bool:
    calls = [
        node
        for statement in subject.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and last_name(dotted(node.func) or "") == last_name(function)
    ]
    return not calls or any(
        isinstance(inner, ast.Name) and inner.id == name
        for call in calls
        for part in (*call.args, *call.keywords)
        for inner in ast.walk(part)
    )
