"""Bindings in a function at some line: names that may no longer hold what was passed in."""

import ast
from collections.abc import Iterator

from workhorse_core.actions.docstrings.rules.english.vocabulary import word_set
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.nodes import dotted

_LOOPS = (ast.For, ast.AsyncFor)
_WITHS = (ast.With, ast.AsyncWith)


def local_names(subject: Subject) -> set[str]:
    """Return the names that a function binds, without its parameters."""
    bound = {
        node.id for node in subject.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del))
    }
    bound |= {node.name for node in subject.nodes if isinstance(node, ast.ExceptHandler) and node.name}
    bound |= {node.name for node in subject.nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    for node in subject.nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            continue  # a module is the same wherever it is imported
        if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            bound.add(node.name)
    return bound - set(subject.parameters)


def changed_before(subject: Subject, line: int) -> set[str]:
    """Return the parameters that may hold something else at a line than what was passed in."""
    filled = {id(statement) for statement, end in _default_fillings(subject) if end < line}
    line = _end_of_loop(subject, line)
    return {name for name in _changed_within(subject, line) if name in subject.parameters} | {
        name
        for statement in subject.nodes
        if isinstance(
            statement, (ast.Assign, ast.AugAssign, ast.AnnAssign, *_LOOPS, *_WITHS, ast.NamedExpr, ast.Delete)
        )
        and statement.lineno < line
        and id(statement) not in filled
        for name in _bound_by(statement)
        if name in subject.parameters
    }


def filled_before(subject: Subject, line: int) -> set[str]:
    """Return the parameters that are no longer None at a line, as a default was filled in."""
    return {
        name for statement, _ in _default_fillings(subject) if statement.lineno < line for name in _bound_by(statement)
    }


def _end_of_loop(subject: Subject, line: int) -> int:
    """Return the line after the loop around a line: code below the line has run in the next round."""
    loops = [node for node in subject.nodes if isinstance(node, (*_LOOPS, ast.While))]
    ends = [(node.end_lineno or 0) + 1 for node in loops if node.lineno < line <= (node.end_lineno or 0)]
    return max(ends, default=line)


def stored_before(subject: Subject, line: int) -> set[str]:
    """Return the attributes that the function sets before a line."""
    line = _end_of_loop(subject, line)
    return {
        name
        for node in subject.nodes
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.lineno < line
        if (name := dotted(node))
    }


def acts_on_itself_before(subject: Subject, line: int) -> bool:
    """Return whether the function calls a method of its object as a statement before a line: ``self.fill()``."""
    return any(
        isinstance(call := node.value.value if isinstance(node.value, ast.Await) else node.value, ast.Call)
        and (dotted(call.func) or "").startswith("self.")
        for node in subject.nodes
        if isinstance(node, ast.Expr) and node.lineno < line
    )


_CHANGING = word_set(
    """
    add append appendleft clear close discard extend insert next pop popitem popleft read readline remove
    reverse seek send setdefault sort update
    """
)


def _changed_within(subject: Subject, line: int) -> Iterator[str]:
    """Yield names that are changed in place before a line: ``kwargs.pop("x")``, ``d[k] = v``, ``next(it)``."""
    for node in subject.nodes:
        if not isinstance(node, (ast.Call, ast.Subscript)) or node.lineno >= line:
            continue
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield dotted(node.value) or ""
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGING:
            yield dotted(node.func.value) or ""
        elif isinstance(node, ast.Call) and dotted(node.func) == "next" and node.args:
            yield dotted(node.args[0]) or ""


def _bound_by(statement: ast.AST) -> Iterator[str]:
    targets: list[ast.AST] = []
    if isinstance(statement, (ast.Assign, ast.Delete)):
        targets = list(statement.targets)
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign, *_LOOPS, ast.NamedExpr)):
        targets = [statement.target]
    elif isinstance(statement, _WITHS):
        targets = [item.optional_vars for item in statement.items if item.optional_vars is not None]
    for target in targets:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
                yield node.id


def _default_fillings(subject: Subject) -> Iterator[tuple[ast.stmt, int]]:
    """Yield ``if x is None: x = …`` with its last line: an argument that was passed is unchanged below it."""
    for node in subject.nodes:
        if isinstance(node, ast.If) and not node.orelse and isinstance(node.test, ast.Compare):
            name = dotted(node.test.left)
            is_none = isinstance(node.test.ops[0], ast.Is) and ast.unparse(node.test.comparators[0]) == "None"
            for statement in node.body:
                if is_none and list(_bound_by(statement)) == [name]:
                    yield statement, node.end_lineno or node.lineno
