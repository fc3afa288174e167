from collections.abc import Callable, Mapping
from textwrap import dedent

import pytest

from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.actions.docstrings.rules.project_docstrings import ProjectDocstrings
from workhorse_core.actions.docstrings.rules.writer import write
from workhorse_core.languages.python.signature import read_signature
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.python.symbols.source_files import FilesInMemory
from workhorse_core.pipeline.region import definitions

Write = Callable[..., Known]


@pytest.fixture
def known() -> Write:
    """Write a docstring for one definition of a file beside other files."""

    def write_about(
        code: str,
        name: str = "f",
        files: Mapping[str, str] | None = None,
        path: str = "src/a.py",
        complete: bool = False,
        repeats: bool = True,
    ) -> Known:
        data = {other: dedent(text).encode() for other, text in (files or {}).items()}
        source = PythonSource(path, dedent(code).encode())

        region = [region for region in definitions(source) if region.name == name][-1]
        return write(region, read_signature(region), ProjectDocstrings(FilesInMemory(data)), complete, repeats=repeats)

    return write_about
