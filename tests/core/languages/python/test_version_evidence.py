"""Syntax and imports show the versions of Python that a file is written for."""

import ast

import pytest

from workhorse_core.languages.python.version_evidence import read_evidence


@pytest.mark.parametrize(
    ("code", "minor"),
    [
        *(("x = 1", None), ("def f(a, b=1): pass", None), ("class A(object): pass", None)),
        *(("def f(*, a): pass", 0), ("def f() -> int: pass", 0), ("class A(metaclass=B): pass", 0)),
        *(("f'{x}'", 6), ("x: int = 1", 6), ("async def f(): pass", 5), ("(x := 1)", 8), ("def f(a, /): pass", 8)),
        *(("import tomllib", 11), ("from importlib import metadata", 8), ("from __future__ import annotations", 7)),
    ],
)
def test_syntax_shows_the_oldest_python_3(code: str, minor: int | None) -> None:
    assert read_evidence(ast.parse(code)).three == minor


@pytest.mark.parametrize(
    "code",
    [
        *("from __future__ import unicode_literals", "import ConfigParser", "import six.moves", "from six import PY2"),
        *("x = isinstance(y, basestring)", "if PY2: x = 1", "if sys.version_info[0] == 2: x = 1"),
        *("if sys.version_info < (3, 0): x = 1", "if sys.version_info >= (3,): x = 1"),
    ],
)
def test_code_for_python_2_is_named(code: str) -> None:
    assert read_evidence(ast.parse(code)).two


@pytest.mark.parametrize(
    "code",
    [
        *("import configparser", "def f(unicode): return unicode", "if sys.version_info >= (3, 9): x = 1"),
        *("if sys.version_info < (3,): raise SystemExit", "from . import six", "from __future__ import annotations"),
    ],
)
def test_code_that_is_not_for_python_2_names_none(code: str) -> None:
    assert read_evidence(ast.parse(code)).two == ""
