"""One file as bytes, and what can be read off them: its encoding, text, lines and syntax tree."""

import ast
import codecs
import re
import sys
import warnings
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, get_args

from workhorse_core.errors import TargetError

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_FLOW = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
BLOCKS = (ast.Module, *get_args(Definition), *_FLOW, ast.ExceptHandler, ast.match_case)
"""What statements can stand in."""
Placed = ast.stmt | ast.expr | ast.arg | ast.keyword | ast.alias | ast.excepthandler

MAX_BYTES = 1_000_000
"""What is larger is data or generated code, not something to work on region by region."""

_MINIFIED_BYTES = 5_000
_MINIFIED_LINE = 1_000
_BOM_LENGTH = len(codecs.BOM_UTF8)

# https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations
_DECLARATION = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_BLANK = re.compile(rb"[ \t\f]*(?:#|$)")
_FIRST_LINES = re.compile(rb"([^\r\n]*)(?:\r\n|\n|\r|$)([^\r\n]*)")
_DECORATOR = re.compile(rb"[ \t\f]*(?=@)")
_LONG_NAME = re.compile(rb"(?:\.[\s\\]*+[\w\x80-\xff]++[\s\\]*+){100}")
_INDENT = re.compile(rb"(?:[ \t]*\f)*([ \t]*)")


class _File(NamedTuple):
    path: str
    data: bytes


class Source(_File):
    """One file. ``path`` is POSIX, from the project's root; ``data`` is the file, byte for byte.

    Everything else is computed once, when it is asked for. Lines count from 1 and end at CR LF, LF or CR, as
    Python's do. Columns are those of ``ast``: UTF-8 bytes of the decoded line, a BOM not counted. Offsets are
    bytes of ``data``, counted from 0.
    """

    @cached_property
    def encoding(self) -> str:
        """The codec that the file declares, "utf-8-sig" where it begins with a BOM.

        Raises:
            TargetError: It declares an encoding that does not exist, or one that contradicts its BOM.
        """
        declared = _declared_encoding(self.data, self._body)
        try:
            name = codecs.lookup(declared).name
        except LookupError as error:
            raise self._refusal(f"declares the unknown encoding {declared[:40]}") from error
        if not self._body:
            return name
        if name != "utf-8":
            raise self._refusal(f"begins with a UTF-8 byte order mark but declares the encoding {declared}")
        return "utf-8-sig"

    @cached_property
    def text(self) -> str:
        """The file decoded, without its BOM, its line ends untouched.

        Raises:
            TargetError: It is not in the encoding that it declares, or not so that it can be written back.
        """
        if self.encoding == "utf-8-sig" or self.encoding == "utf-8":
            try:
                return self.data[self._body :].decode("utf-8")
            except UnicodeDecodeError as error:
                raise self._undecodable(self.line_of(self._body + error.start)) from error
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # unicode_escape warns of escapes that it does not know
            return "".join(map(self._decode_line, range(1, len(self.lines) + 1)))

    @cached_property
    def newline(self) -> str:
        """The line end that the file has most often; a line feed where it has none."""
        pairs = self.data.count(b"\r\n")
        counts = {"\n": self.data.count(b"\n") - pairs, "\r\n": pairs, "\r": self.data.count(b"\r") - pairs}
        return max(counts, key=counts.__getitem__)

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree.

        Raises:
            TargetError: The file does not parse; the message says where and why.
        """
        text = self.text
        if _LONG_NAME.search(self.data):  # Python needs memory by the square of the length of an imported name
            raise self._refusal("does not parse: it holds a dotted name of more than a hundred parts")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an invalid escape is for the user's own tools to report
                return ast.parse(text)
        except SyntaxError as error:
            python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
            where = f"line {error.lineno}: " if error.lineno else ""
            raise self._refusal(
                f"does not parse: {where}{error.msg}",
                f"Correct the file; code for a later Python than {python} needs Workhorse under that one",
            ) from error
        except (RecursionError, MemoryError) as error:
            raise self._refusal("does not parse: it is nested too deeply") from error
        except (ValueError, OverflowError) as error:
            raise self._refusal(f"does not parse: {error}") from error

    @cached_property
    def lines(self) -> Sequence[bytes]:
        """The lines with their ends; joined they are the file. A BOM is part of the first."""
        return self.data.splitlines(keepends=True)  # bytes end them at CR LF, LF and CR only; str does not

    @property
    def last_line(self) -> int:
        """The number of the last line; 1 for an empty file."""
        return len(self.lines) or 1

    @cached_property
    def indent_unit(self) -> str:
        """What one more level is indented by: as in the file's first block, four spaces where there is none.

        Raises:
            TargetError: The file does not parse.
        """
        for outer in ast.walk(self.tree):
            first = next(iter(statements_below(outer)), None)
            if not isinstance(outer, ast.stmt) or not isinstance(first, ast.stmt) or first.lineno == outer.lineno:
                continue
            if self.data[self._start(first.lineno) : self.offset(first.lineno, first.col_offset)].strip():
                continue  # behind a header of several lines, whose last line says nothing
            indent, inner = self.indent_of(outer.lineno), self.indent_of(first.lineno)
            if inner.startswith(indent) and inner != indent:
                return inner.removeprefix(indent)
        return "    "

    def indent_of(self, line: int) -> str:
        """Give the blanks that a line begins with: those that count, which are the ones after a form feed."""
        match = _INDENT.match(self.data, self._start(line))
        return match[1].decode("ascii") if match else ""

    def offset(self, line: int, column: int) -> int:
        """Find the byte at which an ``ast`` position stands. The line after the last is the end."""
        start = self._start(line)
        if not column or self.encoding in ("utf-8", "utf-8-sig"):
            return start + column
        before = self._decode_line(line).encode()[:column].decode()
        return start + len(before.encode(self.encoding))

    def span(self, node: Placed | ast.Module) -> tuple[int, int]:
        """Find the bytes of a node, half open; a definition's decorators are part of it.

        Before Python 3.12 the positions of what stands inside an f-string cannot be relied on.
        """
        if isinstance(node, ast.Module):
            return self._body, len(self.data)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        end = self.offset(node.end_lineno, node.end_col_offset)
        if isinstance(node, Definition) and node.decorator_list:
            return self._at_sign(node.decorator_list[0].lineno), end
        return self.offset(node.lineno, node.col_offset), end

    def line_of(self, offset: int) -> int:
        """Find the line that a byte stands in; the end of the file belongs to the last line."""
        return min(bisect_right(self._starts, offset), self.last_line)

    def encode(self, text: str) -> bytes:
        """Write text in the encoding of this file.

        Raises:
            TargetError: The encoding has no way to write it.
        """
        encoding = self.encoding.removesuffix("-sig")
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError as error:
            raise self._refusal(f"is written in {encoding}, which has no {text[error.start]!a}") from error
        if data.decode(encoding) != text:  # shift_jis turns a yen sign into a backslash
            raise self._refusal(f"is written in {encoding}, which would change what is to be written")
        return data

    @cached_property
    def _body(self) -> int:
        """Where the text begins: after the BOM."""
        return _BOM_LENGTH if self.data.startswith(codecs.BOM_UTF8) else 0

    @cached_property
    def _starts(self) -> Sequence[int]:
        """Where each line begins, and the end of the file."""
        return [0, *accumulate(map(len, self.lines))]

    def _start(self, line: int) -> int:
        return self._starts[line - 1] or self._body

    def _at_sign(self, line: int) -> int:
        """Find the @: only blanks, parentheses and comments lie between it and the decorator's expression."""
        while not (match := _DECORATOR.match(self.data, self._start(line))):
            line -= 1
        return match.end()

    def _decode_line(self, line: int) -> str:
        """Decode one line, sure that each of its characters is bytes of its own and no line end is hidden."""
        data = self.lines[line - 1]
        try:
            text = data.decode(self.encoding)
            is_plain = data.isascii() and data.decode("ascii") == text and text.encode(self.encoding) == data
            if is_plain or self._maps(text, data):
                return text
        except (UnicodeError, LookupError) as error:
            raise self._undecodable(line) from error
        raise self._refusal(f"is written in {self.encoding}, and its line {line} could not be written back as it is")

    def _maps(self, text: str, data: bytes) -> bool:
        same_ends = text.count("\n") == data.count(b"\n") and text.count("\r") == data.count(b"\r")
        return same_ends and b"".join(char.encode(self.encoding) for char in text) == data

    def _undecodable(self, line: int) -> TargetError:
        return self._refusal(
            f"cannot be read as {self.encoding.removesuffix('-sig')}: line {line} holds something else",
            "Declare its encoding in the first line, for example with # coding: latin-1",
        )

    def _refusal(self, reason: str, hint: str = "") -> TargetError:
        return TargetError(f"{self.path} {reason}.", hint)


def read_source(path: str, data: bytes) -> Source:
    """Take a file to work on.

    Raises:
        TargetError: It is binary, too large, or minified.
    """
    if len(data) > MAX_BYTES:
        raise TargetError(f"{path} is too large: it has {len(data):,} bytes, and {MAX_BYTES:,} are the most.")
    if b"\0" in data:
        raise TargetError(f"{path} is a binary file: it holds null bytes.")
    source = Source(path, data)
    if len(data) > _MINIFIED_BYTES and len(data) > _MINIFIED_LINE * source.last_line:
        average = len(data) // source.last_line
        raise TargetError(f"{path} looks minified: its lines are {average:,} bytes long on average.")
    return source


def statements_below(node: ast.AST) -> Sequence[ast.AST]:
    """Give the statements, handlers and cases directly below a node, in source order."""
    below: list[ast.AST] = []
    if isinstance(node, BLOCKS):
        for name in ("body", "handlers", "orelse", "finalbody", "cases"):
            below += getattr(node, name, ())
    return below


def _declared_encoding(data: bytes, start: int) -> str:
    """Find what the first two lines declare; the second one counts only after a blank line or a comment."""
    match = _FIRST_LINES.match(data, start)
    first, second = match.groups() if match else (b"", b"")
    declared = _DECLARATION.match(first) or (_DECLARATION.match(second) if _BLANK.match(first) else None)
    return _normal_name(declared[1].decode("ascii")) if declared else "utf-8"


def _normal_name(declared: str) -> str:
    """Read the names that Emacs gives ("utf-8-unix", "latin-1-dos") as Python's tokenizer does."""
    name = declared[:12].lower().replace("_", "-")
    if f"{name}-".startswith("utf-8-"):
        return "utf-8"
    if f"{name}-".startswith(("latin-1-", "iso-8859-1-", "iso-latin-1-")):
        return "iso-8859-1"
    return declared
