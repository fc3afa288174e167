"""The docstrings of a project and of the standard library, read lazily."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import PurePosixPath

from workhorse_core.languages.python.docstring.content import DocstringContent
from workhorse_core.languages.python.docstring.read import Reading, read_docstring
from workhorse_core.languages.python.nodes import DefinitionNode
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.source_files import SourceFiles
from workhorse_core.languages.python.symbols.symbol import Symbol

MAX_NEIGHBOURS = 40
"""Bound on the files beside a file that are read, so that a project of 20,000 files costs as much as one of 100."""
MAX_NEIGHBOUR_BYTES = 80_000
"""Bound on the bytes of them that are parsed for each file that is worked on."""
MAX_FILE_BYTES = 400_000


class ProjectDocstrings:
    """Reader of docstrings; files are read and parsed when they are needed, each once.

    Args:
        files: The project's files.
    """

    def __init__(self, files: SourceFiles) -> None:
        self.index = SymbolIndex(files, library=True, max_bytes=MAX_FILE_BYTES)
        self._files = files
        self._bytes_left = 0
        self._worked_on: set[str] = set()
        self._nearby: dict[str, dict[str, bytes]] = {}
        self._readings: dict[ast.AST, Reading | None] = {}
        self._documented: dict[Module, tuple[tuple[Symbol, str], ...]] = {}

    def module_of(self, source: PythonSource) -> Module:
        """Return the module of a file that is worked on."""
        if source.path not in self._worked_on:
            self._worked_on.add(source.path)
            self._bytes_left += MAX_NEIGHBOUR_BYTES
        return self.index.add(source)

    def nearby(self, module: Module, name: str) -> Iterator[Module]:
        """Yield the modules of the same folder that describe a parameter, where there are two descriptions at least."""
        if module.path not in self._nearby:
            folder = str(PurePosixPath(module.path).parent)
            found = [path for path in self._files.folder("" if folder == "." else folder) if path != module.path]
            self._nearby[module.path] = {path: self.index.data(path) or b"" for path in found[:MAX_NEIGHBOURS]}
        counts = {path: describes(data, name) for path, data in self._nearby[module.path].items()}
        if sum(counts.values()) < 2:
            return
        for path in [path for path, count in counts.items() if count]:
            data = self._nearby[module.path][path]
            if not self.index.is_parsed(path):
                if len(data) > self._bytes_left:
                    continue
                self._bytes_left -= len(data)
            if neighbour := self.index.at(path, data):
                yield neighbour

    def content(self, symbol: Symbol) -> DocstringContent | None:
        """Return the docstring of a definition, None where there is none."""
        reading = self.reading(symbol.node)
        return reading.content if reading is not None else None

    def reading(self, node: DefinitionNode | ast.Module) -> Reading | None:
        """Return the docstring of a definition or module as it was read, None where there is none."""
        if node not in self._readings:
            text = _docstring(node)
            self._readings[node] = read_docstring(text) if text and text.strip() else None
        return self._readings[node]

    def documented(self, module: Module) -> Sequence[tuple[Symbol, str]]:
        """Return the documented definitions of a module, with the text as evaluated; every region of it asks."""
        if module not in self._documented:
            pairs = ((symbol, _docstring(symbol.node)) for symbol in module.definitions.values())
            self._documented[module] = tuple((symbol, text) for symbol, text in pairs if text)
        return self._documented[module]


def _docstring(node: DefinitionNode | ast.Module) -> str | None:
    return ast.get_docstring(node, clean=False)


def describes(data: bytes, name: str) -> int:
    """Count the likely descriptions of a parameter in a file, in any style, without parsing it."""
    written = name.encode()
    return len(_description(written).findall(data)) if written in data else 0


@cache
def _description(name: bytes) -> re.Pattern[bytes]:
    return re.compile(
        rb"^([ \t]*)(?::param[^:\n]*\b%(name)s:"
        rb"|\*{0,2}%(name)s[ \t]*(?:\([^\n]*\))?[ \t]*:[ \t]+\S+[ \t]+[^\n]*[^\n,(]$"
        rb"|\*{0,2}%(name)s[ \t]*:[^\n]*[^,\n]\n\1[ \t]+\w)" % {b"name": re.escape(name)},
        re.MULTILINE,
    )
