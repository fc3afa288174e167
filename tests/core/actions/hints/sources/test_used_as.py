"""Uses that only one everyday type allows."""

import pytest

from workhorse_core.actions.hints.sources.used_as import from_uses

from .conftest import Said


@pytest.mark.parametrize(
    ("use", "type_"),
    [
        *(("x.startswith('a')", "str"), ("x.startswith(('a', 'b'))", "str"), ("x.split(b',')", "bytes")),
        *(("x.encode()", "str"), ("x.decode()", "bytes"), ("'a' + x", "str"), ("x + f'{y}'", "str")),
        *(("range(x)", "int"), ("x << 2", "int"), ("x * 0.5", "float"), ("getattr(y, x)", "str"), ("x == 'a'", "str")),
    ],
)
def test_use_shows_the_type_of_a_parameter(said: Said, use: str, type_: str) -> None:
    assert said(from_uses, f"def f(x, y):\n    return {use}\n") == {"f:x": type_}


@pytest.mark.parametrize(
    "body",
    [
        *("return x.find(y)", "return x + y", "return x * 2", "return x[0]", "return len(x)", "return x == y"),
        *("return x.startswith('a') or x + 1.5", "x = str(x)\n    return x.lower()"),
        *("if isinstance(x, bytes): return 1\n    return x.encode()", "return hasattr(x, 'lower') and x.lower()"),
    ],
)
def test_use_that_several_types_allow_shows_nothing(said: Said, body: str) -> None:
    assert said(from_uses, f"def f(x, y):\n    {body}\n") == {}
