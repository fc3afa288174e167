"""What a commit changes in Python files, read off one diff, and whether a closer look could find anything.

A hook that has nothing to say must cost next to nothing, so this file imports only what is built into the
interpreter. Whatever it says may need a look is decided by the core's own rules.
"""

import _ast
import _codecs

from workhorse_core.languages.python.visibility import is_private, is_test

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FORM = (
    *("-U10000000", "-M", "--diff-filter=ACMRT", "--ignore-submodules", "--text", "--no-relative", "--no-ext-diff"),
    *("--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/"),
)
_PYTHON = ("--", "*.py")
DIFF = ("diff", "--cached", *_FORM, *_PYTHON)
"""What git is asked for: whole files, so that one process gives both what changed and what is there."""

QUIETLY = ("-c", "core.quotePath=false", "-c", "diff.suppressBlankEmpty=false")
"""Settings that the diff is read under."""


def commit_diff(commit: str) -> tuple[str, ...]:
    """Give what git is asked for about a commit that was made."""
    return ("diff-tree", "-p", "--root", "--no-commit-id", *_FORM, commit, *_PYTHON)


def range_diff(since: str, to: str) -> tuple[str, ...]:
    """Give what git is asked for about everything that ``to`` has and ``since`` has not."""
    return ("diff", *_FORM, f"{since}...{to}", *_PYTHON)


_ONLY_TREE = 0x400  # ast.PyCF_ONLY_AST: importing ast costs more than parsing
LARGEST_FILE = 1_000_000
"""Bytes: the core looks at no larger ones."""
_FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, _ast.ClassDef)
_ABOUT = (b"index ", b"new file mode ", b"new mode ")
_NO_FILES = (b" 120000", b" 160000")
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


class Changed:
    """A file of the commit: its path, its bytes as they are committed, and its new lines.

    ``ranges`` holds first and last lines, counted from 1, both included.
    """

    __slots__ = ("data", "path", "ranges")

    def __init__(self, path: str, data: bytes, ranges: list[tuple[int, int]]) -> None:
        self.path = path
        self.data = data
        self.ranges = ranges


class _Definition:
    """A definition with its first and last line, decorators included, and those around it, outermost first."""

    __slots__ = ("first", "last", "node", "parents")

    def __init__(self, node: "Any", parents: "tuple[Any, ...]", first: int, last: int) -> None:
        self.node = node
        self.parents = parents
        self.first = first
        self.last = last


# -- the diff


def read_diff(diff: bytes) -> list[Changed]:
    """Read what ``git diff`` says with `DIFF`; links, submodules and deleted lines are left out."""
    found: list[Changed] = []
    for part in (b"\n" + diff.removesuffix(b"\n")).split(b"\ndiff --git ")[1:]:
        start = part.find(b"\n@@ ")
        header = part[: max(start, 0)]
        if start < 0 or any(map(_is_no_file, header.split(b"\n"))):
            continue  # nothing but a name or a mode has changed, or it is no file
        name = header[header.rindex(b"\n+++ ") + 5 :].removesuffix(b"\t")
        data, ranges = _read_body(part[part.index(b"\n", start + 1) + 1 :])
        if ranges:
            found.append(Changed(_path(name), data, ranges))
    return found


def _is_no_file(line: bytes) -> bool:
    """Tell by a line of a header that there is no file on the new side: a link, a submodule, or nothing any more."""
    return line.startswith(b"deleted file mode ") or (line.startswith(_ABOUT) and line.endswith(_NO_FILES))


def _read_body(body: bytes) -> tuple[bytes, list[tuple[int, int]]]:
    """Take the new side together, and note which of its lines are new."""
    lines: list[bytes] = []
    ranges: list[tuple[int, int]] = []
    first, before, end = 0, b"", b"\n"
    for line in body.split(b"\n"):
        sign = line[:1]
        if sign == b"+" or sign == b" ":
            if sign == b"+":
                first = first or len(lines) + 1
            elif first:
                ranges.append((first, len(lines)))
                first = 0
            lines.append(line[1:])
        elif sign == b"\\" and before != b"-":  # "\\ No newline at end of file"
            end = b""
        before = sign
    if first:
        ranges.append((first, len(lines)))
    return b"\n".join(lines) + end, ranges


def _path(name: bytes) -> str:
    """Read the new side's path, a C string in quotes where it holds controls, quotes or backslashes."""
    if name.startswith(b'"'):
        name = _codecs.escape_decode(name[1:-1])[0]
    return name.decode("utf-8", "surrogateescape").removeprefix("b/")


# -- what may need a look


class Wanted:
    """What is looked for: the actions, and what the configuration says of private names, of tests and of paths."""

    __slots__ = ("actions", "exclude", "include", "private", "tests")

    def __init__(
        self, actions: tuple[str, ...], private: bool, tests: bool, include: tuple[str, ...], exclude: tuple[str, ...]
    ) -> None:
        self.actions = actions
        self.private = private
        self.tests = tests
        self.include = include
        self.exclude = exclude


def may_lack(changed: Changed, wanted: Wanted) -> bool:
    """Say whether the rules are worth asking about a file; False only where they would find nothing."""
    if len(changed.data) > LARGEST_FILE or b"\0" in changed.data:
        return False
    try:
        tree = compile(changed.data, "staged", "exec", _ONLY_TREE, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False  # what does not parse is for others to complain about
    found = list(_touched(_definitions(tree, changed), changed))
    if "docstrings" in wanted.actions and (wanted.tests or not is_test(changed.path)):
        private = not wanted.private and any(map(is_private, changed.path.removesuffix(".py").split("/")))
        if not private and any(_may_lack_docstring(each, wanted.private) for each in found):
            return True
    return "hints" in wanted.actions and any(_lacks_hints(each.node) for each in found)


def _may_lack_docstring(found: _Definition, private: bool) -> bool:
    body = found.node.body
    if not body or (isinstance(body[0], _ast.Expr) and isinstance(getattr(body[0].value, "value", None), str)):
        return False
    if any(isinstance(parent, _FUNCTIONS) for parent in found.parents):
        return False
    names = (getattr(node, "name", "") for node in (*found.parents, found.node))
    return private or not any(map(is_private, names))


def _lacks_hints(node: "Any") -> bool:
    if not isinstance(node, _FUNCTIONS):
        return False
    given = node.args
    taken = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    others = taken[1:] if taken and taken[0].arg in ("self", "cls") else taken
    return node.returns is None or any(each.annotation is None for each in others)


def _definitions(tree: "Any", changed: Changed) -> list[_Definition]:
    """List the module and every definition in it, in source order."""
    found = [_Definition(tree, (), 1, changed.data.count(b"\n") + 1)]
    waiting: list[tuple[Any, tuple[Any, ...]]] = [(tree, ())]
    while waiting:
        node, parents = waiting.pop()
        if isinstance(node, _DEFINITIONS):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            found.append(_Definition(node, parents, first, node.end_lineno or first))
            parents = (*parents, node)
        below = [each for name in _BLOCKS for each in getattr(node, name, ())]
        waiting += [(each, parents) for each in reversed(below)]
    return found


def _touched(definitions: list[_Definition], changed: Changed) -> list[_Definition]:
    """Give the innermost definition of each new line; the module only where its first line is new."""
    at_top = changed.ranges[0][0] == 1
    innermost: dict[int, _Definition] = {}
    for each in definitions:  # what is within comes later and takes its lines over
        for first, last in changed.ranges:
            if first <= each.last and each.first <= last:
                innermost.update(dict.fromkeys(range(max(first, each.first), min(last, each.last) + 1), each))
    return [each for each in dict.fromkeys(innermost.values()) if each is not definitions[0] or at_top]
