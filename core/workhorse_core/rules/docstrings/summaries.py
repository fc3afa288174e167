"""Where the first sentence of a function's docstring comes from, best source first."""

import ast
import re

from workhorse_core.code.nodes import dotted
from workhorse_core.code.signature import parameters_of
from workhorse_core.rules.docstrings.callees import callee_place
from workhorse_core.rules.docstrings.comments import comment_phrase
from workhorse_core.rules.docstrings.conventions import convention_summary
from workhorse_core.rules.docstrings.elsewhere import overridden
from workhorse_core.rules.docstrings.english import sentence, split_words
from workhorse_core.rules.docstrings.known import Phrase
from workhorse_core.rules.docstrings.names import name_summary
from workhorse_core.rules.docstrings.subject import Subject
from workhorse_core.rules.docstrings.survey import Place

_TIED = re.compile(
    r"\b(?:this (?:method|class)|subclass(?:es)?|override[ns]?|overrid(?:e|den|ing)|implement(?:s"
    r"|ed)? (?:this|by)|abstract|deprecated|default implementation|hook)\b",
    re.IGNORECASE,
)


def function_summary(subject: Subject) -> tuple[Phrase, str] | None:
    """Give the first sentence, and what else that source says; None where nothing is known."""
    if comment := comment_phrase(subject):
        first, rest = split_sentence(comment.text)
        return Phrase(first, comment.source), rest
    rules = [_overridden, convention_summary, name_summary, wrapped_meaning, shorthand]
    if len(split_words(subject.name)) == 1:
        rules = [_overridden, convention_summary, wrapped_meaning, name_summary, shorthand]
    for rule in rules:
        if phrase := rule(subject):
            return phrase, ""
    return None


def split_sentence(text: str) -> tuple[str, str]:
    """Split after the first sentence."""
    parts = re.split(r"(?<=[.!?])\s+(?=[A-Z`])", text, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def _overridden(subject: Subject) -> Phrase | None:
    """Take the first sentence of the method that this one overrides."""
    if subject.name in {"__init__", "__new__"}:
        return None
    for place in overridden(subject):
        content = subject.survey.content(place)
        if content is None:
            continue
        first = split_sentence(content.summary)[0]
        return _borrowed(subject, place, first)
    return None


def _borrowed(subject: Subject, place: Place, text: str) -> Phrase | None:
    """Take over a sentence that still makes sense here: it names no parameter that this function has not."""
    if "->" in text or re.match(r"[\w.]+\(", text):
        return None  # the signature itself, as old docstrings begin
    if not text or _TIED.search(text) or text.endswith(":") or len(text) > 160:
        return None
    theirs = {parameter.name for parameter in parameters_of(place.node, place.parents)}
    named = set(re.findall(r"[`*](\w+)[`*]", text)) | {word for word in re.findall(r"\w+", text) if word.isupper()}
    foreign = {name for name in theirs - set(subject.parameters) if name in named or name.upper() in named}
    return None if foreign else Phrase(sentence(text), f"docstring of {place.label}")


def shorthand(subject: Subject) -> Phrase | None:
    """Say what a function is short for, where its body is one call of something public."""
    call = wrapped_call(subject)
    name = dotted(call.func) if call is not None else None
    if call is None or name is None:
        return None
    text = ast.unparse(call)
    if len(text) > 70 or any(_is_private(part) for part in re.findall(r"\w+", text)):
        return None
    return Phrase(f"Shorthand for ``{text}``.", f"body, line {call.lineno}")


def _is_private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def wrapped_call(subject: Subject) -> ast.Call | None:
    """Find the call that is all of the body, where it takes only parameters, constants and attributes."""
    if len(subject.body) != 1:
        return None
    statement = subject.body[0]
    value = statement.value if isinstance(statement, (ast.Return, ast.Expr)) else None
    if isinstance(value, ast.Await):
        value = value.value
    if isinstance(value, ast.Call) and (dotted(value.func) or "").rpartition(".")[2] == "cast" and len(value.args) == 2:
        value = value.args[1]
    if not isinstance(value, ast.Call):
        return None
    simple = (ast.Name, ast.Constant, ast.Attribute, ast.Starred, ast.Load, ast.Call, ast.keyword)
    values = [*value.args, *(keyword.value for keyword in value.keywords)]
    return value if all(isinstance(node, simple) for one in values for node in ast.walk(one)) else None


def wrapped_meaning(subject: Subject) -> Phrase | None:
    """Give the first sentence of what the body does nothing but call."""
    call = wrapped_call(subject)
    name = dotted(call.func) if call is not None else None
    place = callee_place(subject, name) if name else None
    if place is None or place.node is subject.node or isinstance(place.node, ast.ClassDef):
        return None
    content = subject.survey.content(place)
    if content is None or not content.summary:
        return None
    return _borrowed(subject, place, split_sentence(content.summary)[0])
