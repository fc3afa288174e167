import pytest

from workhorse_core.actions.hints.sources.literals import from_literals

from .conftest import Said


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("pass", "None"),
        ("return x is None", "bool"),
        ("return f'{x}'", "str"),
        ("return '-'.join(x)", "str"),
        ("return C()", "C"),
        ("return os.path.join(x, x)", "str"),
        ("if x:\n        return 1\n    return 'a'", "int | str"),
        ("if x:\n        return 1", "int | None"),
        ("try:\n        return 1\n    except OSError:\n        return 2", "int"),
        ("return ['a', 'b']", "list[str]"),
        ("return ('a', 1)", "tuple[str, int]"),
    ],
)
def test_returns_that_show_their_type_are_read(said: Said, body: str, expected: str) -> None:
    assert said(from_literals, f"import os\nclass C: ...\ndef f(x):\n    {body}\n") == {"f:return": expected}


@pytest.mark.parametrize(
    "body",
    ["return x", "yield 1", "return x + 1", "return []", "return {}", "while True:\n        x()"],
)
def test_returns_that_show_nothing_are_left(said: Said, body: str) -> None:
    assert said(from_literals, f"def f(x):\n    {body}\n") == {}


def test_a_method_that_is_there_to_be_overridden_is_no_evidence(said: Said) -> None:
    code = "class C:\n    def f(self):\n        raise NotImplementedError\n    def g(self):\n        pass\n"
    assert said(from_literals, code) == {}


def test_self_is_named_as_the_oldest_python_can(said: Said) -> None:
    code = "class C:\n    def f(self):\n        return self\n"
    assert said(from_literals, code) == {"C.f:return": "Self"}
    assert said(from_literals, code, python=8) == {"C.f:return": "C"}


def test_a_private_class_is_no_type_outside_its_module(said: Said) -> None:
    assert said(from_literals, "class _C: ...\ndef f():\n    return _C()\n") == {}


def test_a_function_that_branches_on_type_checking_is_left(said: Said) -> None:
    code = (
        "from typing import TYPE_CHECKING\ndef f(x):\n    if TYPE_CHECKING:\n        return x is x\n    return True\n"
    )
    assert said(from_literals, code) == {}
    assert said(from_literals, code.replace("if TYPE", "if not TYPE_")) == {"f:return": "bool"}


def test_a_variable_is_not_what_the_module_means_by_its_name(said: Said) -> None:
    code = "class cls: ...\ndef f(x):\n    cls = x.kind\n    return cls()\ndef g():\n    return cls()\n"
    assert said(from_literals, code) == {"g:return": "cls"}
