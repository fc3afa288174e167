"""Outlines of definitions for a model to read: headers, attributes and first sentences of docstrings.

They are unparsed from the syntax tree, so an entry is complete however its code is laid out.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from workhorse_core.languages.python.nodes import DefinitionNode
from workhorse_core.languages.python.source import statements_below
from workhorse_core.system.named_tuple import NamedTuple

_INDENT = "    "
_LONGEST_VALUE = 60
_LONGEST_SUMMARY = 200
_PARAGRAPH = re.compile(r"\s*(\S.*?)\s*(?:\n[ \t\r\f]*\n|\Z)", re.DOTALL)
_SENTENCE = re.compile(r".*?[.!?](?= |\Z)")


class Member(NamedTuple):
    """A member of a class or module, in lines that are complete by themselves."""

    name: str
    node: ast.stmt
    lines: Sequence[str]


def outline_function(node: ast.FunctionDef | ast.AsyncFunctionDef, owner: str = "") -> list[str]:
    """Outline a function: its signature and the first sentence of its docstring.

    ``owner`` names the definition around the function, where the lines around it do not show that.
    """
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returns = f" -> {_written(node.returns)}" if node.returns else ""
    header = f"{word} {node.name}{_generic(node)}({_parameters(node.args)}){returns}:"
    remark = f"  # in {owner}" if owner else ""
    decorators = [f"@{_written(decorator)}" for decorator in node.decorator_list]
    summary = summary_of(node)
    if summary is None:
        return [*decorators, f"{header} ...{remark}"]
    return [*decorators, f"{header}{remark}", f'{_INDENT}"""{summary}"""']


def outline_class(node: ast.ClassDef, closed: bool = True) -> list[str]:
    """Outline a class: its header and the first sentence of its docstring; unless ``closed``, its members follow."""
    keywords = [f"{keyword.arg}={_written(keyword.value)}" for keyword in node.keywords if keyword.arg]
    bases = ", ".join([*map(_written, node.bases), *keywords])
    decorators = [f"@{_written(decorator)}" for decorator in node.decorator_list]
    header = f"class {node.name}{_generic(node)}({bases}):" if bases else f"class {node.name}{_generic(node)}:"
    summary = summary_of(node)
    if summary is None:
        return [*decorators, f"{header} ..." if closed else header]
    return [*decorators, header, f'{_INDENT}"""{summary}"""']


def outline_members(node: ast.Module | ast.ClassDef) -> Iterator[Member]:
    """Outline the members of a class or module: attributes, functions, and the headers of classes.

    Attributes that ``__init__`` sets follow it as ``self.x = …``.
    """
    for statement in _statements(node.body):
        if isinstance(statement, ast.ClassDef):
            yield Member(statement.name, statement, outline_class(statement))
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield Member(statement.name, statement, outline_function(statement))
            if statement.name == "__init__" and isinstance(node, ast.ClassDef):
                yield from _attributes_set(statement)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            yield Member(_assigned(statement), statement, [_assignment(statement)])


def outline_imports(node: ast.Module) -> list[str]:
    """List a module's imports, one per line, without those inside functions."""
    imports = (ast.Import, ast.ImportFrom)
    return [_written(statement) for statement in _statements(node.body) if isinstance(statement, imports)]


def indented(lines: Iterable[str], depth: int = 1) -> list[str]:
    """Indent lines by some levels."""
    return [_INDENT * depth + line for line in lines]


def summary_of(node: DefinitionNode | ast.Module) -> str | None:
    """Return the first sentence of the docstring on one line, None where there is none.

    A sentence of more than some 200 characters is cut between words.
    """
    first = node.body[0] if node.body else None
    if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
        return None
    text = first.value.value
    paragraph = _PARAGRAPH.match(text) if isinstance(text, str) else None
    if paragraph is None:
        return None
    words = " ".join(paragraph[1].split())
    sentence = _SENTENCE.match(words)
    summary = sentence[0] if sentence else words
    return summary if len(summary) <= _LONGEST_SUMMARY else f"{summary[:_LONGEST_SUMMARY].rpartition(' ')[0]} ..."


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a body in order; of ``if``, ``try`` and the like, those in their blocks."""
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        below = () if isinstance(node, DefinitionNode) else statements_below(node)
        waiting.extend(reversed(below))
        if isinstance(node, ast.stmt) and not below:
            yield node


def _attributes_set(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Member]:
    first = next(iter([*node.args.posonlyargs, *node.args.args]), None)
    seen: set[str] = set()
    for statement in _statements(node.body):
        if first is None or not isinstance(statement, (ast.Assign, ast.AnnAssign)):
            continue
        owner, _, name = _assigned(statement).rpartition(".")
        if owner == first.arg and name not in seen:
            seen.add(name)
            yield Member(name, statement, [_assignment(statement)])


def _assigned(statement: ast.Assign | ast.AnnAssign) -> str:
    """Return the dotted name of the first target, "" where it is something else."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        return f"{target.value.id}.{target.attr}"
    return target.id if isinstance(target, ast.Name) else ""


def _assignment(statement: ast.Assign | ast.AnnAssign) -> str:
    """Unparse an assignment on one line, a long value as dots."""
    if isinstance(statement, ast.AnnAssign):
        start = f"{_written(statement.target)}: {_written(statement.annotation)}"
        return start if statement.value is None else f"{start} = {_written(_short(statement.value))}"
    targets = " = ".join(map(_written, statement.targets))
    return f"{targets} = {_written(_short(statement.value))}"


def _parameters(arguments: ast.arguments) -> str:
    return _written(
        ast.arguments(
            posonlyargs=arguments.posonlyargs,
            args=arguments.args,
            vararg=arguments.vararg,
            kwonlyargs=arguments.kwonlyargs,
            kw_defaults=[default and _short(default) for default in arguments.kw_defaults],
            kwarg=arguments.kwarg,
            defaults=[_short(default) for default in arguments.defaults],
        )
    )


def _generic(node: DefinitionNode) -> str:
    """Unparse type parameters (Python 3.12)."""
    parameters: Sequence[ast.AST] = getattr(node, "type_params", ())
    return f"[{', '.join(map(_written, parameters))}]" if parameters else ""


def _short(value: ast.expr) -> ast.expr:
    text = _written(value)
    return ast.Constant(...) if text == "..." or len(text) > _LONGEST_VALUE else value


def _written(node: ast.AST) -> str:
    """Unparse code on one line; dots where it needs several or is nested too deeply."""
    try:
        text = ast.unparse(node)
    except RecursionError:
        return "..."
    return text if text.isprintable() else "..."
