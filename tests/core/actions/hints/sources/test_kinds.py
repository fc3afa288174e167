"""Kinds of evidence with weights of their own; each case was wrong where it was counted with the others."""

import pytest

from workhorse_core.actions.hints.sources.call_sites import from_call_sites
from workhorse_core.actions.hints.sources.docstrings import from_docstrings
from workhorse_core.actions.hints.sources.literals import from_literals
from workhorse_core.actions.hints.sources.names import from_names, from_same_names

from .conftest import Said

CLASSES = "class Base: ...\nclass Own(Base): ...\nclass Lone: ...\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("def is_c(x):\n    return isinstance(x, int)", "guard"),
        ("def is_c(x):\n    return x.strip() in ()", "plain"),
        ("def is_c(x, y):\n    return isinstance(x, int)", "plain"),
        ("def make():\n    return Own()", "based class"),
        ("def make():\n    return Lone()", "class"),
        ("def refuse():\n    raise TypeError", "NoReturn"),
        ("def refuse(x):\n    raise TypeError(x)", "NoReturn"),
        ("def refuse(x):\n    raise TypeError", "NoReturn unused"),
        ("class C:\n    def refuse(self):\n        raise TypeError", "NoReturn"),
        ("def pick(x):\n    return 1 if x else None", "optional"),
    ],
)
def test_returns_are_distinguished_by_kind(kinds: Said, body: str, kind: str) -> None:
    assert list(kinds(from_literals, f"{CLASSES}{body}\n").values()) == [kind]


def test_self_of_a_special_method_is_a_kind_of_its_own(kinds: Said) -> None:
    code = "class C:\n    def __enter__(self):\n        return self\n    def add(self):\n        return self\n"
    assert kinds(from_literals, code) == {"C.__enter__:return": "own class context", "C.add:return": "own class"}


def test_self_of_a_class_that_is_derived_from_a_librarys_is_a_kind_of_its_own(kinds: Said) -> None:
    body = "    def add(self):\n        return self\n"
    code = f"class C(int): ...\nclass Text(str):\n{body}class Own(C):\n{body}"
    assert kinds(from_literals, code) == dict.fromkeys(("Text.add:return", "Own.add:return"), "own class derived")


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("f(True)", "public bool"),
        ("f(1)", "public plain"),
        ("f(1); f(None)", "public plain or None"),
        ("f(Lone())", "public class"),
        ("f(Own())", "public based class"),
        ("_f(1)", "private plain"),
    ],
)
def test_arguments_of_calls_are_distinguished_by_kind(kinds: Said, call: str, kind: str) -> None:
    code = f"{CLASSES}def f(x): ...\ndef _f(x): ...\ndef g():\n    {call}\n"
    assert list(kinds(from_call_sites, code).values()) == [kind]


def test_an_alias_with_a_type_suffix_is_distinguished_by_the_default(kinds: Said) -> None:
    code = "URLType = int | str\nHeaders = int | str\ndef f(url): ...\ndef g(url=None, headers=None): ...\n"
    assert kinds(from_names, f"{code}def h(url=''): ...\n") == {
        "f:url": "whole type here",
        "g:url": "whole type here or None",
        "g:headers": "whole alias here",
        "h:url": "whole type here or default",
    }


def test_types_of_parameters_of_one_name_are_distinguished_by_kind(kinds: Said) -> None:
    types = "(x: C, y: int, z: bool, w: list[int]): ..."
    files = {"b": f"class C: ...\ndef p{types}\ndef q{types}\ndef r{types}\n"}
    code = "def f(x, y, z, w): ...\ndef g(z=True): ...\n"
    plain = {"f:y": "plain", "f:z": "bool required", "f:w": "container", "g:z": "bool"}
    assert kinds(from_same_names, code, **files) == {"f:x": "away", **plain}
    assert kinds(from_same_names, f"from b import C\n{code}", **files) == {"f:x": "here", **plain}


def test_a_docstring_that_omits_none_is_a_kind_of_its_own(kinds: Said) -> None:
    code = 'def f(x):\n    """Do.\n\n    :rtype: str\n    """\n    {}\n'
    assert kinds(from_docstrings, code.format("return x")) == {"f:return": "return"}
    assert kinds(from_docstrings, code.format("if x:\n        return x\n    return")) == {"f:return": "return or None"}
