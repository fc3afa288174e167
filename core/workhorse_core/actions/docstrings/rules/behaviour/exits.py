"""Cases in which a function ends at once: "Do nothing if ``path`` is empty."."""

import ast

from workhorse_core.actions.docstrings.rules.behaviour.actions import is_silent
from workhorse_core.actions.docstrings.rules.code.conditions import Reader
from workhorse_core.actions.docstrings.rules.code.defaults import filling
from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.nodes import is_none

_MAX_EXITS = 2


def exits_phrase(subject: Subject) -> Phrase | None:
    """Describe the tests at the beginning of a body that end it without a value."""
    found: list[str] = []
    line = 0
    for statement in subject.body:
        if is_silent(statement) or _raises(statement) or filling(statement) is not None:
            continue
        said = _exit(subject, statement)
        if said is None or len(found) == _MAX_EXITS:
            break
        found.append(said)
        line = line or statement.lineno
    return Phrase(" ".join(found), f"early exit on line {line}") if found else None


def _raises(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and isinstance(statement.body[-1], ast.Raise) and not statement.orelse


def _exit(subject: Subject, statement: ast.stmt) -> str | None:
    """Describe ``if …: return x``, where more follows."""
    if not isinstance(statement, ast.If) or statement.orelse or statement is subject.body[-1]:
        return None
    done = [one for one in statement.body if not is_silent(one)]
    if len(done) != 1 or not isinstance(done[0], ast.Return):
        return None
    words = Reader(subject, statement.lineno).words(statement.test)
    if words is None or subject.signature.is_property:
        return None
    value = done[0].value
    if value is None or is_none(value):
        if subject.signature.yields:
            return f"Yield nothing if {words}."
        return f"Return None if {words}." if subject.signature.returns_value else f"Do nothing if {words}."
    return None
