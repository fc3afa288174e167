import pytest

from workhorse_core.languages.python.header import header_end
from workhorse_core.languages.python.nodes import Function
from workhorse_core.languages.python.source import PythonSource


def end_of(code: str) -> str | None:
    """Return what follows the parenthesis that closes the parameters of the only function."""
    source = PythonSource("a.py", code.encode())
    node = source.tree.body[0]
    assert isinstance(node, Function)
    end = header_end(source, node)
    return None if end is None else source.data[end:].decode()


@pytest.mark.parametrize(
    ("code", "rest"),
    [
        pytest.param("def f(): pass\n", ": pass\n", id="no parameters"),
        pytest.param("async  def f(a, *, b=(1)): pass\n", ": pass\n", id="parenthesized default"),
        pytest.param("def f(\n    a,  # a) comment\n) : pass\n", " : pass\n", id="comment with a parenthesis"),
        pytest.param("def f(a, /, *b, **c): pass\n", ": pass\n", id="every kind"),
        pytest.param("def f(a=lambda: (1, 2), ): pass\n", ": pass\n", id="lambda as the default"),
        pytest.param("def f(a: 'x: y' = {1: 2}) : pass\n", " : pass\n", id="colons within"),
    ],
)
def test_header_ends_behind_the_closing_parenthesis(code: str, rest: str) -> None:
    assert end_of(code) == rest


def test_header_with_a_return_annotation_has_no_end_to_annotate() -> None:
    assert end_of("def f() -> int: pass\n") is None
