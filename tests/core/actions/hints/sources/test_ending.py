import pytest

from workhorse_core.actions.hints.sources.literals import from_literals

from .conftest import Said

RAISES = "def stop():\n    raise ValueError\n"


@pytest.mark.parametrize(
    "body",
    [
        "stop()",
        "x()\n    stop()",
        "if x:\n        stop()\n    else:\n        raise OSError",
        "try:\n        stop()\n    finally:\n        x()",
    ],
)
def test_a_function_that_calls_one_that_always_raises_never_returns(said: Said, body: str) -> None:
    found = said(from_literals, f"{RAISES}def f(x):\n    {body}\n")
    assert found == {"stop:return": "NoReturn", "f:return": "NoReturn"}


@pytest.mark.parametrize("body", ["if x:\n        stop()", "with x:\n        stop()", "for y in x:\n        stop()"])
def test_a_function_that_may_go_on_gives_none(said: Said, body: str) -> None:
    assert said(from_literals, f"{RAISES}def f(x):\n    {body}\n")["f:return"] == "None"


def test_a_method_that_others_override_is_not_noreturn(said: Said) -> None:
    code = "class A:\n    def f(self):\n        raise ValueError\nclass B(A):\n    def f(self):\n        return 1\n"
    assert said(from_literals, code) == {"B.f:return": "int"}


def test_a_call_that_ends_the_program_is_no_evidence(said: Said) -> None:
    assert said(from_literals, "import sys\ndef main():\n    sys.exit(1)\n") == {}


def test_none_that_is_written_out_means_something_else_too(said: Said) -> None:
    assert said(from_literals, "def f(x):\n    return None\n") == {}
    assert said(from_literals, "def f(x):\n    if x:\n        return\n    x()\n") == {"f:return": "None"}


def test_functions_that_are_defined_twice_are_no_evidence(said: Said) -> None:
    code = "if x:\n    def f():\n        return 1\nelse:\n    def f():\n        return 'a'\n"
    assert said(from_literals, code) == {}
