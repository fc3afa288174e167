"""The places of documents: their files, and folders of our own for documents that are no files.

An unnamed buffer, a cell of a notebook, or a script that does not name its interpreter has no file that the core would
take for Python. Each gets the name of a Python file in an empty folder outside of every repository: it is worked on
without a scratch branch, and the edits go to its own document.
"""

import tempfile
from functools import cached_property
from pathlib import Path

from workhorse_core.languages.registry import language_of
from workhorse_lsp_server.documents import MirroredDocument
from workhorse_lsp_server.projects import path_of

_PYTHON = "python"


class Places:
    """The places by URI."""

    def __init__(self) -> None:
        self._made: dict[str, Path] = {}

    @cached_property
    def _folder(self) -> "tempfile.TemporaryDirectory[str]":
        return tempfile.TemporaryDirectory(prefix="workhorse-buffers-", ignore_cleanup_errors=True)

    def find(self, uri: str) -> Path | None:
        """Return the place of a document that is open, or of a file; None for others."""
        return self._made.get(uri) or path_of(uri)

    def open(self, document: MirroredDocument) -> Path | None:
        """Return the place of a document that was opened; None if it is no Python and no file."""
        place = path_of(document.uri)
        if document.language_id != _PYTHON or (place and _is_python(place, document)):
            return place
        made = Path(self._folder.name, str(len(self._made) + 1))
        made.mkdir()
        name = place.stem if place else "buffer"
        return self._made.setdefault(document.uri, made.resolve() / f"{name}.py")


def _is_python(place: Path, document: MirroredDocument) -> bool:
    first = document.lines[0].encode("utf-8", "replace") if document.lines else b""
    return language_of(place.name, first).name.lower() == _PYTHON
