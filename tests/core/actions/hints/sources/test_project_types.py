import pytest

from support.symbols import index_of
from workhorse_core.actions.hints.sources.project_types import read_type

HEAD = """
import typing as t
import collections.abc as cabc
from typing import List, Optional, Union
import os
class C: ...
"""


@pytest.mark.parametrize(
    ("written", "modern"),
    [
        ("Optional[List[int]]", "list[int] | None"),
        ("t.Union[None, str, 'C']", "str | C | None"),
        ("t.Optional[t.Callable[[t.Optional[int]], t.Any]]", "Callable[[int | None], Any] | None"),
        ("cabc.Iterator[str]", "Iterator[str]"),
        ("os.PathLike[str]", "PathLike[str]"),
        ("t.Literal['a', 1]", "Literal['a', 1]"),
    ],
)
def test_every_spelling_is_read_as_the_modern_one(written: str, modern: str) -> None:
    index = index_of({"a.py": HEAD.encode()})
    read = read_type(index, index.module("a.py"), written)
    assert read is not None
    assert read.text == modern


@pytest.mark.parametrize("written", ["f(1)", "lambda: 1", "Missing", "1", "[x for x in y]", "a" * 2000, "str |", "C()"])
def test_an_expression_that_is_no_type_is_refused(written: str) -> None:
    index = index_of({"a.py": HEAD.encode()})
    assert read_type(index, index.module("a.py"), written) is None


def test_names_are_followed_home_through_reexports() -> None:
    files = {
        "pkg/__init__.py": b"from .core import C as C\n",
        "pkg/core.py": b"class C: ...\n",
        "pkg/use.py": b"from . import C\nimport pkg\nfrom typing import Iterable\n",
    }
    index = index_of(files)
    for written in ("C", "pkg.C"):
        read = read_type(index, index.module("pkg/use.py"), f"Iterable[{written}]")
        assert read is not None
        assert read.text == "Iterable[C]"
        assert read.names == {"Iterable": "collections.abc:Iterable", "C": "pkg.core:C"}
