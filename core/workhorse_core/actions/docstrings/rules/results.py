"""Descriptions of results."""

import ast
import re

from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.project_words.callees import find_callee
from workhorse_core.actions.docstrings.rules.project_words.elsewhere import overridden
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.actions.docstrings.rules.summaries import wrapped_call
from workhorse_core.languages.python.nodes import dotted


def returns_phrase(subject: Subject) -> Phrase | None:
    """Describe the result, where more is known than the summary and the annotation."""
    for place in overridden(subject):
        content = subject.project.content(place)
        if content is not None and content.returns and _is_prose(content.returns):
            return Phrase(_first(content.returns), f"docstring of {place.label}")
    call = wrapped_call(subject)
    name = dotted(call.func) if call is not None else None
    callee = find_callee(subject, name) if name else None
    if callee is not None and callee.node is not subject.node:
        content = subject.project.content(callee)
        says = content is not None and content.returns and _is_prose(content.returns)
        if content is not None and content.returns and says and isinstance(subject.body[0], ast.Return):
            return Phrase(_first(content.returns), f"docstring of {callee.label}")
    values = list(subject.returned())
    noun = subject.owner_noun
    if subject.signature.is_property or not all(dotted(value) == "self" for value in values):
        return None
    if noun and values and not _may_fall_through(subject):
        return Phrase(f"The {noun} itself.", f"line {values[0].lineno}", formula=subject.name.startswith("__"))
    return None


def _is_prose(text: str) -> bool:
    """Return whether a description is more than the name of a type or an expression."""
    return len(_first(text)) <= 140 and len(re.findall(r"(?<![\w.])[A-Za-z]{2,}(?![\w.]*[.(]\w)", text)) > 1


def _first(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split())


def _may_fall_through(subject: Subject) -> bool:
    return not isinstance(subject.body[-1], ast.Return)


def truth_phrase(subject: Subject, summary: str) -> Phrase | None:
    """Turn "Return whether x is y." into the meaning of True and False."""
    if not summary.startswith(("Return whether ", "Whether ")):
        return None
    clause = summary.removeprefix("Return ").removeprefix("whether ").removeprefix("Whether ").rstrip(".")
    return Phrase(f"True if {clause}, else False.", "summary") if not clause.startswith("to ") else None
