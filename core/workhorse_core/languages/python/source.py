"""Python source: the declared encoding (PEP 263), the syntax tree, and the bytes of its nodes."""

import ast
import re
import sys
import warnings
from collections.abc import Sequence
from functools import cached_property
from typing import get_args

from workhorse_core.languages.python.nodes import DefinitionNode
from workhorse_core.languages.source import Source, check_size
from workhorse_core.system.lazy_regex import late_pattern

_FLOW = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
_BLOCKS = (ast.Module, *get_args(DefinitionNode), *_FLOW, ast.ExceptHandler, ast.match_case)
BLOCK_TYPES = frozenset(_BLOCKS)
"""The nodes that hold statements."""
Placed = ast.stmt | ast.expr | ast.arg | ast.keyword | ast.alias | ast.excepthandler

# https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations
_DECLARATION = late_pattern(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_BLANK = late_pattern(rb"[ \t\f]*(?:#|$)")
_FIRST_LINES = late_pattern(rb"([^\r\n]*)(?:\r\n|\n|\r|$)([^\r\n]*)")
_DECORATOR = late_pattern(rb"[ \t\f]*(?=@)")
_LONG_NAME = late_pattern(rb"(?:\.[\s\\]*+[\w\x80-\xff]++[\s\\]*+){100}")


class PythonSource(Source):
    """One Python file. Columns are those of ``ast``."""

    @property
    def declared_encoding(self) -> str:
        """The encoding that the first two lines declare (PEP 263), UTF-8 where they do not."""
        match = _FIRST_LINES.match(self.data, self.body)
        first, second = match.groups() if match else (b"", b"")
        declared = _DECLARATION.match(first) or (_DECLARATION.match(second) if _BLANK.match(first) else None)
        return _normal_name(declared[1].decode("ascii")) if declared else "utf-8"

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree.

        Raises:
            TargetError: The file does not parse; the message names the line and the reason.
        """
        text = self.text
        if _LONG_NAME.search(self.data):  # Python needs memory by the square of the length of an imported name
            raise self.refusal("does not parse: it holds a dotted name of more than a hundred parts")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an invalid escape is for the user's own tools to report
                return ast.parse(text)
        except SyntaxError as error:
            python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
            where = f"line {error.lineno}: " if error.lineno else ""
            raise self.refusal(
                f"does not parse: {where}{error.msg}",
                f"Correct the file; code for a later Python than {python} needs Workhorse under that one",
            ) from error
        except (RecursionError, MemoryError) as error:
            raise self.refusal("does not parse: it is nested too deeply") from error
        except (ValueError, OverflowError) as error:
            raise self.refusal(f"does not parse: {error}") from error

    @cached_property
    def indent_unit(self) -> str:
        """The indentation of one level, as in the file's first block; four spaces where there is none.

        Raises:
            TargetError: The file does not parse.
        """
        for outer in ast.walk(self.tree):
            first = next(iter(statements_below(outer)), None)
            if not isinstance(outer, ast.stmt) or not isinstance(first, ast.stmt) or first.lineno == outer.lineno:
                continue
            if self.data[self.start_of(first.lineno) : self.offset(first.lineno, first.col_offset)].strip():
                continue  # behind a header of several lines, whose last line has no indentation of its own
            indent, inner = self.indent_of(outer.lineno), self.indent_of(first.lineno)
            if inner.startswith(indent) and inner != indent:
                return inner.removeprefix(indent)
        return "    "

    def span(self, node: Placed | ast.Module) -> tuple[int, int]:
        """Return the bytes of a node, half open; a definition's decorators are part of it.

        Before Python 3.12 the positions of nodes inside an f-string cannot be relied on.
        """
        if isinstance(node, ast.Module):
            return self.body, len(self.data)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        end = self.offset(node.end_lineno, node.end_col_offset)
        if isinstance(node, DefinitionNode) and node.decorator_list:
            return self._at_sign(node.decorator_list[0].lineno), end
        return self.offset(node.lineno, node.col_offset), end

    def _at_sign(self, line: int) -> int:
        """Find the @: only blanks, parentheses and comments lie between it and the decorator's expression."""
        while not (match := _DECORATOR.match(self.data, self.start_of(line))):
            line -= 1
        return match.end()


def python_source(source: Source) -> PythonSource:
    """Narrow a source to Python.

    Raises:
        TargetError: It is of another language.
    """
    if not isinstance(source, PythonSource):
        raise source.refusal("is no Python file")
    return source


def read_python(path: str, data: bytes) -> PythonSource:
    """Return the source of a Python file, whatever its name.

    Raises:
        TargetError: It is binary, too large, or minified.
    """
    check_size(path, data)
    return PythonSource(path, data)


def statements_below(node: ast.AST) -> Sequence[ast.AST]:
    """Return the statements, handlers and cases directly below a node, in source order."""
    below: list[ast.AST] = []
    if type(node) in BLOCK_TYPES:  # asked of every statement: isinstance compares with one type after the other
        for name in ("body", "handlers", "orelse", "finalbody", "cases"):
            below += getattr(node, name, ())
    return below


def _normal_name(declared: str) -> str:
    """Normalise the names that Emacs writes ("utf-8-unix", "latin-1-dos") as Python's tokenizer does."""
    name = declared[:12].lower().replace("_", "-")
    if f"{name}-".startswith("utf-8-"):
        return "utf-8"
    if f"{name}-".startswith(("latin-1-", "iso-8859-1-", "iso-latin-1-")):
        return "iso-8859-1"
    return declared
