"""Sources of the first sentence of a function's docstring, best first.

What reads a body is imported where it is asked: a job that finds better words before waits for none of its files.
"""

import ast
import re
from collections.abc import Iterator

from workhorse_core.actions.docstrings.rules.behaviour.echo import says_only
from workhorse_core.actions.docstrings.rules.behaviour.shortening import shortened
from workhorse_core.actions.docstrings.rules.english.vocabulary import VERBS, word_set
from workhorse_core.actions.docstrings.rules.english.words import base_verb, sentence
from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.names.sentences import name_summary
from workhorse_core.actions.docstrings.rules.names.well_known import convention_summary
from workhorse_core.actions.docstrings.rules.project_words.callees import find_callee
from workhorse_core.actions.docstrings.rules.project_words.comments import comment_phrase
from workhorse_core.actions.docstrings.rules.project_words.elsewhere import overridden
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.docstring.escape import escape
from workhorse_core.languages.python.docstring.paragraph import columns
from workhorse_core.languages.python.nodes import dotted, is_none, is_stub
from workhorse_core.languages.python.signature import parameters_of
from workhorse_core.languages.python.symbols.symbol import Symbol
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple

_TIED = late_pattern(
    r"\b(?:this|these|here|above|below|(?:base|super|parent) ?class(?:es)?"
    r"|(?:first|second|third|last|only|other|given|same) (?:argument|parameter)s?"
    r"|subclass(?:es)?|override[ns]?|overrid(?:e|den|ing)|implement(?:s"
    r"|ed)? (?:this|by)|abstract|deprecated|default implementation|hook)\b",
    re.IGNORECASE,
)


class Form(NamedTuple):
    """The form of a summary: at most so many columns, imperative where the linter demands it (D401)."""

    room: int | None = None
    imperative: bool = False


def function_summary(subject: Subject, form: Form) -> tuple[Phrase, Phrase | None] | None:
    """Return the first sentence that has the form, and the rest of its source; None where there is none.

    A true sentence without the form follows below the first that has it, if only one from the name.
    """
    left: Phrase | None = None
    for phrase in _sentences(subject):
        first, rest = split_sentence(phrase.text)
        fitted = fit_summary(first, form, subject)
        if fitted is None and phrase.source.startswith("body") and (parts := shortened(first)):
            fitted, rest = fit_summary(parts[0], form, subject), parts[1]
        if fitted is not None:
            more = Phrase(rest, phrase.source) if rest else None
            kept = None if phrase.source.startswith("body") else left
            if phrase.source == "name" and kept is None and more is None:
                from workhorse_core.actions.docstrings.rules.behaviour.exits import exits_phrase

                more = exits_phrase(subject)
            return Phrase(fitted, phrase.source, phrase.formula), kept or more
        left = left or (phrase if phrase.source != "name" and not phrase.source.startswith("body") else None)
    return None


def _sentences(subject: Subject) -> Iterator[Phrase]:
    """Yield sentences, best source first."""
    rules = (
        comment_phrase,
        _overridden,
        wrapped_meaning,
        _behaviour,
        convention_summary,
        _named,
        shorthand,
    )
    formulas: list[Phrase] = []
    for rule in rules:
        phrase = rule(subject)
        if phrase is not None and phrase.formula:
            formulas += [phrase] if rule is not _behaviour else []
        elif phrase is not None:
            yield phrase
    yield from formulas


def _behaviour(subject: Subject) -> Phrase | None:
    from workhorse_core.actions.docstrings.rules.behaviour.summary import behaviour_summary

    return behaviour_summary(subject)


def fit_summary(text: str, form: Form, subject: Subject) -> str | None:
    """Return the sentence in the demanded form; None where that is impossible."""
    said = re.sub(r"!+$", ".", text)
    if form.imperative and subject.function is not None and not subject.signature.is_property:
        commanded = _command(said)
        if commanded is None:
            return None
        said = commanded
    too_long = form.room is not None and columns(escape(said)) > form.room
    reads_as_signature = subject.name != "" and re.search(rf"(?<![\w.`]){re.escape(subject.name)}\(", said) is not None
    return None if too_long or reads_as_signature or said.endswith((":", ".:", "?")) else said


def _command(text: str) -> str | None:
    """Turn "Returns the x." into "Return the x."; None where a sentence cannot be made imperative."""
    word, space, rest = text.partition(" ")
    if word.lower() in _NO_COMMANDS or re.fullmatch(r"[A-Z][a-z]{2,}ed", word):
        return None
    verb = base_verb(word.lower())
    if verb is None:
        return text
    if any(base_verb(other) for other in re.findall(r"(?:,|\band|\bor|\bthen) (\w+)", rest)):
        return None  # "Returns x and stores y"
    return f"{verb.capitalize()}{space}{rest}"


_OPENINGS = word_set("act go allow assert attempt do ensure let look perform tell test try use work")
"""Verbs of docstrings that begin no name."""

_NO_COMMANDS = word_set(
    """
    a an api callback constructor convenience function helper implementation it its method property some santa that the
    these this those wrapper
    """
)


def split_sentence(text: str) -> tuple[str, str]:
    """Split after the first sentence."""
    parts = re.split(r"(?<=[.!?])\s+(?=[A-Z`])", text, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def _overridden(subject: Subject) -> Phrase | None:
    """Return the first sentence of the overridden method."""
    if subject.name in {"__init__", "__new__"}:
        return None
    if not _does_something(subject):
        return None
    for place in overridden(subject):
        content = subject.project.content(place)
        if content is None:
            continue
        if not _is_contract(place) and not _calls_inherited(subject):
            return None  # it is about what the other method does itself
        first = split_sentence(content.summary)[0]
        return _borrowed(subject, place, first)
    return None


def _is_contract(place: Symbol) -> bool:
    """Return whether a method does nothing itself: then its docstring is a promise for those that override it."""
    return not isinstance(place.node, ast.ClassDef) and is_stub(place.node.body)


def _calls_inherited(subject: Subject) -> bool:
    calls = (node.func for node in subject.nodes if isinstance(node, ast.Call))
    return any(isinstance(one, ast.Attribute) and one.attr == subject.name for one in calls)


def _does_something(subject: Subject) -> bool:
    """Return whether the body is more than ``pass`` or one ``raise``: else it does not do the same."""
    return not all(isinstance(node, (ast.Raise, ast.Pass)) for node in subject.body) and not _gives_back(subject)


def _gives_back(subject: Subject) -> bool:
    """Return whether a body only returns None or an argument, and so does nothing that has a verb."""
    only = subject.body[0] if len(subject.body) == 1 else None
    if not isinstance(only, ast.Return) or subject.signature.is_abstract:
        return False
    return only.value is None or is_none(only.value) or dotted(only.value) in subject.parameters


def _is_idle(subject: Subject) -> bool:
    """Return whether a body is ``pass``, or gives back None or an argument, and no others are asked to fill it."""
    is_pass = all(isinstance(node, ast.Pass) for node in subject.body) and not subject.signature.is_abstract
    return subject.function is not None and (is_pass or _gives_back(subject))


def _named(subject: Subject) -> Phrase | None:
    """Return the sentence of the name, unless the body does nothing or ignores what the sentence is about."""
    phrase = None if _is_idle(subject) else name_summary(subject)
    return None if phrase and subject.ignored & set(re.findall(r"``(\w+)``", phrase.text)) else phrase


def _borrowed(subject: Subject, place: Symbol, text: str) -> Phrase | None:
    """Return a sentence that is valid here as well: it names no parameter that this function lacks."""
    if "->" in text or re.match(r"[\w.]+\(", text):
        return None  # the signature itself, as old docstrings begin
    duty = re.match(r"(?:should|must|shall) (?=(\w+))", text, re.IGNORECASE)
    if duty and duty[1] in VERBS:
        text = text[duty.end() :]  # an instruction to subclasses, which this one follows
    if not text or _TIED.search(text) or text.endswith(":") or len(text) > 160:
        return None
    if not _opens_with_verb(subject, text) or _names_owner(subject, place, text) or _names_code(subject, text):
        return None
    theirs = {parameter.name for parameter in parameters_of(place.node, place.parents)}
    named = set(re.findall(r"[`*](\w+)[`*]", text)) | {word for word in re.findall(r"\w+", text) if word.isupper()}
    if re.match(r"(?:returns?|yields?)\b", text, re.IGNORECASE) and not subject.returns_something:
        return None
    foreign = {name for name in theirs - set(subject.parameters) if name in named or name.upper() in named}
    words = set(re.findall(r"\w+", text))
    flags = {p.name for p in subject.signature.parameters if p.default in {"True", "False"}}
    if (
        foreign
        or _ignores(subject, named & set(subject.parameters))
        or words & (theirs - set(subject.parameters))
        or words & flags
    ):
        return None
    return Phrase(sentence(text), f"docstring of {place.label}", formula=_says_only_names(subject, text))


def _opens_with_verb(subject: Subject, text: str) -> bool:
    """Return whether a sentence is a command, or the noun of a property; "If your …" is valid only there."""
    first = text.split()[0].lower().strip(",.")
    base = first if first in VERBS | _OPENINGS else base_verb(first) or first.removesuffix("s")
    return base in VERBS | _OPENINGS or (subject.signature.is_property and not first.endswith("ly"))


def _ignores(subject: Subject, names: set[str]) -> bool:
    """Return whether a function does not read one of these parameters, which its sentence is about."""
    read = {node.id for one in subject.body for node in ast.walk(one) if isinstance(node, ast.Name)}
    return not names <= read


def _says_only_names(subject: Subject, text: str) -> bool:
    owner = subject.owner.name if subject.owner is not None else ""
    return says_only(text, subject.name, owner, *subject.parameters)


def _names_code(subject: Subject, text: str) -> bool:
    """Return whether a sentence names code that is not in this function: "using the comment_factory"."""
    named = re.findall(r"``?([^`]+)``?", re.sub(r":[\w:]+:`[^`]*`", "", text)) + re.findall(r"\b\w+_\w+\b", text)
    if not named or subject.function is None:
        return False
    code = ast.unparse(subject.function)
    return not all(re.sub(r"[()]", "", one) in code or one in {"None", "True", "False"} for one in named)


def _names_owner(subject: Subject, place: Symbol, text: str) -> bool:
    """Return whether a sentence names the class of another method, in one word or in several."""
    owner = place.parents[-1].name if place.parents else ""
    own = subject.owner.name if subject.owner is not None else ""
    joined = re.sub(r"[\W_]", "", text).lower()
    return owner != own and len(owner) > 4 and owner.strip("_").lower() in joined


def shorthand(subject: Subject) -> Phrase | None:
    """Describe a function whose body is one call of something public, and no callback."""
    call = wrapped_call(subject)
    name = dotted(call.func) if call is not None else None
    if call is None or name is None or name in subject.parameters:
        return None
    from workhorse_core.actions.docstrings.rules.behaviour.delegation import is_callback

    if is_callback(name):
        return None
    text = ast.unparse(call)
    if len(text) > 70 or any(_is_private(part) for part in re.findall(r"\w+", text)):
        return None
    if re.search(rf"(?<![\w.]){re.escape(subject.name)}\(", text):
        return None  # it would read as the signature (D402)
    return Phrase(f"Shorthand for ``{text}``.", f"body, line {call.lineno}", formula=True)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def wrapped_call(subject: Subject) -> ast.Call | None:
    """Return the only call of a body, where its arguments are parameters, constants and attributes."""
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
    simple = (ast.Name, ast.Constant, ast.Attribute, ast.Starred, ast.Load, ast.keyword)
    values = [*value.args, *(keyword.value for keyword in value.keywords)]
    return value if all(isinstance(node, simple) for one in values for node in ast.walk(one)) else None


def _passes_only_parameters(subject: Subject, call: ast.Call) -> bool:
    """Return whether a call fixes no argument: with one fixed it does less than its docstring states."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    names = [dotted(value.value if isinstance(value, ast.Starred) else value) for value in values]
    return all(name in subject.parameters for name in names)


def wrapped_meaning(subject: Subject) -> Phrase | None:
    """Return the first sentence of the only function that the body calls."""
    call = wrapped_call(subject)
    name = dotted(call.func) if call is not None and _passes_only_parameters(subject, call) else None
    place = find_callee(subject, name) if name else None
    if place is None or place.node is subject.node or isinstance(place.node, ast.ClassDef):
        return None
    content = subject.project.content(place)
    if content is None or not content.summary:
        return None
    return _borrowed(subject, place, split_sentence(content.summary)[0])
