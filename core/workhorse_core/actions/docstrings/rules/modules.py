"""Summaries of modules, from the comment at the top."""

import ast
from collections.abc import Sequence

from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.project_words.comments import comment_text
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.actions.docstrings.rules.summaries import Form, fit_summary, split_sentence
from workhorse_core.languages.python.nodes import dotted, last_name


def module_summary(subject: Subject, form: Form) -> tuple[Phrase, Phrase | None] | None:
    """Return the first sentence and the rest; None where it does not fit."""
    phrase = _module_phrase(subject)
    first, rest = split_sentence(phrase.text) if phrase else ("", "")
    if phrase is None or (fitted := fit_summary(first, form, subject)) is None:
        return None
    return Phrase(fitted, phrase.source), Phrase(rest, phrase.source) if rest else None


def _module_phrase(subject: Subject) -> Phrase | None:
    """Return the sentence of the comment at the top, else the kind of all its classes."""
    lines = subject.module.lines
    start = 0
    while start < len(lines) and (
        lines[start].startswith("#!")
        or ("coding" in lines[start][:30] and lines[start].startswith("#"))
        or not lines[start].strip()
    ):
        start += 1
    end = start
    while end < len(lines) and lines[end].startswith("#"):
        end += 1
    text = comment_text(lines[start:end]) if end > start and not _belongs_to_code(lines[end:]) else None
    if text and not any(word in text.lower() for word in ("copyright", "license", "licence", "all rights")):
        return Phrase(text, f"comment on line {start + 1}")
    return _all_exceptions(subject)


def _belongs_to_code(following: Sequence[str]) -> bool:
    """Return whether a comment directly above these lines describes their first definition or name."""
    return bool(following) and bool(following[0].strip()) and not following[0].startswith(("import ", "from "))


def _all_exceptions(subject: Subject) -> Phrase | None:
    public = [
        node
        for node in subject.module.tree.body
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_")
    ]
    classes = [node for node in public if isinstance(node, ast.ClassDef)]
    if not 1 < len(classes) < 5 or len(classes) != len(public):
        return None
    if all(
        any(last_name(dotted(b) or "").endswith(("Error", "Exception", "Warning")) for b in c.bases) for c in classes
    ):
        listed = ", ".join(f"``{node.name}``" for node in classes[:-1]) + f" and ``{classes[-1].name}``"
        return Phrase(f"The exceptions {listed}.", "classes defined")
    return None
