"""One file as bytes, and what any language can read off them: encoding, text, lines."""

import codecs
import warnings
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from workhorse_core.errors import TargetError
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple

MAX_BYTES = 1_000_000
"""A larger file is data or generated code, not something to work on region by region."""

_MINIFIED_BYTES = 5_000
_MINIFIED_LINE = 1_000
_BOM_LENGTH = len(codecs.BOM_UTF8)
_INDENT = late_pattern(rb"(?:[ \t]*\f)*([ \t]*)")


class _File(NamedTuple):
    path: str
    data: bytes


class Source(_File):
    """One file. ``path`` is POSIX, from the project's root; ``data`` is the file, byte for byte.

    Everything else is computed once, when it is first read. Lines count from 1 and end at CR LF, LF or CR. Columns
    are UTF-8 bytes of the decoded line, a BOM not counted. Offsets are bytes of ``data``, counted from 0. A language
    whose files declare their encoding, or that keeps a syntax tree, has a subclass.
    """

    @property
    def declared_encoding(self) -> str:
        """The encoding that the file declares, UTF-8 where the language has no declaration."""
        return "utf-8"

    @cached_property
    def encoding(self) -> str:
        """The codec of the text, "utf-8-sig" where the file begins with a BOM.

        Raises:
            TargetError: The file declares an encoding that does not exist, or one that contradicts its BOM.
        """
        declared = self.declared_encoding
        try:
            name = codecs.lookup(declared).name
        except LookupError as error:
            raise self.refusal(f"declares the unknown encoding {declared[:40]}") from error
        if not self.body:
            return name
        if name != "utf-8":
            raise self.refusal(f"begins with a UTF-8 byte order mark but declares the encoding {declared}")
        return "utf-8-sig"

    @property
    def codec(self) -> str:
        """The codec for a part of the file, which has no BOM of its own."""
        return self.encoding.removesuffix("-sig")

    @cached_property
    def text(self) -> str:
        """The file decoded, without its BOM, its line ends untouched.

        Raises:
            TargetError: Its bytes are not of its encoding, or could not be written back unchanged.
        """
        if self.encoding == "utf-8-sig" or self.encoding == "utf-8":
            try:
                return self.data[self.body :].decode("utf-8")
            except UnicodeDecodeError as error:
                raise self._undecodable(self.line_of(self.body + error.start)) from error
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # unicode_escape warns of escapes that it does not know
            return "".join(map(self._decode_line, range(1, len(self.lines) + 1)))

    @cached_property
    def newline(self) -> str:
        """The most frequent line end; a line feed where there is none."""
        pairs = self.data.count(b"\r\n")
        counts = {"\n": self.data.count(b"\n") - pairs, "\r\n": pairs, "\r": self.data.count(b"\r") - pairs}
        return max(counts, key=counts.__getitem__)

    @cached_property
    def lines(self) -> Sequence[bytes]:
        """The lines with their ends; joined they are the file. A BOM is part of the first."""
        return self.data.splitlines(keepends=True)  # bytes end them at CR LF, LF and CR only; str does not

    @property
    def last_line(self) -> int:
        """The number of the last line; 1 for an empty file."""
        return len(self.lines) or 1

    @cached_property
    def body(self) -> int:
        """The offset of the text: after the BOM."""
        return _BOM_LENGTH if self.data.startswith(codecs.BOM_UTF8) else 0

    def indent_of(self, line: int) -> str:
        """Return the blanks that a line begins with; after a form feed, those behind it."""
        match = _INDENT.match(self.data, self.start_of(line))
        return match[1].decode("ascii") if match else ""

    def start_of(self, line: int) -> int:
        """Return the offset of a line's first character. The line after the last is the end of the file."""
        return self._starts[line - 1] or self.body

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a position. The line after the last is the end of the file."""
        start = self.start_of(line)
        if not column or self.encoding in ("utf-8", "utf-8-sig"):
            return start + column
        before = self._decode_line(line).encode()[:column].decode()
        return start + len(before.encode(self.encoding))

    def line_of(self, offset: int) -> int:
        """Return the line of a byte; the end of the file belongs to the last line."""
        return min(bisect_right(self._starts, offset), self.last_line)

    def encode(self, text: str) -> bytes:
        """Encode text for this file.

        Raises:
            TargetError: The encoding cannot represent it.
        """
        try:
            data = text.encode(self.codec)
        except UnicodeEncodeError as error:
            raise self.refusal(f"is written in {self.codec}, which has no {text[error.start]!a}") from error
        if data.decode(self.codec) != text:  # shift_jis turns a yen sign into a backslash
            raise self.refusal(f"is written in {self.codec}, which would change what is to be written")
        return data

    def refusal(self, reason: str, hint: str = "") -> TargetError:
        """Return the error that this file cannot be worked on; ``reason`` continues a sentence about it."""
        return TargetError(f"{self.path} {reason}.", hint)

    @cached_property
    def _starts(self) -> Sequence[int]:
        """The offset of each line, and of the end of the file."""
        return [0, *accumulate(map(len, self.lines))]

    def _decode_line(self, line: int) -> str:
        """Decode one line whose characters map to bytes of their own, with no line end hidden in them."""
        data = self.lines[line - 1]
        try:
            text = data.decode(self.encoding)
            is_plain = data.isascii() and data.decode("ascii") == text and text.encode(self.encoding) == data
            if is_plain or self._round_trips(text, data):
                return text
        except (UnicodeError, LookupError) as error:
            raise self._undecodable(line) from error
        raise self.refusal(f"is written in {self.encoding}, and its line {line} could not be written back as it is")

    def _round_trips(self, text: str, data: bytes) -> bool:
        same_ends = text.count("\n") == data.count(b"\n") and text.count("\r") == data.count(b"\r")
        return same_ends and b"".join(char.encode(self.encoding) for char in text) == data

    def _undecodable(self, line: int) -> TargetError:
        return self.refusal(
            f"cannot be read as {self.codec}: line {line} holds something else",
            "Declare its encoding in the first line, for example with # coding: latin-1",
        )


def check_size(path: str, data: bytes) -> None:
    """Refuse a file that is binary, too large, or minified.

    Raises:
        TargetError: It is one of these.
    """
    if len(data) > MAX_BYTES:
        raise TargetError(f"{path} is too large: it has {len(data):,} bytes, and {MAX_BYTES:,} are the most.")
    if b"\0" in data:
        raise TargetError(f"{path} is a binary file: it holds null bytes.")
    lines = len(data.splitlines()) if len(data) > _MINIFIED_BYTES else 0
    if lines and len(data) > _MINIFIED_LINE * lines:
        average = len(data) // lines
        raise TargetError(f"{path} looks minified: its lines are {average:,} bytes long on average.")
