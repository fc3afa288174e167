"""Descriptions of parameters, from comments, callees, defaults, guards, and the project's own words."""

import ast
import re
from collections.abc import Mapping, Sequence

from workhorse_core.actions.docstrings.rules.behaviour.echo import says_only
from workhorse_core.actions.docstrings.rules.code.defaults import default_fillings
from workhorse_core.actions.docstrings.rules.english.words import sentence
from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.project_words.callees import callee_words, passed_on, star_words
from workhorse_core.actions.docstrings.rules.project_words.comments import (
    block_above,
    comment_text,
    field_comments,
    parameter_comments,
)
from workhorse_core.actions.docstrings.rules.project_words.elsewhere import (
    described_elsewhere,
    is_filler,
    is_told_by_base,
    overridden_words,
)
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.nodes import Function, dotted
from workhorse_core.languages.python.signature import Parameter


def parameter_phrases(subject: Subject) -> dict[str, Phrase]:
    """Return the descriptions of parameters, by name, where something is known."""
    beside = {**parameter_comments(subject), **_constructor_comments(subject), **field_comments(subject)}
    overridden = overridden_words(subject.code)
    passed = passed_on(subject.code)
    filled = default_fillings(subject.code)
    is_told, ignored = is_told_by_base(subject.code), subject.code.ignored
    found: dict[str, Phrase] = {}
    for parameter in subject.signature.parameters:
        phrase = beside.get(parameter.name)
        if phrase is None and not is_told and parameter.name not in ignored:
            phrase = (
                overridden.get(parameter.name)
                or callee_words(subject.code, parameter, passed.get(parameter.name, []))
                or described_elsewhere(subject, parameter)
                or star_words(subject.code, parameter)
            )
        if phrase is not None and _says_nothing(subject, parameter, phrase.text):
            phrase = None
        more = filled.get(parameter.name)
        if phrase is None and more is None:
            continue
        if phrase is None or more is None or "``None``" in phrase.text or "default" in phrase.text.lower():
            found[parameter.name] = phrase or more  # type: ignore[assignment]
        else:
            found[parameter.name] = Phrase(f"{sentence(phrase.text)} {more.text}", f"{phrase.source}, {more.source}")
    return found


def _says_nothing(subject: Subject, parameter: Parameter, text: str) -> bool:
    """Return whether words are those of the name and of the type: ":class:`~a.b.Document` instance."."""
    plain = re.sub(r":[\w:]+:`~?[^`]*?(\w+)`", r"\1", text)
    kinds = re.findall(r"\w+", parameter.annotation or "")
    named = re.sub(rf"\b(?:{'|'.join(kinds)})\b", "value", plain) if kinds else plain
    return is_filler(named, parameter.name) or says_only(plain, parameter.name, subject.name)


def _constructor_comments(subject: Subject) -> dict[str, Phrase]:
    """Read the comments beside the parameters of a class's constructor, and beside ``self.x = x`` in it."""
    function = subject.code.function
    if isinstance(subject.node, ast.ClassDef) and function is not None:
        return {**_attribute_comments(subject.code, function), **parameter_comments(subject.code)}
    if function is not None and function.name == "__init__":
        return _attribute_comments(subject, function)
    return {}


def _attribute_comments(subject: Subject, function: Function) -> dict[str, Phrase]:
    """Read ``#:`` lines above ``self.x = x``."""
    found: dict[str, Phrase] = {}
    for statement in ast.walk(function):
        target = _stored(statement)
        if target is None:
            continue
        name, line = target
        above = block_above(subject.module.lines, line)
        if above is None:
            above = _marked_above(subject.module.lines, line)
        if name in subject.parameters and above and all(one.lstrip().startswith("#:") for one in above[1]):
            text = comment_text(above[1])
            if text:
                found[name] = Phrase(text, f"comment above self.{name}, line {above[0]}")
    return found


def _marked_above(lines: Sequence[str], line: int) -> tuple[int, list[str]] | None:
    """Return the ``#:`` lines above, which belong to what follows even right below other code."""
    start = line - 1
    while start > 0 and lines[start - 1].lstrip().startswith("#:"):
        start -= 1
    return (start + 1, list(lines[start : line - 1])) if start < line - 1 else None


def _stored(statement: ast.AST) -> tuple[str, int] | None:
    """Yield the name and line of each ``self.x = x``."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target: ast.expr = statement.targets[0]
        value: ast.expr | None = statement.value
    elif isinstance(statement, ast.AnnAssign):
        target, value = statement.target, statement.value
    else:
        return None
    if dotted(target) == f"self.{dotted(value)}":
        return str(dotted(value)), statement.lineno
    return None


Words = Mapping[str, Phrase]
