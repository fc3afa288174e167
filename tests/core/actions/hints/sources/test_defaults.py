import pytest

from workhorse_core.actions.hints.sources.defaults import from_defaults

from .conftest import Said


def test_a_default_gives_its_type(said: Said) -> None:
    found = said(from_defaults, "def f(a=1, b='', c=True, d=None, e=(), *, g=-1.5): ...\n")
    assert found == {"f:a": "int", "f:b": "str", "f:c": "bool", "f:g": "float"}


def test_bytes_are_too_narrow(said: Said) -> None:
    assert said(from_defaults, "def f(a=b''): ...\n") == {}


def test_where_a_function_asks_what_it_was_given_the_default_is_not_all(said: Said) -> None:
    assert said(from_defaults, "def f(verify=True): ...\ndef g(verify):\n    isinstance(verify, str)\n") == {}


@pytest.mark.parametrize(
    "code",
    [
        "def f(factor=1):\n    return factor * 0.5\n",
        "def f(x=1):\n    return x / 3\n",
        "def f(x=1, scale=0.5):\n    return x * scale\n",
        "import time\ndef f(x=1):\n    time.sleep(x)\n",
    ],
)
def test_int_default_of_what_is_calculated_with_floats_is_float(said: Said, code: str) -> None:
    assert next(iter(said(from_defaults, code).values())) == "float"


@pytest.mark.parametrize("name", ["timeout", "delay", "scale_factor", "retry_interval"])
def test_int_default_of_a_measure_shows_nothing(said: Said, name: str) -> None:
    assert said(from_defaults, f"def f({name}=1): ...\n") == {}
