"""Descriptions of the same parameter elsewhere in the project: in overridden methods, and where all agree."""

import ast
import re
from collections.abc import Iterator, Sequence

from workhorse_core.actions.docstrings.rules.english.vocabulary import word_set
from workhorse_core.actions.docstrings.rules.english.words import sentence, spell, split_words
from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.project_docstrings import ProjectDocstrings
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.signature import Parameter, parameters_of
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.symbol import Symbol
from workhorse_core.system.lazy_regex import late_pattern

GENERIC = word_set(
    """
    a arg args b c callback child cls config count d data default defaults dst e end f file filename first flag
    flags fn func function g h i id idx index info item items j k key keys kind kwargs l last left length line
    lines m message mode msg n name names new node nodes o obj object old options opts other p parent path
    prefix q r result results right s self size source src start state status string suffix t target text type u
    v value values w x y z
    """
)
"""Names with another meaning in every function."""
_SPECIFIC = frozenset({"__init__", "__new__", "__call__"})
"""Dunders without a conventional meaning."""

_STALE = late_pattern(
    r"\b(?:our|we|you|your|I|this (?:method|function|class|constructor|call|decorator)|see above|as above"
    r"|ditto|same as|the (?:same|following|above|below))\b|^(?:\.\.|:\w+:$)",
    re.IGNORECASE,
)
_ROLE = late_pattern(r":[\w:]+:`~?([^`<]+)(?:<[^`]*>)?`|[`*]")


def overridden_words(subject: Subject) -> dict[str, Phrase]:
    """Return the descriptions of equal parameters of the overridden method, or of the base class's constructor."""
    found: dict[str, Phrase] = {}
    for place in overridden(subject):
        found = {**documented(subject.project, place, f"docstring of {place.label}"), **found}
    return found


def overridden(subject: Subject) -> Iterator[Symbol]:
    """Yield the methods that this one overrides, nearest first."""
    if is_told_by_base(subject):
        return
    yield from _overridden(subject)


def is_told_by_base(subject: Subject) -> bool:
    """Return whether a base class documents the method and its words are not repeated: ``inspect.getdoc`` has them."""
    if subject.repeats or subject.name in {"__init__", "__new__"}:
        return False
    return any(subject.project.content(place) is not None for place in _overridden(subject))


def _overridden(subject: Subject) -> Iterator[Symbol]:
    own = subject.owner_symbol
    if own is None or subject.function is None or (subject.name[:2] == "__" and subject.name not in _SPECIFIC):
        return
    for ancestor in subject.project.index.ancestors(own, subject.name):
        place = ancestor.module.definitions.get(f"{ancestor.name}.{subject.name}")
        if place is not None:
            yield place


def documented(project: ProjectDocstrings, place: Symbol, source: str) -> dict[str, Phrase]:
    """Return a definition's descriptions of its parameters, as far as they are valid elsewhere."""
    content = project.content(place)
    if content is None:
        return {}
    return {
        text.name.lstrip("*"): Phrase(first_paragraph(text.description), source)
        for text in content.parameters
        if is_usable(text.description, text.name)
    }


def first_paragraph(text: str) -> str:
    """Return the first paragraph of a description as a sentence."""
    return sentence(" ".join(text.split("\n\n")[0].split()))


def is_usable(text: str, name: str) -> bool:
    """Return whether words are not empty, and valid out of their place."""
    first = text.split("\n\n")[0].strip()
    return bool(first) and not _STALE.search(first) and not first.endswith(":") and not is_filler(first, name)


def is_filler(text: str, name: str) -> bool:
    """Return whether a description has no word beyond the name and small words."""
    known = {part.lower() for word in split_words(name) for part in [word, *spell(word).split()]}
    words = set(re.findall(r"[a-z]+", text.lower()))
    return words <= known | _STOP_WORDS or len(re.findall(r"[A-Za-z]", text)) < 3


_STOP_WORDS = word_set(
    """
    a an and argument as be by for given if in instance is it its none object of on optional or parameter that
    the this to use used value values which with
    """
)


def described_elsewhere(subject: Subject, parameter: Parameter) -> Phrase | None:
    """Return the description of the same parameter elsewhere, where all agree; nearer places win."""
    own_class = subject.owner or (subject.node if isinstance(subject.node, ast.ClassDef) else None)
    generic = parameter.name in GENERIC or len(parameter.name) < 3
    if own_class is not None:
        near = list(_described_in(subject, subject.module, parameter, own_class))
        if near:
            return _agreed(near, 2 if generic else 1)
    if generic or parameter.label != parameter.name or parameter.name.startswith("_"):
        return None
    here = list(_described_in(subject, subject.module, parameter, None))
    if here:
        return _agreed(here, 1 if _is_distinct(parameter) else 2)
    around: list[tuple[Symbol, str]] = []
    for module in subject.project.nearby(subject.module, parameter.name):
        around += _described_in(subject, module, parameter, None)
        if len({_normal(text) for _, text in around}) > 1:
            return None
    return _agreed(around, 2)


def _is_distinct(parameter: Parameter) -> bool:
    """Return whether a rare annotation, or a name of several words, makes it likely to be the same thing."""
    plain = {"str", "int", "bool", "float", "bytes", "dict", "list", "Any", "object", None}
    return "_" in parameter.name and parameter.annotation not in plain


def _described_in(
    subject: Subject, module: Module, parameter: Parameter, within: ast.ClassDef | None
) -> Iterator[tuple[Symbol, str]]:
    """Yield the descriptions of a parameter of this name and type in a file, or in one class of it."""
    for place, text in subject.project.documented(module):
        if parameter.name not in text or place.node is subject.node:
            continue
        if within is not None and within not in (*place.parents, place.node):
            continue
        content = subject.project.content(place)
        for described in content.parameters if content else ():
            if described.name.lstrip("*") == parameter.name and described.description.strip():
                other = _parameter_of(place, parameter.name)
                fits = other is not None and _same_type(other, parameter)
                words = described.description
                if fits and is_usable(words, parameter.name) and not _is_about(words, place, subject):
                    yield place, first_paragraph(words)


def _is_about(text: str, place: Symbol, subject: Subject) -> bool:
    """Return whether words are about their own function: "the command to invoke" belongs to ``invoke``."""
    if isinstance(place.node, ast.ClassDef):
        return False
    theirs = {word[:5] for word in split_words(place.node.name) if len(word) > 3}
    ours = {word[:5] for word in split_words(subject.name)}
    known = {part[:5] for name in subject.parameters for part in split_words(name)}
    said = {word[:5] for word in re.findall(r"[a-z]+", text.lower())}
    return bool((theirs - ours - known) & said)


def _parameter_of(place: Symbol, name: str) -> Parameter | None:
    parameters = parameters_of(place.node, place.parents)
    return next((parameter for parameter in parameters if parameter.name == name), None)


def _same_type(one: Parameter, other: Parameter) -> bool:
    if one.label != other.label:
        return False
    return one.annotation == other.annotation or one.annotation is None or other.annotation is None


def _agreed(found: Sequence[tuple[Symbol, str]], least: int) -> Phrase | None:
    normal = {_normal(text) for _, text in found}
    if len(normal) != 1 or len({place.node.name for place, _ in found}) < least:
        return None
    place, text = found[0]
    others = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return Phrase(text, f"docstring of {place.label}{others}")


def _normal(text: str) -> str:
    """Normalise for comparison: roles, quotes, case, spaces, the full stop."""
    return " ".join(_ROLE.sub(lambda match: match[1] or "", text).lower().split()).rstrip(".")
