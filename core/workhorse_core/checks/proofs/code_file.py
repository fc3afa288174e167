"""A Python file for comparison with another: its bytes, its tree, and the places of its docstrings."""

import ast
import re
import sys
import tokenize
import warnings
from bisect import bisect_right
from collections.abc import Iterable
from io import BytesIO

from workhorse_core.checks.proofs.code_tree import DiffersError, Shape

BOM = b"\xef\xbb\xbf"
ENDS = re.compile(rb"\r\n|\n|\r")

_NESTING = ("JoinedStr", "TemplateStr") if sys.version_info[:2] >= (3, 12) else ()
"""Before Python 3.12 an f-string cannot hold its own quotes, and the tree does not always say where it is."""


class CodeFile:
    """One of the two files, read from its bytes.

    ``docstrings`` are their places as ast has them (line and column, first and behind the last), ``literals`` the
    same in bytes, half open; both in order. ``f_strings`` are those of the f-strings that may hold quotes and comments.
    """

    def __init__(self, data: bytes, encoding: str, tree: ast.Module) -> None:
        self.data = data
        self.encoding = encoding
        self.tree = tree
        self.shape = Shape(tree)
        self.starts = [0, *(match.end() for match in ENDS.finditer(data))]
        self.docstrings = _places(self.shape.docstrings.values())
        self.f_strings = _places(
            node for node in self.shape.nodes if isinstance(node, ast.expr) and type(node).__name__ in _NESTING
        )
        self.literals = [(self.offset(a, b), self.offset(c, d)) for a, b, c, d in self.docstrings]

    @property
    def text(self) -> str:
        """The file decoded, without its mark, every line end a line feed."""
        return self.data.decode(self.encoding).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")

    def line_of(self, offset: int) -> int:
        """Return the line, counted from 1, that holds a byte."""
        return bisect_right(self.starts, offset)

    def characters(self, line: int, column: int) -> int:
        """Turn a column of ast, in UTF-8 bytes of the decoded line, into one of tokenize, in characters."""
        text = self._line(line)
        return column if text.isascii() else len(text.encode()[:column].decode())

    def offset(self, line: int, column: int) -> int:
        """Turn a place of ast into bytes of the file, which has its own encoding and may begin with a mark."""
        mark = len(BOM) if line == 1 and self.data.startswith(BOM) else 0
        if self.encoding in ("utf-8", "utf-8-sig"):
            return self.starts[line - 1] + mark + column
        return self.starts[line - 1] + len(self._line(line)[: self.characters(line, column)].encode(self.encoding))

    def _line(self, line: int) -> str:
        end = self.starts[line] if line < len(self.starts) else len(self.data)
        return self.data[self.starts[line - 1] : end].decode(self.encoding).removeprefix("\ufeff")


def _places(nodes: Iterable[ast.expr]) -> list[tuple[int, int, int, int]]:
    return sorted((n.lineno, n.col_offset, n.end_lineno or 0, n.end_col_offset or 0) for n in nodes)


def read_code(data: bytes, side: str) -> CodeFile:
    """Read one of the two files; ``side`` is what to call it.

    Raises:
        DiffersError: It does not parse.
    """
    head = b"\n".join(ENDS.split(data, maxsplit=2)[:2])  # what declares the encoding, whatever ends the lines
    try:
        encoding = tokenize.detect_encoding(BytesIO(head).readline)[0]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a plain string is the project's own business
            tree = ast.parse(data)
    except SyntaxError as error:
        raise DiffersError("syntax", f"The {side} does not parse: {error.msg}.", error.lineno or 1) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise DiffersError("syntax", f"The {side} cannot be parsed: {error or type(error).__name__}.") from error
    return CodeFile(data, encoding, tree)
