"""Whether what is under ``if TYPE_CHECKING:`` never runs: the name has to be false, wherever it comes from."""

import ast
from collections.abc import Iterator

from workhorse_core.checks.proofs.annotated_file import AnnotatedFile, is_checking

_NAME = "TYPE_CHECKING"
_TYPING = ("typing", "typing_extensions")
_SCOPES = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def never_runs(side: AnnotatedFile) -> bool:
    """Whether every name that such blocks ask for is that of ``typing``, or set to False at the top of the file."""
    tests = [node.test for node in side.tree.body if isinstance(node, ast.If) and is_checking(node)]
    return all(_is_false(side, test) for test in tests)


def _is_false(side: AnnotatedFile, test: ast.expr) -> bool:
    is_dotted = isinstance(test, ast.Attribute)
    name = next(each.id for each in ast.walk(test) if isinstance(each, ast.Name))
    for node in side.nodes:
        if isinstance(node, ast.Attribute) and node.attr == _NAME and not isinstance(node.ctx, ast.Load):
            return False
        if isinstance(node, ast.Global) and name in node.names:
            return False
    bindings = list(_bindings(side.tree, name, is_dotted))
    return bool(bindings) and all(bindings)


def _bindings(tree: ast.Module, name: str, is_dotted: bool) -> Iterator[bool]:
    """Yield, for everything outside of functions and classes that may bind a name, whether it binds it so."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        match node:
            case ast.ImportFrom() | ast.Import():
                yield from _imported(node, name, is_dotted)
            case (
                ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant(value=False))
                | ast.AnnAssign(target=ast.Name(id=target), value=ast.Constant(value=False))
            ) if target == name:
                yield not is_dotted
            case ast.Name(id=target, ctx=ast.Store() | ast.Del()) if target == name:
                yield False
            case _ if name in (getattr(node, "name", ""), getattr(node, "rest", "")):  # also of a pattern, of an except
                yield False
            case _ if not isinstance(node, _SCOPES):
                waiting += ast.iter_child_nodes(node)
            case _:
                pass


def _imported(node: ast.Import | ast.ImportFrom, name: str, is_dotted: bool) -> Iterator[bool]:
    for alias in node.names:
        if isinstance(node, ast.Import):
            if (alias.asname or alias.name.partition(".")[0]) == name:
                yield is_dotted and alias.name in _TYPING
            continue
        is_typing = node.module in _TYPING and not node.level
        if name == (alias.asname or alias.name) or (alias.name == "*" and not is_typing):
            yield is_typing and alias.name == _NAME and not is_dotted
