"""Claims about what a parameter switches, where the code has no branch on it."""

import ast
import re
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text
from workhorse_core.system.lazy_regex import late_pattern

_CASE = late_pattern(
    r"\b(?:if|when|unless)\s+(?:it is |it's |this is |this flag is |set to |the value is "
    r"|`*(?P<name>\w+)`* (?:is|=|==) )?"
    r"(?:set to )?`*(?P<value>true|false|none|not none|set|not set|given|not given|provided"
    r"|not provided|omitted|specified|not specified)\b",
    re.IGNORECASE,
)


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find "If False, …" about a parameter that the body never tests nor passes on."""
    if subject.function is None:
        return
    for text in texts:
        for sentence in text.sentences:
            match = _CASE.search(sentence)
            name = _meant(text, match, subject) if match else None
            if match is None or name is None:
                continue
            use = _use(name, subject)
            if use == "unread":
                yield Fault(text, f"{text.label} describes an effect of {name}, which the code never reads.", sentence)
            elif use == "untested":
                yield Fault(
                    text,
                    f"{text.label} tells what happens if {name} is {match['value']}; no branch tests it.",
                    sentence,
                )


def _meant(text: Text, match: re.Match[str], subject: Subject) -> str | None:
    name = match["name"] or (text.name if text.place is Place.PARAMETER else "")
    return name if name in subject.parameters else None


def _use(name: str, subject: Subject) -> str:
    """Return "unread", "untested", or "" where the parameter is tested, or given to something that may test it."""
    reads = [
        node
        for statement in subject.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    if not reads:
        return "" if _is_stub(subject) else "unread"
    for statement in subject.body:
        for node in ast.walk(statement):
            for given in _deciding(node):
                if any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(given)):
                    return ""
    return "untested"


def _is_stub(subject: Subject) -> bool:
    stub = (ast.Pass, ast.Raise, ast.Expr)
    return all(isinstance(node, stub) for node in subject.body) or any(
        isinstance(node, ast.Name) and node.id in ("locals", "vars") for node in subject.nodes
    )


def _deciding(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what decides at a node: tests, operands of ``and`` and ``or``, and whatever may be passed on."""
    if isinstance(node, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        yield node.test
    elif isinstance(node, ast.comprehension):
        yield from node.ifs
    elif isinstance(node, (ast.BoolOp, ast.Compare, ast.Call, ast.Starred, ast.Subscript, ast.BinOp)):
        yield node
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Match):
        yield node.subject
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Yield, ast.keyword)):
        if node.value is not None:
            yield node.value
    elif isinstance(node, (ast.Dict, ast.List, ast.Tuple, ast.Set, ast.JoinedStr)):
        yield node
