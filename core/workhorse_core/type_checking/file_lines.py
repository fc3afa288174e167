"""The definitions of one file by line, with the functions that they call and the attributes that they set."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from workhorse_core.errors import TargetError
from workhorse_core.languages.python.definitions import node_of
from workhorse_core.languages.python.nodes import Function
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.region import Region, definitions

_CALLED = re.compile(rb"(?<!\bdef )\b([A-Za-z_]\w*)\s*\(")
_OWN_ATTRIBUTE = re.compile(rb"\bself\.([A-Za-z_]\w*)")
_SET_ATTRIBUTE = re.compile(rb"\bself\.([A-Za-z_]\w*)\s*(?::[^=\n]+)?=(?!=)")
_WORDS = re.compile(rb"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class PartPlace:
    """The place of one part: its file, its line from 1, the function or class that owns it, and its name.

    ``is_variable``: it is an attribute, or a variable of a class or module. ``words`` are those of its type.
    """

    path: str
    line: int
    owner: str
    name: str
    is_result: bool
    is_variable: bool
    words: frozenset[str] = frozenset()

    @property
    def is_nothing(self) -> bool:
        """Whether it is a return type of None, which no caller can use wrongly."""
        return self.is_result and self.words == frozenset({"None"})


class FileLines:
    """One file's definitions by their lines."""

    def __init__(self, source: PythonSource) -> None:
        self._source = source

    @cached_property
    def _regions(self) -> Sequence[Region]:
        try:
            return definitions(self._source)
        except TargetError:
            return ()

    def place(self, offset: int, text: bytes) -> PartPlace:
        """Return the place of an annotation that is inserted at a byte, with its text as written."""
        is_result = text.startswith(b" -> ")
        line = self._source.line_of(offset)
        owner = self.owner_of(line)
        name = "return" if is_result else self._word_before(offset)
        is_variable = not is_result and not self._is_header(line, owner)
        words = frozenset(_found(_WORDS, text))
        return PartPlace(self._source.path, line, owner, name, is_result, is_variable, words)

    def _is_header(self, line: int, owner: str) -> bool:
        """Whether a line belongs to the header of the function that owns it."""
        nodes = [
            node_of(region) for region in self._regions if region.name == owner and region.first <= line <= region.last
        ]
        return any(isinstance(node, Function) and line <= node.body[0].lineno for node in nodes)

    def owner_of(self, line: int) -> str:
        """Return the name of the innermost definition around a line, "" for the module."""
        return next((r.name for r in reversed(self._regions) if r.first <= line <= r.last and r.name), "")

    def owner_of_body(self, line: int) -> str:
        """Return the name of the innermost function whose body, not its header, holds the line."""
        for region in reversed(self._regions):
            node = node_of(region)
            if isinstance(node, Function) and node.body[0].lineno <= line <= region.last:
                return region.name
        return ""

    def called(self, line: int) -> set[str]:
        """Return the names that are called on a line."""
        return _found(_CALLED, self._line(line))

    def called_around(self, line: int) -> set[str]:
        """Return the names that are called in the innermost definition around a line."""
        owner = self.owner_of(line)
        return set(self.calls.get(owner.rpartition(".")[2], ())) if owner else self.called(line)

    @cached_property
    def calls(self) -> Mapping[str, set[str]]:
        """The names that each function calls, both by their last part."""
        found: dict[str, set[str]] = {}
        for region in self._regions:
            if isinstance(node_of(region), Function):
                found.setdefault(region.name.rpartition(".")[2], set()).update(_found(_CALLED, region.text))
        return found

    def attributes(self, line: int) -> set[str]:
        """Return the attributes of ``self`` on a line."""
        return _found(_OWN_ATTRIBUTE, self._line(line))

    def attributes_around(self, line: int) -> set[str]:
        """Return the attributes of ``self`` in the innermost function around a line."""
        owner = self.owner_of(line)
        texts = (
            region.text for region in self._regions if region.name == owner and isinstance(node_of(region), Function)
        )
        return _found(_OWN_ATTRIBUTE, b"\n".join(texts))

    @cached_property
    def setters(self) -> Mapping[tuple[str, str], list[str]]:
        """The methods that set an attribute of ``self``, by class and attribute."""
        found: dict[tuple[str, str], list[str]] = {}
        for region in self._regions:
            around = region.name.rpartition(".")[0]
            if isinstance(node_of(region), Function) and around:
                for word in sorted(_found(_SET_ATTRIBUTE, region.text)):
                    found.setdefault((around, word), []).append(region.name)
        return found

    def words(self, line: int) -> set[str]:
        """Return every word of a line."""
        return _found(_WORDS, self._line(line))

    def _line(self, line: int) -> bytes:
        return self._source.lines[line - 1] if 1 <= line <= self._source.last_line else b""

    def _word_before(self, offset: int) -> str:
        match = re.compile(rb"[\w\x80-\xff]+\Z").search(self._source.data[max(0, offset - 200) : offset])
        return match[0].decode(self._source.encoding.removesuffix("-sig"), "replace") if match else ""


def _found(pattern: re.Pattern[bytes], text: bytes) -> set[str]:
    return {word.decode() for word in pattern.findall(text)}
