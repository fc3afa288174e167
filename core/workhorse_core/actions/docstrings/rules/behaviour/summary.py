"""The first sentence of a function's docstring, from all that its body does."""

import ast
import re
from collections.abc import Sequence

from workhorse_core.actions.docstrings.rules.behaviour.actions import (
    PROTOCOL,
    Command,
    commands,
    inherited_call,
)
from workhorse_core.actions.docstrings.rules.behaviour.attempts import attempt_sentence
from workhorse_core.actions.docstrings.rules.behaviour.cached import cached_sentence
from workhorse_core.actions.docstrings.rules.behaviour.cases import branched, by_case_sentence, returns
from workhorse_core.actions.docstrings.rules.behaviour.checking import check_sentence, is_guard
from workhorse_core.actions.docstrings.rules.behaviour.comparisons import comparison_sentence
from workhorse_core.actions.docstrings.rules.behaviour.delegation import delegation
from workhorse_core.actions.docstrings.rules.behaviour.echo import says_only
from workhorse_core.actions.docstrings.rules.behaviour.scope import Scope
from workhorse_core.actions.docstrings.rules.behaviour.straight import straightened
from workhorse_core.actions.docstrings.rules.behaviour.values import value_noun
from workhorse_core.actions.docstrings.rules.code.bindings import local_names
from workhorse_core.actions.docstrings.rules.code.defaults import default_fillings, filling
from workhorse_core.actions.docstrings.rules.english.vocabulary import word_set
from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.nodes import dotted, is_none, last_name

_MAX_COMMANDS = 3
_NOT_READ = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Try, ast.While, ast.Match)


def behaviour_summary(subject: Subject) -> Phrase | None:
    """Describe all that a body does, or None where any of it is uncertain."""
    function = subject.function
    if function is None or subject.signature.is_stub_body or subject.signature.is_abstract:
        return None
    if any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) for node in subject.nodes):
        return None
    if _guards_locals(subject):
        return None
    if checked := check_sentence(subject):
        return Phrase(checked, f"body, line {subject.body[0].lineno}")
    body = straightened(_without_guards(subject), is_procedure=not subject.signature.returns_value)
    scope = Scope(subject, changed=_changed(subject, body))
    said = _said(scope, body)
    if said is None and len(body) == 1 and isinstance(body[0], (ast.Return, ast.Expr)) and body[0].value:
        said = delegation(scope, body[0].value)
    if said is None or len(said) > 240:
        return None
    if _is_bare(said) and not _is_news(subject, body[0]):
        said = (
            delegation(scope, body[0].value) if isinstance(body[0], (ast.Return, ast.Expr)) and body[0].value else None
        )
        return Phrase(said, f"body, line {subject.body[0].lineno}") if said else None
    formula = is_echo(subject, said)
    return Phrase(said, f"body, line {subject.body[0].lineno}", formula)


def _is_news(subject: Subject, statement: ast.stmt) -> bool:
    """Return whether one expression is enough: a constant, an attribute, or the call of a method that Python calls."""
    if not isinstance(statement, ast.Return):
        return subject.name in PROTOCOL
    name = dotted(statement.value) or ""
    if name == "self":
        return True
    own = not subject.parameters and name.startswith("self.") and name.count(".") == 1
    return own or isinstance(statement.value, ast.Constant)


def _is_bare(said: str) -> bool:
    """Return whether a sentence only copies one expression of the body."""
    return re.fullmatch("(?:Return|Call) ``[^`]*``[.]", said) is not None


def _without_guards(subject: Subject) -> list[ast.stmt]:
    """Leave out tests that raise and filled-in defaults, which have sentences of their own."""
    shown = default_fillings(subject)
    return [
        one
        for one in subject.body
        if not is_guard(one) and not ((filled := filling(one)) is not None and filled[0] in shown and _fills_name(one))
    ]


def _guards_locals(subject: Subject) -> bool:
    """Return whether a test that raises is about a value that the function itself has found."""
    found = local_names(subject)
    return any(
        isinstance(one, ast.If)
        and isinstance(one.body[-1], ast.Raise)
        and any(isinstance(node, ast.Name) and node.id in found for node in ast.walk(one.test))
        for one in subject.body
    )


def _fills_name(statement: ast.stmt) -> bool:
    """Return whether a filled-in default is bound to the parameter, not to an attribute of the object."""
    return isinstance(statement, ast.If) or not any(
        isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) for node in ast.walk(statement)
    )


def _changed(subject: Subject, body: Sequence[ast.stmt]) -> frozenset[str]:
    """Return the parameters that are bound again."""
    bound = {
        node.id
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del))
    }
    return frozenset(bound & set(subject.parameters))


def _said(scope: Scope, body: list[ast.stmt]) -> str | None:
    if not body:
        return None
    last = body[-1]
    if cached := cached_sentence(scope, body):
        return cached
    if tried := attempt_sentence(scope, body):
        return tried
    if compared := comparison_sentence(scope, body):
        return compared
    body = branched(body)
    last = body[-1]
    if isinstance(last, ast.Return) and last.value is not None:
        return _returning(scope, body[:-1], last)
    if isinstance(last, ast.Raise) and len(body) == 1:
        return _raising(scope, last)
    if isinstance(last, ast.Expr) and isinstance(last.value, (ast.Yield, ast.YieldFrom)):
        return _yielding(scope, body[:-1], last.value)
    if scope.subject.signature.yields or scope.subject.signature.returns_value:
        return None
    done = commands(scope, body)
    if done and len(done) == 1 and not done[0].telling and done[0].text.startswith("call "):
        return f"Call {done[0].text[5:]}."
    return _commanded(done) if done else None


def _raising(scope: Scope, only: ast.Raise) -> str | None:
    """Describe a body that raises whatever it is given."""
    if sum(isinstance(node, ast.Raise) for node in scope.subject.nodes) > 1:
        return None
    name = dotted(only.exc.func if isinstance(only.exc, ast.Call) else only.exc)
    is_class = last_name(name or "").lstrip("_")[:1].isupper()
    return f"Always raise ``{name}``." if is_class and name != "NotImplementedError" else None


def _commanded(done: Sequence[Command]) -> str | None:
    """Join commands into a sentence."""
    if len(done) > _MAX_COMMANDS or not any(one.telling for one in done):
        return None
    texts = _merged([one.text for one in done])
    if len(texts) > 1 and any(" if " in text or " for each " in text for text in texts[:-1]):
        return None
    if len(texts) > 1 and (" if " in texts[-1] or " for each " in texts[-1] or any(", " in text for text in texts)):
        return None
    joined = (
        ", ".join(texts[:-1]) + (" and " if len(texts) == 2 else ", and ") + texts[-1] if len(texts) > 1 else texts[0]
    )
    return f"{joined[0].upper()}{joined[1:]}."


def _merged(texts: list[str]) -> list[str]:
    """Leave out the verb of a command that repeats the one before: "set a to 1, b to 2"."""
    alike = len(texts) > 1 and all(text.startswith("set ") for text in texts)
    return [texts[0], *(text.removeprefix("set ") for text in texts[1:])] if alike else texts


def _returning(scope: Scope, before: list[ast.stmt], last: ast.Return) -> str | None:
    if last.value is None:
        return None
    cases: list[ast.If] = []
    while before and isinstance(case := before[-1], ast.If) and returns(case.body) and not case.orelse:
        cases.insert(0, case)
        before.pop()
    result = _result(scope, last.value)
    if cases:
        return by_case_sentence(scope, cases, last.value) if not before else None
    if result is None or is_none(last.value):
        return None
    done = commands(scope, before)
    if done is None or len(done) >= _MAX_COMMANDS:
        return None
    if not done:
        return _alone(scope, last.value, result)
    if any(" if " in one.text or " for each " in one.text or ", " in one.text for one in done) or ", " in result:
        return None
    if not any(one.telling for one in done):
        return None
    texts = [*_merged([one.text for one in done]), f"return {result}"]
    joined = ", ".join(texts[:-1]) + (" and " if len(texts) == 2 else ", and ") + texts[-1]
    return f"{joined[0].upper()}{joined[1:]}."


def _alone(scope: Scope, value: ast.expr, result: str) -> str | None:
    if inherited_call(scope, value):
        return None
    if is_wrapped(scope.subject) and (dotted(value) in scope.subject.parameters or isinstance(value, ast.Constant)):
        return None  # what the decorator makes of it is unknown
    if dotted(value) is not None and dotted(value) in scope.subject.parameters:
        return f"Return {result} unchanged."
    if dotted(value) == "self":
        return f"Return {result} itself." if result.startswith("the ") else f"Return {result}."
    if scope.subject.signature.is_property and (alias := _alias(scope, value)):
        return alias
    if scope.subject.signature.is_property and result.startswith(("the ", "a ", "an ", "text ", "item ", "whether ")):
        return f"{result[0].upper()}{result[1:]}."
    if isinstance(value, ast.Constant) and scope.subject.signature.is_property:
        return f"Always {result}."
    if isinstance(value, ast.Constant) and not scope.subject.signature.raises:
        return f"Always return {result}."
    return f"Return {result}."


def is_wrapped(subject: Subject) -> bool:
    """Return whether a decorator may change what a call gets or gives."""
    decorators = subject.function.decorator_list if subject.function is not None else []
    names = [dotted(one.func if isinstance(one, ast.Call) else one) or "" for one in decorators]
    return any(last_name(name) not in _TRANSPARENT for name in names)


_TRANSPARENT = word_set(
    """
    abstractmethod abstractproperty cache cached_property classmethod deprecated final getter lru_cache override
    overload property reify setter staticmethod wraps
    """
)


def _alias(scope: Scope, value: ast.expr) -> str | None:
    """Describe a property that gives another attribute of the object."""
    name, code = dotted(value) or "", scope.code(value)
    return f"The same as {code}." if code and name.startswith("self.") and name.count(".") == 1 else None


def _result(scope: Scope, value: ast.expr) -> str | None:
    if inherited_call(scope, value):
        return "the result of the base class"
    said = value_noun(scope, value)
    return said if said != "None" else None


def _yielding(scope: Scope, before: list[ast.stmt], value: ast.Yield | ast.YieldFrom) -> str | None:
    if before or value.value is None:
        return None
    said = value_noun(scope, value.value)
    if said is None or scope.subject.signature.is_context_manager:
        return None
    if isinstance(value, ast.YieldFrom):
        said = f"the elements of {said}" if re.fullmatch("``[^`]*``", said) else said.removeprefix("a list of ")
    return f"Yield {said}."


def is_echo(subject: Subject, said: str) -> bool:
    """Return whether a sentence has no content word beyond the name of the function and of its class."""
    if said.endswith((" itself.", "Return ``self``.")) and not subject.name.startswith("__"):
        return False  # that nothing is made or changed is news
    return "whether ``self`` " in said or says_only(
        said, subject.name, subject.owner.name if subject.owner is not None else ""
    )
