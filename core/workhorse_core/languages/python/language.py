"""Python behind the seam for languages."""

from collections.abc import Iterator, Sequence

from workhorse_core.languages.language import Definition, Located, Surroundings, SyntaxFault
from workhorse_core.languages.python.definitions import find_definitions
from workhorse_core.languages.python.source import PythonSource, python_source
from workhorse_core.languages.source import Source
from workhorse_core.system.lazy_regex import late_pattern

_INTERPRETER = late_pattern(r"\bpython[\d.]*\b")


class Python:
    """Python, as the interpreter reads it that runs Workhorse."""

    name = "Python"
    suffixes: Sequence[str] = (".py",)
    other_suffixes: Sequence[str] = (".pyi", ".pyw")
    has_definitions = True

    def is_interpreter(self, words: str) -> bool:
        """Return whether the interpreter line of a script names Python."""
        return _INTERPRETER.search(words) is not None

    def read(self, path: str, data: bytes) -> PythonSource:
        """Return the source of a file."""
        return PythonSource(path, data)

    def definitions(self, source: Source) -> Iterator[Definition]:
        """Find the module and every class and function in it, in source order, however they are nested.

        Raises:
            TargetError: The file does not parse.
        """
        return find_definitions(python_source(source))

    def syntax_faults(self, path: str, data: bytes, oldest: int | None = None) -> Sequence[SyntaxFault]:
        """Compile a file; ``oldest`` is the minor version of Python 3 whose grammar it must fit too."""
        from workhorse_core.languages.python.compiler import syntax_faults  # deferred: only a check needs it

        return syntax_faults(path, data, oldest)

    def comments(self, source: Source) -> Sequence[tuple[int, int]]:
        """Find the comments as offsets, half open, in source order; none where the file cannot be tokenized."""
        from workhorse_core.languages.python.comments import find_comments  # deferred: only a prompt needs it

        return find_comments(source)

    def surroundings(self, region: Located) -> Surroundings:
        """Gather imports, the class around a region, and the definitions of the file that it uses.

        Raises:
            TargetError: The file does not parse.
        """
        from workhorse_core.languages.python.surroundings import surroundings_of  # deferred: only a prompt needs it

        return surroundings_of(region)
