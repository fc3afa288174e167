"""Descriptions of exceptions, from the guards that lead to them and from their messages."""

import ast
import re
from collections.abc import Mapping, Sequence

from workhorse_core.actions.docstrings.rules.code.conditions import Reader
from workhorse_core.actions.docstrings.rules.code.messages import message_words
from workhorse_core.actions.docstrings.rules.english.words import sentence
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.docstring.content import RaiseText
from workhorse_core.languages.python.guards import Guard, GuardKind
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.raised import Raised
from workhorse_core.system.named_tuple import NamedTuple

_MAX_REASONS = 4
_MAX_GUARDS = 3


class Reason(NamedTuple):
    """One cause of an exception: words to follow its name, and their source."""

    exception: str
    words: str
    source: str


def raise_texts(subject: Subject) -> tuple[list[RaiseText], list[str], list[str]]:
    """Describe every exception that can be described.

    Returns:
        The entries, the source of each, and the names of the exceptions without a description.
    """
    entries: list[RaiseText] = []
    sources: list[str] = []
    unknown: list[str] = []
    for name in subject.signature.raised_names:
        raised = [one for one in subject.signature.raises if one.exception == name and not one.stub]
        reasons = [reason for one in raised if not one.doubtful and (reason := _reason(subject, one))]
        words = list(dict.fromkeys(reason.words for reason in reasons))
        if len(reasons) < len(raised) or not words or len(words) > _MAX_REASONS:
            unknown.append(name)
            continue
        entries.append(RaiseText(name, sentence(_joined(words))))
        sources.append(f"raises {name}: " + ", ".join(dict.fromkeys(reason.source for reason in reasons)))
    return entries, sources, unknown


def _joined(words: Sequence[str]) -> str:
    """Join causes: "if a, or if b"."""
    clauses = [text for text in words if text.startswith("if ")]
    others = [sentence(text) for text in words if not text.startswith("if ")]
    return " ".join([*([sentence(", or ".join(clauses))] if clauses else []), *others])


def _reason(subject: Subject, raised: Raised) -> Reason | None:
    message = message_words(raised)
    where = f"guard on line {raised.guards[-1].line}" if raised.guards else f"line {raised.line}"
    if raised.reraised:
        tried = _tried_call(subject, raised)
        return Reason(raised.exception, f"if {tried} raises it", where) if tried else None
    condition = _condition(subject, raised)
    # "must be an int" omits that None is allowed: then only the condition is true
    allows_none = _allows_none(raised) or (condition is not None and _has_conjuncts(raised))
    if condition is not None and (allows_none or not (message and _is_better(subject, message, condition))):
        return Reason(raised.exception, condition, where)
    message = _within_outer_tests(subject, raised, message) if message is not None else None
    if message is not None and not allows_none:
        return Reason(raised.exception, message, f"message on line {raised.line}")
    return None


def _within_outer_tests(subject: Subject, raised: Raised, message: str) -> str | None:
    """Put the tests around the one that leads to a raise before its message; None where one has no words."""
    outer = [guard for guard in raised.guards[:-1] if guard.kind is GuardKind.IF and isinstance(guard.node, ast.expr)]
    said = [Reader(subject, guard.line).words(guard.node, guard.holds) for guard in outer if guard.node is not None]  # type: ignore[arg-type]
    if not said:
        return message
    words = list(dict.fromkeys(said))
    if None in words or len(words) > 1 or not message.startswith("if ") or any(" or " in str(one) for one in words):
        return None
    return f"if {words[0]} and {message.removeprefix('if ')}"


def _allows_none(raised: Raised) -> bool:
    """Return whether the test nearest to the raise excludes None ("x is not None and ...")."""
    test = raised.guards[-1].node if raised.guards else None
    return isinstance(test, ast.BoolOp) and any(
        isinstance(part, ast.Compare)
        and isinstance(part.ops[0], ast.IsNot)
        and ast.unparse(part.comparators[0]) == "None"
        for part in test.values
    )


def _has_conjuncts(raised: Raised) -> bool:
    """Return whether the test nearest to the raise has several parts, all of which must hold."""
    test = raised.guards[-1].node if raised.guards else None
    return isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And)


def _condition(subject: Subject, raised: Raised) -> str | None:
    """Describe the conditions of a raise; None unless all that matter to a caller can be described."""
    if not raised.guards:
        return None if _may_leave_before(subject, raised) else "always"
    if raised.guards[-1].kind is GuardKind.HANDLER:
        return _translated(subject, raised) if len(raised.guards) == 1 else None
    items = _loop_items(subject, raised)
    if items is None or not _is_whole(subject, raised):
        return None
    said = _described_tests(subject, raised, items)
    if not said or len(said) > _MAX_GUARDS or (len(said) > 1 and any(" or " in words for words in said)):
        return None
    return "if " + " and ".join(said)


def _translated(subject: Subject, raised: Raised) -> str | None:
    """Describe a raise in the handler of another exception."""
    if module := _tried_import(raised):
        return f"if ``{module}`` cannot be imported"
    tried = _tried_call(subject, raised)
    caught = " or ".join(f"``{name}``" for name in raised.guards[-1].test.split(", ") if name)
    return f"if {tried} raises {caught or 'anything'}" if tried else None


def _described_tests(subject: Subject, raised: Raised, items: Mapping[str, str]) -> list[str] | None:
    """Describe the tests that lead to a raise, innermost first; None where one cannot be described."""
    said: list[str] = []
    for guard in reversed(_relevant_guards(subject, raised)):
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


def _relevant_guards(subject: Subject, raised: Raised) -> list[Guard]:
    """Drop earlier ``if`` statements that raise: the order of exceptions matters little to a caller."""
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
    """Return the loop variable and the parameter whose items it holds; None for other loops."""
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
    """Return whether the guards alone decide: no ``return`` before the raise lies outside them."""
    accounted = {id(node) for guard in raised.guards if guard.node is not None for node in [guard.node]}
    return not any(
        isinstance(node, ast.Return) and node.lineno < raised.line for node in _unaccounted(subject.body, accounted)
    )


def _unaccounted(body: Sequence[ast.stmt], accounted: set[int]) -> list[ast.AST]:
    """Yield the ``return`` statements outside the ``if`` statements of these guards."""
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
    """Return whether the call may end before an unguarded raise, or the raise is in a ``try`` or loop."""
    return raised.node not in subject.body or any(
        isinstance(node, (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom, ast.Await)) and node.lineno < raised.line
        for node in subject.nodes
    )


def _tried_import(raised: Raised) -> str | None:
    """Return the module that a ``try`` imports, where it does nothing else."""
    attempt = raised.guards[-1].node
    if not isinstance(attempt, ast.Try) or len(attempt.body) != 1:
        return None
    statement = attempt.body[0]
    if isinstance(statement, ast.ImportFrom):
        return statement.module if not statement.level else None
    return statement.names[0].name if isinstance(statement, ast.Import) else None


def _tried_call(subject: Subject, raised: Raised) -> str | None:
    """Quote the only call of a ``try`` whose handler raises this, where a caller can understand it."""
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


def _is_better(subject: Subject, message: str, condition: str) -> bool:
    """Return whether a message is better than a condition, which it is only where that quotes code."""
    vague = re.search(r"is (?:true|false)\b", condition) is not None and message.startswith("if ")
    codes = condition.split("``")[1::2]
    known = any(re.split(r"\W", code)[0] in subject.parameters for code in codes)
    remote = not known and "the " not in condition
    return vague or remote or any(re.search(r"[ (]", code.partition('("')[0]) for code in codes)
