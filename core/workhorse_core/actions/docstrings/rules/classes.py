"""Summaries of classes, from their comments, bases and constructors."""

import ast

from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.names.well_known import is_exception
from workhorse_core.actions.docstrings.rules.project_words.comments import comment_phrase
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.actions.docstrings.rules.summaries import Form, fit_summary, split_sentence
from workhorse_core.languages.python.nodes import dotted, last_name


def class_summary(subject: Subject, form: Form) -> tuple[Phrase, Phrase | None] | None:
    """Return the first sentence about a class, and the rest of its source."""
    if comment := comment_phrase(subject):
        first, rest = split_sentence(comment.text)
        if (fitted := fit_summary(first, form, subject)) is not None:
            return Phrase(fitted, comment.source), Phrase(rest, comment.source) if rest else None
    if (phrase := _raised_by(subject)) and fit_summary(phrase.text, form, subject) is not None:
        return phrase, None
    return None


def _raised_by(subject: Subject) -> Phrase | None:
    """Name the public functions of the file that raise one of its own exceptions, when there are one or two."""
    assert isinstance(subject.node, ast.ClassDef)
    if not is_exception(subject.node):
        return None
    raisers: dict[str, int] = {}
    for place in subject.module.definitions.values():
        if isinstance(place.node, ast.ClassDef):
            continue
        for node in ast.walk(place.node):
            if isinstance(node, ast.Raise) and _raised_name(node) == subject.node.name:
                raisers.setdefault(place.name, node.lineno)
    public = [name for name in raisers if not any(part.startswith("_") for part in name.split("."))]
    if not public or len(public) > 2 or len(public) != len(raisers):
        return None
    listed = " and ".join(f"``{name}``" for name in public)
    return Phrase(f"Raised by {listed}.", f"raise on line {raisers[public[0]]}")


def _raised_name(node: ast.Raise) -> str:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return last_name(dotted(raised) or "")
