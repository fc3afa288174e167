"""Imports that hints add: each is for an added annotation, changes no name, and has no effect of its own."""

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from workhorse_core.checks.proofs.annotated_file import AnnotatedFile, Key, import_keys, is_checking
from workhorse_core.checks.proofs.checking_block import never_runs
from workhorse_core.checks.proofs.code_tree import DiffersError
from workhorse_core.checks.proofs.reading_code import READING
from workhorse_core.languages.python.effect_free_modules import EFFECT_FREE_MODULES

IsModule = Callable[[str, int], bool]
"""Tells it of a dotted name, and the number of dots before it."""


def new_imports(
    before: AnnotatedFile,
    after: AnnotatedFile,
    annotations: Iterable[ast.expr | None],
    *,
    is_module: IsModule,
    at_run_time: bool,
) -> Counter[Key]:
    """Find the imports that are new.

    Args:
        before: The base.
        after: The candidate.
        annotations: Those that were added.
        is_module: Whether a name is a module of the project.
        at_run_time: The user asked for annotations that are read while the program runs: their imports are effects.

    Raises:
        DiffersError: One is not for an added annotation, may change what a name means, or does something by itself.
    """
    old, now = before.keys(), after.keys()
    new = now - old
    if not new:
        return new
    known = {node.id for node in before.nodes if isinstance(node, ast.Name)} | set(_bound(before.nodes))
    used, qualified = _used(annotations)
    used |= _used_by_tests(after)
    runs = any(checking for checking, *_ in new) and not never_runs(after)
    for key in new:
        _, module, level, name, alias = key
        written = f"from {'.' * max(level, 0)}{module} import {name}" if level >= 0 else f"import {name}"
        line = _line_of(after, key)
        if module == "__future__" and level == 0:
            _check_future(before, key, line)
            continue
        word = alias or name.partition(".")[0]
        again = any(other[1:] == key[1:] for other in old)
        if name == "*" or (not again and word in known):
            raise DiffersError("imports", f"{written} changes what {word} means.", line)
        if word not in used:
            raise DiffersError("imports", f"{written} is for no annotation that was added.", line)
        as_run = (key[0] and not runs, module, level, name, alias)
        if not (at_run_time or _has_no_effect(as_run, old, word in qualified, is_module)):
            raise DiffersError("imports", f"{written} runs a module that was not imported before.", line)
    return new


def _has_no_effect(key: Key, old: Counter[Key], is_qualified: bool, is_module: IsModule) -> bool:
    checking, module, level, name, _ = key
    if checking:
        return True
    whole = name if level < 0 else module
    if level >= 0 and is_qualified and (level or f"{module}.{name}" not in EFFECT_FREE_MODULES):
        return False  # what has attributes may be a module of a package, loaded by this very statement
    if level >= 0 and is_module(f"{module}.{name}" if module else name, level):
        return False
    return (level <= 0 and whole in EFFECT_FREE_MODULES) or whole in _loaded(old, level) - {""}


def _loaded(old: Counter[Key], level: int) -> set[str]:
    """Name the modules of a level that the base imports whenever it runs, with the packages around them."""
    found: set[str] = set()
    for checking, module, dots, name, _ in old:
        if not checking and max(dots, 0) == max(level, 0):
            steps = (name if dots < 0 else module).split(".")
            found |= {".".join(steps[: count + 1]) for count in range(len(steps))}
    return found


def _check_future(before: AnnotatedFile, key: Key, line: int) -> None:
    checking, _, _, name, _ = key
    if name != "annotations" or checking:
        raise DiffersError("imports", f"from __future__ import {name} changes other code.", line)
    if READING.search(" ".join(_attributes(before.nodes))):
        raise DiffersError("imports", "The module reads annotations, which would all become texts.", line)


def _attributes(nodes: Sequence[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def _bound(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the names that definitions and imports bind, anywhere in a file."""
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.arg):
            yield node.arg


def _used(annotations: Iterable[ast.expr | None]) -> tuple[set[str], set[str]]:
    """Name what annotations use, quoted parts too, and what they use with a dot behind it."""
    names: set[str] = set()
    qualified: set[str] = set()
    waiting = [each for each in annotations if each is not None]
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                qualified.add(node.value.id)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                try:
                    waiting.append(ast.parse(node.value.strip(), mode="eval").body)
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    continue  # a text, as in Literal["a b"]
    return names, qualified


def _used_by_tests(after: AnnotatedFile) -> set[str]:
    """Name what ``if TYPE_CHECKING:`` asks for."""
    tests = (node.test for node in after.tree.body if isinstance(node, ast.If) and is_checking(node))
    return {each.id for test in tests for each in ast.walk(test) if isinstance(each, ast.Name)}


def _line_of(after: AnnotatedFile, key: Key) -> int:
    lines = (node.lineno for node, checking in after.imports if key in set(import_keys(node, checking)))
    return max(lines, default=1)
