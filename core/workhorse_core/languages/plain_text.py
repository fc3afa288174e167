"""Text in no known language: lines, and no definitions but the file itself."""

from collections.abc import Sequence

from workhorse_core.languages.language import Definition, Located, RegionKind, Surroundings, SyntaxFault
from workhorse_core.languages.source import Source


class PlainText:
    """Any file that no other language reads."""

    name = "plain text"
    suffixes: Sequence[str] = ()
    other_suffixes: Sequence[str] = ()
    has_definitions = False

    def is_interpreter(self, words: str) -> bool:
        """Return False: plain text is never run."""
        return False

    def read(self, path: str, data: bytes) -> Source:
        """Return the source of a file."""
        return Source(path, data)

    def definitions(self, source: Source) -> Sequence[Definition]:
        """Return the whole file."""
        return [Definition("", RegionKind.MODULE, source.body, len(source.data), 1, source.last_line)]

    def syntax_faults(self, path: str, data: bytes, oldest: int | None = None) -> Sequence[SyntaxFault]:
        """Return nothing: every text is valid."""
        return ()

    def comments(self, source: Source) -> Sequence[tuple[int, int]]:
        """Return nothing: text has no comments."""
        return ()

    def surroundings(self, region: Located) -> Surroundings:
        """Return nothing: there are no definitions to show."""
        return Surroundings()
