from collections.abc import Callable, Mapping

import pytest

from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.source_files import FilesInMemory

MakeIndex = Callable[..., SymbolIndex]


@pytest.fixture
def make_index() -> MakeIndex:
    """Return a function that indexes files given as text by path."""

    def make(files: Mapping[str, str], *, library: bool = False, inner_imports: bool = False) -> SymbolIndex:
        contents = {path: text.encode() for path, text in files.items()}
        return SymbolIndex(FilesInMemory(contents), library=library, inner_imports=inner_imports)

    return make
