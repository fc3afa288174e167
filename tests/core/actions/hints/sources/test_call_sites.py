import pytest

from support.symbols import facts_of
from workhorse_core.actions.hints.sources.call_sites import find_none, from_call_sites

from .conftest import Said


def test_a_parameter_is_what_all_calls_give(said: Said) -> None:
    code = """
        def f(a, b, c): ...
        def g(x: bytes):
            f(1, "b", x)
            f(2, b="c", c=x)
    """
    assert said(from_call_sites, code) == {"f:a": "int", "f:b": "str", "f:c": "bytes"}


def test_none_that_is_given_once_belongs_to_the_type(said: Said) -> None:
    assert said(from_call_sites, "def f(a): ...\nf2 = 1\ndef g():\n    f(None)\n    f(1)\n") == {"f:a": "int | None"}


@pytest.mark.parametrize("calls", ["f(1); f('a')", "f(1); f(x)", "f(None)", "f([1])", "f(*x)", "y = 1; f(y)"])
def test_calls_that_disagree_or_show_too_little_are_no_evidence(said: Said, calls: str) -> None:
    assert said(from_call_sites, f"def f(a): ...\ndef g(x):\n    {calls}\n") == {}


def test_calls_in_tests_are_no_evidence(said: Said) -> None:
    assert said(from_call_sites, "def f(a): ...\n", test_a="from a import f\ndef g():\n    f(1)\n") == {}


def test_a_result_of_a_called_function_of_the_project_is_known(said: Said) -> None:
    code = "from b import C, h\ndef f(a, b): ...\ndef g():\n    f(h(), C())\n"
    found = said(from_call_sites, code, b="class C: ...\ndef h() -> bytes: ...\n")
    assert found == {"f:a": "bytes", "f:b": "C"}


def test_parameters_for_which_a_call_passes_none_are_found() -> None:
    test = "from a import f\ndef t():\n    f(1, None)\n    with pytest.raises(TypeError):\n        f(None, 1)\n"
    facts = facts_of({"src/a.py": b"def f(x, y): ...\n", "src/test_a.py": test.encode()})
    assert {key.partition("@")[0] for _, key in find_none(facts)} == {"f:y"}
