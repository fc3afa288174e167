"""Results whose form alone shows their type."""

import pytest

from workhorse_core.actions.hints.sources.literals import from_literals

from .conftest import Said


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        *(("return x == 1", "bool"), ("return not x or x.y > 2", "bool"), ("return x.format(1)", "str")),
        *(("return x.y.encode()", "bytes"), ("return x.strip()", "str"), ("return x.strip(b' ')", "bytes")),
        *(("return x.split(',')", "list[str]"), ("return x + 'a'", "str"), ("return x.total_seconds()", "float")),
        *(("return await_(x) if x else x.is_dir()", ""), ("return 'a' if x else x.upper()", "str")),
        *(("y = x.lower()\n    return y", "str"), ("y = x.lower()\n    y += x\n    return y", "")),
        *(("y = x.lower()\n    if x:\n        y = 'a'\n    return y", "str"), ("return x.replace(1, 2)", "")),
        ("if x:\n        return x.lower()", "str | None"),
    ],
)
def test_form_of_a_result_shows_its_type(said: Said, body: str, type_: str) -> None:
    expected = {"f:return": type_} if type_ else {}
    assert said(from_literals, f"def f(x):\n    {body}\n") == expected


def test_result_of_a_function_of_the_project_is_taken_where_it_is_known(said: Said) -> None:
    code = "def f():\n    return g() or ''\ndef g() -> str: ...\ndef h():\n    return k()\ndef k() -> None: ...\n"
    assert said(from_literals, code) == {"f:return": "str"}


@pytest.mark.parametrize("line", ["import numpy as np", "from sqlalchemy.orm import Session"])
def test_comparison_shows_nothing_where_the_project_has_arrays_or_expressions(said: Said, line: str) -> None:
    assert said(from_literals, "def f(x):\n    return x == 1\n", b=f"{line}\n") == {}


def test_comparison_shows_nothing_where_a_class_makes_something_else_of_it(said: Said) -> None:
    code = "class Field:\n    __eq__ = make('=')\ndef f(x):\n    return x == 1\n"
    assert said(from_literals, code) == {}
