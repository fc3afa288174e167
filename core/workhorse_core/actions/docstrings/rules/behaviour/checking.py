"""Functions that only raise where a test fails: "Check that ``callback`` is callable."."""

import ast

from workhorse_core.actions.docstrings.rules.behaviour.actions import is_silent
from workhorse_core.actions.docstrings.rules.code.conditions import Reader
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.system.lazy_regex import late_pattern

_MOST = 2
_COPIED = late_pattern(r"(?:truthy|falsy)$|``[^`]*[ (][^`]*``(?: is (?:not )?(?:true|false)|$)")
"""A test that is quoted as it stands, and so says nothing in words."""


def check_sentence(subject: Subject) -> str | None:
    """Describe a body that is one or two tests, each of which raises."""
    tests: list[str] = []
    for statement in subject.body:
        if is_silent(statement):
            continue
        if not is_guard(statement):
            return None
        assert isinstance(statement, ast.If)
        words = Reader(subject, statement.lineno).words(statement.test, holds=False)
        if words is None or _COPIED.search(words):
            return None
        tests.append(words)
    if not 0 < len(tests) <= _MOST or subject.signature.is_property or not subject.signature.raised_names:
        return None
    return f"Check that {' and that '.join(tests)}."


def is_guard(statement: ast.stmt) -> bool:
    """Return whether a statement is a test that raises, and nothing else."""
    return (
        isinstance(statement, ast.If)
        and not statement.orelse
        and len(statement.body) == 1
        and isinstance(statement.body[0], ast.Raise)
    )
