"""The one class that has what a function takes of a parameter."""

import pytest

from workhorse_core.actions.hints.sources.attributes import from_attributes

from .conftest import Said

CLASSES = """\
from datetime import datetime
from pathlib import Path
class State:
    def __init__(self, n):
        self.attempts = n
        self.name = ""
class Shape:
    def area(self): ...
class Round(Shape):
    def area(self): ...
class _Inner:
    def depth(self): ...
class Outer(_Inner):
    def depth(self): ...
"""


@pytest.mark.parametrize(
    ("use", "type_"),
    [
        *(("x.attempts", "State"), ("x.area()", "Shape"), ("x.depth()", "Outer"), ("x.astimezone()", "datetime")),
        *(("x.iterdir()", "Path"), ("x.name", ""), ("x.lower()", ""), ("x.unknown", ""), ("x.append(1)", "")),
    ],
)
def test_parameter_is_of_the_only_class_with_its_attributes(said: Said, use: str, type_: str) -> None:
    expected = {"f:x": type_} if type_ else {}
    found = said(from_attributes, f"{CLASSES}def f(x):\n    return {use}\n")
    assert {key: value for key, value in found.items() if key == "f:x"} == expected


@pytest.mark.parametrize(
    "body", ["x = g(x)\n    x.attempts", "isinstance(x, int) or x.attempts", "hasattr(x, 'attempts') and x.attempts"]
)
def test_parameter_that_may_be_something_else_shows_nothing(said: Said, body: str) -> None:
    assert "f:x" not in said(from_attributes, f"{CLASSES}def f(x):\n    {body}\n")


def test_attribute_that_a_constructor_keeps_counts(said: Said) -> None:
    user = "class User:\n    def __init__(self, x):\n        self.x = x\n    def f(self):\n        self.x.attempts\n"
    assert said(from_attributes, CLASSES + user)["User.__init__:x"] == "State"


def test_class_of_a_library_counts_only_where_the_module_imports_it(said: Said) -> None:
    assert said(from_attributes, "def f(x):\n    return x.astimezone()\n") == {}


def test_kinds_depend_on_the_name_and_on_the_count_of_attributes(kinds: Said) -> None:
    code = f"{CLASSES}def f(state):\n    state.attempts\ndef g(y):\n    y.attempts, y.name\n"
    found = kinds(from_attributes, code)
    assert (found["f:state"], found["g:y"]) == ("one named", "several")


def test_class_that_others_with_the_attributes_are_derived_from_is_a_kind_of_its_own(kinds: Said) -> None:
    assert kinds(from_attributes, f"{CLASSES}def f(x):\n    x.area()\n")["f:x"] == "one parent"


def test_class_that_offers_what_it_passes_on_is_not_what_it_takes(said: Said) -> None:
    flow = "class Flow:\n    def __init__(self, x):\n        self.x = x\n    def halt(self):\n        self.x.halt()\n"
    assert said(from_attributes, flow) == {}
