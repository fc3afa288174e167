"""The place of a new docstring in the code, with the blanks and line ends around it.

It is always an insertion: no existing byte changes. `black` and `ruff format` leave its blank lines as they are.
"""

import ast
import re

from workhorse_core.languages.python.definitions import node_of, source_of
from workhorse_core.languages.python.header import header_colon
from workhorse_core.languages.python.nodes import DefinitionNode
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.region import Region
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple

_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

# https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations
_COOKIE = late_pattern(rb"[ \t\f]*#(?:!|.*?coding[:=][ \t]*[-\w.]+)")
_LICENCE = late_pattern(rb"copyright|licen[cs]e|spdx|all rights|public domain|author|vim?:|-\*-", re.IGNORECASE)
_TYPE_COMMENT = late_pattern(rb"[ \t\f]*#[ \t]*type:[ \t]*\(")
_BESIDE = late_pattern(rb"[ \t]*(?:@|(?:async[ \t]+)?def\b.*(?:\.\.\.[ \t]*(?:#.*)?|\()[\r\n]*$)")
_STUB = late_pattern(rb":[ \t]*\.\.\.[ \t]*(?:#.*)?[\r\n]*\Z")
_CELL = late_pattern(rb"#[ \t]?(?:%%|In\[[ \d]*\]:?)")


class Placement(NamedTuple):
    """A byte offset, and the text to insert before and after the literal.

    ``indent`` is the indentation of the literal; ``newline`` ends the lines within it.
    """

    offset: int
    indent: str
    newline: str
    before: str
    after: str


class NoPlacement(NamedTuple):
    """The reason why a docstring cannot be inserted."""

    reason: str


def find_placement(region: Region) -> Placement | NoPlacement:
    """Find the place for the docstring of a definition or module that has none."""
    source, node = source_of(region), node_of(region)
    if isinstance(node, ast.Module):
        return _module_place(source, node)
    assert isinstance(node, DefinitionNode)
    return _body_place(source, node)


def docstring_node(node: ast.AST | None) -> ast.Constant | None:
    """Return the docstring of a node: a string literal that is the first statement of the body."""
    first = node.body[0] if isinstance(node, _Documented) and node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value
    return None


def _body_place(source: PythonSource, node: DefinitionNode) -> Placement | NoPlacement:
    colon = header_colon(source, node)
    line = source.line_of(colon)
    end = source.offset(line + 1, 0)
    rest = source.data[colon + 1 : end]
    newline = line_end(rest.decode("latin-1")) or source.newline
    code = rest.strip(b" \t\f\r\n")
    if code.startswith(b"\\"):
        return NoPlacement(
            "the line of its colon is continued with a backslash, so a docstring cannot simply be put in"
        )
    if code and not code.startswith(b"#"):
        return _inline_place(source, node, colon, newline)
    if line < source.last_line and _TYPE_COMMENT.match(source.lines[line]):
        line, end = line + 1, source.offset(line + 2, 0)
    indent = source.indent_of(_first_line(node.body[0]))
    following = source.lines[line] if line < source.last_line else b""
    if not following.strip() and not _wants_blank_line(node):
        return _blank_line_place(end, following.rstrip(b"\r\n"), indent, newline)
    blank = newline if following.strip() and _wants_blank_line(node) else ""
    return Placement(end, indent, newline, indent, newline + blank)


def _blank_line_place(start: int, blanks: bytes, indent: str, newline: str) -> Placement:
    """Use the blank line below a function's header, so that none remains after the docstring (D202)."""
    if indent.encode().startswith(blanks):
        return Placement(start + len(blanks), indent, newline, indent[len(blanks) :], "")
    return Placement(start, indent, newline, indent, newline)


def _inline_place(source: PythonSource, node: DefinitionNode, colon: int, newline: str) -> Placement | NoPlacement:
    """Break a body on the header's line into a block; the blanks before it become indentation."""
    outer = source.indent_of(node.lineno)
    indent = outer + source.indent_unit
    start = source.span(node.body[0])[0]
    gap = source.data[colon + 1 : start].decode("ascii", "replace")
    blank = newline if isinstance(node, ast.ClassDef) else ""
    if gap and not indent.endswith(gap):
        return NoPlacement(
            "its body stands on the line of its colon, behind a blank that a docstring would leave there"
        )
    if _touches_stub(source, node):
        return NoPlacement("it stands on one line right beside another stub, and would need a blank line there")
    if indent.endswith(gap):
        offset, rest = colon + 1, indent.removesuffix(gap) if gap else indent
    else:
        offset, rest = start, indent
    return Placement(offset, indent, newline, newline + indent, newline + blank + rest)


def _touches_stub(source: PythonSource, node: DefinitionNode) -> bool:
    """Return whether a stub has stubs on adjacent lines: with a docstring it would need a blank line between."""
    if not _STUB.search(source.data[slice(*source.span(node))]):
        return False
    first, last = _first_line(node), source.line_of(source.span(node)[1])
    above = source.lines[first - 2] if first > 1 else b""
    below = source.lines[last] if last < source.last_line else b""
    return bool(_BESIDE.match(below) or _STUB.search(above))


def _wants_blank_line(node: DefinitionNode) -> bool:
    """Return whether a blank line follows the docstring: in classes, and before a nested definition."""
    return isinstance(node, ast.ClassDef) or isinstance(node.body[0], DefinitionNode)


def _first_line(statement: ast.stmt) -> int:
    decorators = statement.decorator_list if isinstance(statement, DefinitionNode) else []
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def line_end(text: str) -> str:
    """Return the first line end of a text, "" where it has none."""
    match = re.search(r"\r\n|\n|\r", text)
    return match[0] if match else ""


# -- modules


def _module_place(source: PythonSource, node: ast.Module) -> Placement | NoPlacement:
    if not node.body:
        return NoPlacement("it is empty")
    first = source.line_of(source.span(node.body[0])[0])
    before = [_without_bom(source, line) for line in range(1, first)]
    if any(line.strip() and not line.strip().startswith(b"#") for line in before):
        return NoPlacement("it begins with a line that is continued with a backslash")
    line = _module_line(before) + 1
    if (cell := _code_cell(before)) is not None:
        line = cell + 1
    newline = line_end(source.lines[line - 1].decode("latin-1")) or source.newline
    blanks = 2 if isinstance(node.body[0], DefinitionNode) else 1
    return Placement(source.offset(line, 0), "", newline, "", newline * (1 + blanks))


def _code_cell(before: list[bytes]) -> int | None:
    """Return the line (from 0) below the marker of the cell of the first statement, in a percent script.

    https://jupytext.readthedocs.io/en/latest/formats-scripts.html
    """
    marks = [number for number, line in enumerate(before) if _CELL.match(line)]
    return marks[-1] + 1 if marks else None


def _without_bom(source: PythonSource, line: int) -> bytes:
    return source.lines[line - 1].removeprefix(b"\xef\xbb\xbf")


def _module_line(before: list[bytes]) -> int:
    """Choose a line (from 0) among the comments and blanks before the first statement, or the statement's own.

    A block of comments directly above the statement belongs to it, unless it is the licence, a shebang or the
    encoding; comments before a blank line belong to the file.
    """
    first = len(before)
    while first > 0 and before[first - 1].strip():
        first -= 1
    if any(_LICENCE.search(line) for line in before[first:]):
        return len(before)
    marks = [number for number, line in enumerate(before[:2]) if _COOKIE.match(line)]
    return max([first, *(number + 1 for number in marks)])
