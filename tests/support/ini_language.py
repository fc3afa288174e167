"""A toy second language for tests: the sections of an INI file are its definitions."""

import re
from collections.abc import Iterator, Sequence

from workhorse_core.languages.language import (
    Definition,
    Excerpt,
    Located,
    Rank,
    RegionKind,
    Surroundings,
    SyntaxFault,
)
from workhorse_core.languages.source import Source

_SECTION = re.compile(rb"^\[([\w.]+)\]", re.MULTILINE)
_COMMENT = re.compile(rb"^[;#].*", re.MULTILINE)
_LINE = re.compile(rb"(?:\[[\w.]+\]|[\w.]+ *=.*|[;#].*|)\s*")


class Ini:
    """An INI file."""

    name = "INI"
    suffixes: Sequence[str] = (".ini",)
    other_suffixes: Sequence[str] = ()
    has_definitions = True

    def is_interpreter(self, words: str) -> bool:
        return False

    def read(self, path: str, data: bytes) -> Source:
        return Source(path, data)

    def definitions(self, source: Source) -> Iterator[Definition]:
        if self.syntax_faults(source.path, source.data):
            raise source.refusal("does not parse")
        yield Definition("", RegionKind.MODULE, source.body, len(source.data), 1, source.last_line)
        starts = [match.start() for match in _SECTION.finditer(source.data)]
        for match, below in zip(_SECTION.finditer(source.data), [*starts[1:], len(source.data)], strict=True):
            start = match.start()
            end = start + len(source.data[start:below].rstrip())
            first, last = source.line_of(start), source.line_of(end - 1)
            yield Definition(match[1].decode(), RegionKind.CLASS, start, end, first, last)

    def syntax_faults(self, path: str, data: bytes, oldest: int | None = None) -> Sequence[SyntaxFault]:
        lines = enumerate(data.splitlines(), 1)
        return [SyntaxFault(number, "no setting") for number, line in lines if not _LINE.fullmatch(line)]

    def comments(self, source: Source) -> Sequence[tuple[int, int]]:
        return [match.span() for match in _COMMENT.finditer(source.data)]

    def surroundings(self, region: Located) -> Surroundings:
        names = [each.name for each in self.definitions(region.source) if each.name not in ("", region.name)]
        return Surroundings((), [Excerpt(Rank.OTHER, [f"[{name}]"]) for name in names])
