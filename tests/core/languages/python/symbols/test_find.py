"""Names followed through imports to their definitions."""

from collections.abc import Callable

import pytest

from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.source_files import FilesInMemory

MakeIndex = Callable[..., SymbolIndex]
FILES = {
    "pkg/__init__.py": "from .net import *\nfrom . import deep\n",
    "pkg/net.py": "from .deep.core import Base as Root\nimport pkg.deep.core as core\nclass Net(Root): ...\n",
    "pkg/deep/__init__.py": "",
    "pkg/deep/core.py": "class Base: ...\nclass Own:\n    class Inner: ...\n",
}


@pytest.mark.parametrize(
    ("code", "name", "path"),
    [
        ("from pkg.deep.core import Base", "Base", "pkg/deep/core.py"),
        ("from pkg.net import Root", "Root", "pkg/deep/core.py"),
        ("import pkg.deep.core", "pkg.deep.core.Base", "pkg/deep/core.py"),
        ("import pkg.deep.core as c", "c.Own.Inner", "pkg/deep/core.py"),
        ("from pkg import deep", "deep.core.Base", "pkg/deep/core.py"),
        ("from pkg import Net", "Net", "pkg/net.py"),
        ("import pkg", "pkg.Net", "pkg/net.py"),
        ("from pkg.net import core", "core.Base", "pkg/deep/core.py"),
        ("from json import JSONEncoder", "JSONEncoder", "<library>/json/encoder.py"),
        ("from pkg import missing", "missing", None),
        ("import numpy", "numpy.array", None),
        ("from ..... import x", "x", None),
        ("x = 1", "x", None),
        ("x = 1", "f(x)", None),
    ],
)
def test_a_name_is_followed_through_imports(make_index: MakeIndex, code: str, name: str, path: str | None) -> None:
    index = make_index(FILES, library=True)
    found = index.find(index.add(PythonSource("a.py", f"{code}\n".encode())), name)
    assert (found.module.path if found else None) == path


def test_circular_imports_of_a_name_end(make_index: MakeIndex) -> None:
    index = make_index({"b.py": "from a import x\n", "a.py": "from b import x\n"})
    module = index.at("a.py")
    assert module is not None
    assert index.find(module, "x") is None
    assert index.home(module, "x") in ("a:x", "b:x")


def test_circular_inheritance_ends(make_index: MakeIndex) -> None:
    module = make_index({}).add(PythonSource("a.py", b"class A(B): ...\nclass B(A): ...\n"))
    index = make_index({})
    assert [symbol.name for symbol in index.ancestors(module.classes["A"])] == ["B"]


@pytest.mark.parametrize("data", [b"def f(:\n", b"\0", b"x" * 500_000, b"\xff"])
def test_a_file_that_cannot_be_read_is_no_module(data: bytes) -> None:
    index = SymbolIndex(FilesInMemory({"src/b.py": data}), max_bytes=400_000)
    assert index.at("src/b.py") is None
    assert index.at("src/missing.py") is None


def test_an_import_within_a_function_counts_where_it_is_asked_for(make_index: MakeIndex) -> None:
    files = {"a.py": "def f():\n    from b import B\n    return B()\n", "b.py": "class B: ...\n"}
    for inner in (False, True):
        index = make_index(files, inner_imports=inner)
        module = index.at("a.py")
        assert module is not None
        assert (index.find(module, "B") is not None) == inner
