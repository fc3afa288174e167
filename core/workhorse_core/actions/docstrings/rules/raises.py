"""When each exception is raised: from the guards that lead to it, and from its message."""

import ast
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workhorse_core.actions.docstrings.rules.code.conditions import Reader
from workhorse_core.actions.docstrings.rules.code.messages import QUOTED, message_words
from workhorse_core.actions.docstrings.rules.english.words import sentence
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.docstring.content import RaiseText
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.raised import Guard, GuardKind, Raised

_MAX_REASONS = 4
_MAX_GUARDS = 3


class Reason(NamedTuple):
    """One way in which an exception comes about: words that go after its name, and what they were read from."""

    exception: str
    words: str
    source: str


def raise_texts(subject: Subject) -> tuple[list[RaiseText], list[str], list[str]]:
    """Word every exception that can be worded.

    Returns:
        The entries, where each comes from, and the names of the exceptions about which nothing can be said.
    """
    entries: list[RaiseText] = []
    sources: list[str] = []
    unknown: list[str] = []
    for name in subject.signature.raised_names:
        raised = [one for one in subject.signature.raises if one.exception == name and not one.stub]
        reasons = [reason for one in raised if not one.doubtful and (reason := _reason(subject, one))]
        words = list(dict.fromkeys(reason.words for reason in reasons))
        if not words or len(words) > _MAX_REASONS:
            unknown.append(name)
            continue
        entries.append(RaiseText(name, sentence(_joined(words))))
        sources.append(f"raises {name}: " + ", ".join(dict.fromkeys(reason.source for reason in reasons)))
    return entries, sources, unknown


def _joined(words: Sequence[str]) -> str:
    """Join reasons: "if a, or if b"; quoted messages stay sentences of their own."""
    clauses = [text for text in words if text.startswith("if ")]
    quoted = [text.removeprefix(QUOTED) for text in words if text.startswith(QUOTED)]
    others = [sentence(text) for text in words if not text.startswith(("if ", QUOTED))]
    parts = [sentence(", or ".join(clauses))] if clauses else []
    return " ".join([*parts, *([sentence(QUOTED + " or ".join(quoted))] if quoted else []), *others])


def _reason(subject: Subject, raised: Raised) -> Reason | None:
    message = message_words(subject, raised)
    where = f"guard on line {raised.guards[-1].line}" if raised.guards else f"line {raised.line}"
    if raised.reraised:
        tried = _tried_call(subject, raised)
        return Reason(raised.exception, f"if {tried} raises it", where) if tried else None
    condition = _condition(subject, raised)
    # "must be an int" leaves out that None is allowed: then only the condition is true
    allows_none = _allows_none(raised)
    if condition is not None and (allows_none or not (message and _says_more(subject, message, condition))):
        return Reason(raised.exception, condition, where)
    if message is not None and not allows_none:
        return Reason(raised.exception, message, f"message on line {raised.line}")
    return None


def _allows_none(raised: Raised) -> bool:
    """Tell whether the test nearest to the raise leaves None alone ("x is not None and ...")."""
    test = raised.guards[-1].node if raised.guards else None
    return isinstance(test, ast.BoolOp) and any(
        isinstance(part, ast.Compare)
        and isinstance(part.ops[0], ast.IsNot)
        and ast.unparse(part.comparators[0]) == "None"
        for part in test.values
    )


def _condition(subject: Subject, raised: Raised) -> str | None:
    """Word the conditions that lead to a raise; None unless all that matter to a caller can be worded."""
    if not raised.guards:
        return None if _may_leave_before(subject, raised) else "always"
    if raised.guards[-1].kind is GuardKind.HANDLER:
        return _translated(subject, raised) if len(raised.guards) == 1 else None
    items = _loop_items(subject, raised)
    if items is None or not _is_whole(subject, raised):
        return None
    said = _said(subject, raised, items)
    if not said or len(said) > _MAX_GUARDS or (len(said) > 1 and any(" or " in words for words in said)):
        return None
    return "if " + " and ".join(said)


def _translated(subject: Subject, raised: Raised) -> str | None:
    """Word a raise that stands in the handler of another exception."""
    if module := _tried_import(raised):
        return f"if ``{module}`` cannot be imported"
    tried = _tried_call(subject, raised)
    caught = " or ".join(f"``{name}``" for name in raised.guards[-1].test.split(", ") if name)
    return f"if {tried} raises {caught or 'anything'}" if tried else None


def _said(subject: Subject, raised: Raised, items: Mapping[str, str]) -> list[str] | None:
    """Word the tests on the way, innermost first; None where one of them cannot be worded."""
    said: list[str] = []
    for guard in reversed(_that_matter(subject, raised)):
        if guard.kind is GuardKind.LOOP:
            continue
        if guard.kind not in {GuardKind.IF, GuardKind.EARLIER} or not isinstance(guard.node, ast.expr):
            return None
        words = Reader(subject, guard.line, items).words(guard.node, guard.holds)
        if words is None:
            return None
        if words not in said:
            said.append(words)
    return said


def _that_matter(subject: Subject, raised: Raised) -> list[Guard]:
    """Leave out an earlier ``if`` that raises: which exception comes first matters little to a caller."""
    function = subject.function
    if function is None:
        return list(raised.guards)
    raising = {
        id(node.test)
        for node in subject.nodes
        if isinstance(node, ast.If) and node.body and isinstance(node.body[-1], ast.Raise)
    }
    return [g for g in raised.guards if not (g.kind is GuardKind.EARLIER and id(g.node) in raising)]


def _loop_items(subject: Subject, raised: Raised) -> dict[str, str] | None:
    """Give the loop variable and the parameter whose items it is; None for loops that say nothing to a caller."""
    loops = [guard for guard in raised.guards if guard.kind is GuardKind.LOOP]
    if not loops:
        return {}
    loop = loops[0].node
    if len(loops) > 1 or not loops[0].holds or not isinstance(loop, (ast.For, ast.AsyncFor)):
        return None
    jumps = [node for node in ast.walk(loop) if isinstance(node, (ast.Break, ast.Continue))]
    over = dotted(loop.iter)
    if jumps or not isinstance(loop.target, ast.Name) or over not in subject.parameters:
        return None
    bound = [
        n for n in subject.nodes if isinstance(n, ast.Name) and n.id == loop.target.id and isinstance(n.ctx, ast.Store)
    ]
    return {loop.target.id: over} if len(bound) == 1 else None


def _is_whole(subject: Subject, raised: Raised) -> bool:
    """Tell whether the guards are all that decides: no ``return`` before the raise that they do not account for."""
    accounted = {id(node) for guard in raised.guards if guard.node is not None for node in [guard.node]}
    return not any(
        isinstance(node, ast.Return) and node.lineno < raised.line for node in _unaccounted(subject.body, accounted)
    )


def _unaccounted(body: Sequence[ast.stmt], accounted: set[int]) -> list[ast.AST]:
    """Give the ``return`` statements that no ``if`` of these guards stands over."""
    found: list[ast.AST] = []
    for statement in body:
        if isinstance(statement, ast.Return):
            found.append(statement)
        elif isinstance(statement, ast.If):
            inner = [*statement.body, *statement.orelse]
            deeper = _unaccounted(inner, accounted)
            if id(statement.test) in accounted:
                direct = {id(one) for one in inner}
                deeper = [one for one in deeper if id(one) not in direct]
            found += deeper
        elif not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for name in ("body", "orelse", "finalbody"):
                found += _unaccounted(getattr(statement, name, []), accounted)
            for part in [*getattr(statement, "handlers", []), *getattr(statement, "cases", [])]:
                found += _unaccounted(part.body, accounted)
    return found


def _may_leave_before(subject: Subject, raised: Raised) -> bool:
    """Tell whether anything before an unguarded raise can end the call, or the raise stands in a ``try`` or loop."""
    return raised.node not in subject.body or any(
        isinstance(node, (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom, ast.Await)) and node.lineno < raised.line
        for node in subject.nodes
    )


def _tried_import(raised: Raised) -> str | None:
    """Name the module that the ``try`` imports, where that is all it does."""
    attempt = raised.guards[-1].node
    if not isinstance(attempt, ast.Try) or len(attempt.body) != 1:
        return None
    statement = attempt.body[0]
    if isinstance(statement, ast.ImportFrom):
        return statement.module if not statement.level else None
    return statement.names[0].name if isinstance(statement, ast.Import) else None


def _tried_call(subject: Subject, raised: Raised) -> str | None:
    """Quote the one call of the ``try`` whose handler raises this, where it makes sense to a caller."""
    attempt = raised.guards[-1].node if raised.guards else None
    if not isinstance(attempt, ast.Try) or len(attempt.body) != 1:
        return None
    statement = attempt.body[0]
    value = statement.value if isinstance(statement, (ast.Assign, ast.Return, ast.Expr)) else None
    if isinstance(value, ast.Await):
        value = value.value
    if not isinstance(value, (ast.Call, ast.Subscript)) or len(ast.unparse(value)) > 60:
        return None
    private = any(
        isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__")
        for node in ast.walk(value)
    )
    if private or not Reader(subject, attempt.lineno).is_about_caller(value):
        return None
    return f"``{ast.unparse(value)}``"


def _says_more(subject: Subject, message: str, condition: str) -> bool:
    """Tell whether a message is better than the condition as code: only where that quotes the code."""
    vague = re.search(r"is (?:true|false)\b", condition) is not None and message.startswith("if ")
    codes = condition.split("``")[1::2]
    known = any(re.split(r"\W", code)[0] in subject.parameters for code in codes)
    remote = not known and "the " not in condition
    return vague or remote or any(re.search(r"[ (]", code.partition('("')[0]) for code in codes)
