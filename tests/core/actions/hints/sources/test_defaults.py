from workhorse_core.actions.hints.sources.defaults import from_defaults

from .conftest import Said


def test_a_default_gives_its_type(said: Said) -> None:
    found = said(from_defaults, "def f(a=1, b='', c=True, d=None, e=(), *, g=-1.5): ...\n")
    assert found == {"f:a": "int", "f:b": "str", "f:c": "bool", "f:g": "float"}


def test_bytes_are_too_narrow(said: Said) -> None:
    assert said(from_defaults, "def f(a=b''): ...\n") == {}


def test_where_a_function_asks_what_it_was_given_the_default_is_not_all(said: Said) -> None:
    assert said(from_defaults, "def f(verify=True): ...\ndef g(verify):\n    isinstance(verify, str)\n") == {}
