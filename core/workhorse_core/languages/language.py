"""The seam for languages: definitions, syntax errors, comments and surroundings of a source.

A language is one folder beside this module and one line in `workhorse_core.languages.registry`.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum, StrEnum
from typing import Protocol

from workhorse_core.languages.source import Source
from workhorse_core.system.named_tuple import NamedTuple


class RegionKind(StrEnum):
    """The kind of a region: a definition, or mere lines."""

    MODULE = "module"
    """The whole file."""
    CLASS = "class"
    FUNCTION = "function"
    METHOD = "method"
    LINES = "lines"


class Definition(NamedTuple):
    """A definition as bytes ``start:end`` (half open), in lines ``first`` to ``last`` (from 1, both included).

    ``name`` is qualified with dots ("outer.inner"), "" for the whole file. ``syntax`` belongs to the language alone.
    """

    name: str
    kind: RegionKind
    start: int
    end: int
    first: int
    last: int
    syntax: object = None


class Located(Protocol):
    """A definition, or some lines, with the source that it is part of."""

    @property
    def source(self) -> Source:
        """The file."""
        ...

    @property
    def name(self) -> str:
        """The qualified name, "" for the whole file and for lines."""
        ...

    @property
    def kind(self) -> RegionKind:
        """A definition's kind, or lines."""
        ...

    @property
    def start(self) -> int:
        """The offset of the first byte."""
        ...

    @property
    def end(self) -> int:
        """The offset after the last byte."""
        ...

    @property
    def first(self) -> int:
        """The first line, from 1."""
        ...

    @property
    def last(self) -> int:
        """The last line, included."""
        ...

    @property
    def syntax(self) -> object:
        """The language's own view of it, None for lines."""
        ...


class Rank(IntEnum):
    """The usefulness of an excerpt to a model, the most useful first."""

    FRAME = 0
    """Without it the rest cannot be understood."""
    CALLED = 1
    USED = 2
    OTHER = 3


class Excerpt(NamedTuple):
    """Lines of code that are shown together or not at all. ``key`` identifies the code: it is shown once."""

    rank: Rank
    lines: Sequence[str]
    key: int | None = None


class Surroundings(NamedTuple):
    """The code around a region that a model needs: imports, the outline it stands in, the definitions it uses.

    ``imports`` is the same for every region of a file, so that a server can reuse its prompt cache.
    """

    imports: Sequence[str] = ()
    outline: Sequence[Excerpt] = ()
    callees: Sequence[Excerpt] = ()


class SyntaxFault(NamedTuple):
    """A syntax error, or a warning of the compiler, at a line from 1."""

    line: int
    message: str
    is_warning: bool = False


class Language(Protocol):
    """A language whose files can be worked on."""

    name: str
    """As people write it, "Python"."""
    suffixes: Sequence[str]
    """Of its files, as a folder holds them."""
    other_suffixes: Sequence[str]
    """Of files that are worked on only when they are named outright."""
    has_definitions: bool
    """Whether it finds definitions within a file, so that symbols can be targets."""

    def is_interpreter(self, words: str) -> bool:
        """Return whether the interpreter line of a script (without ``#!``) names this language."""
        ...

    def read(self, path: str, data: bytes) -> Source:
        """Return the source of a file."""
        ...

    def definitions(self, source: Source) -> Iterable[Definition]:
        """Find the whole file, then every definition in it, in source order, however they are nested.

        Raises:
            TargetError: The file does not parse.
        """
        ...

    def syntax_faults(self, path: str, data: bytes, oldest: int | None = None) -> Sequence[SyntaxFault]:
        """Find syntax errors and compiler warnings.

        Args:
            path: The file.
            data: Its contents.
            oldest: The oldest version that must read it too, as the language counts them.
        """
        ...

    def comments(self, source: Source) -> Sequence[tuple[int, int]]:
        """Find the comments as offsets, half open, in source order; none where the file cannot be read."""
        ...

    def surroundings(self, region: Located) -> Surroundings:
        """Gather the code that a model needs to understand a region.

        Raises:
            TargetError: The file does not parse.
        """
        ...
