import pytest

from support.symbols import facts_of
from workhorse_core.actions.hints.sources.consistent import is_consistent
from workhorse_core.languages.python.type_expression import TypeExpression


@pytest.mark.parametrize(
    ("body", "expression", "holds"),
    [
        ("x.append(1)", "str", False),
        ("x.append(1)", "list[str]", True),
        ("x.upper()", "str | None", True),
        ("x.upper()", "int", False),
        ("for y in x: ...", "bool", False),
        ("x()", "str", False),
        ("isinstance(x, str)", "str", False),
        ("isinstance(x, str)", "str | bytes", True),
        ("x = x or []; x.append(1)", "str", True),
    ],
)
def test_the_uses_of_a_parameter_can_refute_a_type(body: str, expression: str, holds: bool) -> None:
    facts = facts_of({"a.py": f"def f(x):\n    {body}\n".encode()})
    slot = next(slot for slot in facts.slots if slot.name == "x")
    assert is_consistent(facts, slot, TypeExpression(expression, {})) is holds


@pytest.mark.parametrize(
    ("body", "expression", "holds"),
    [
        ("for y in x: ...", "str", False),
        ("list(x)", "bytes", False),
        ("len(x)", "str", True),
        ("x is True", "str | None", False),
    ],
)
def test_text_is_not_taken_apart_by_who_means_text(body: str, expression: str, holds: bool) -> None:
    assert consistent(f"def f(x):\n    {body}\n", expression) is holds


def test_uses_of_an_attribute_count_as_uses_of_the_constructors_parameter() -> None:
    code = "class C:\n    def __init__(self, x):\n        self.y = x\n    def f(self):\n        {}\n"
    assert not consistent(code.format("self.y()"), "str")
    assert consistent(code.format("self.y.upper()"), "str")
    assert consistent(code.format("self.y()\n        self.y = 1"), "str")


def test_a_setter_may_set_again_what_is_none_at_first() -> None:
    code = "class C:\n    def __init__(self):\n        self.y = {}\n    def set_y(self, x):\n        self.y = x\n"
    assert not consistent(code.format("None"), "str")
    assert consistent(code.format("None"), "str | None")
    assert consistent(code.format("''"), "str")


def consistent(code: str, expression: str) -> bool:
    facts = facts_of({"a.py": code.encode()})
    slot = next(slot for slot in facts.slots if slot.name == "x")
    return is_consistent(facts, slot, TypeExpression(expression, {}))


def test_text_that_a_literal_of_the_project_lists_is_no_plain_text() -> None:
    code = "from typing import Literal\nSide = Literal['left', 'right']\ndef f(x='left'): ...\ndef g(x, y='up'): ...\n"
    facts = facts_of({"a.py": code.encode()})
    given = {(slot.owner, slot.name): is_consistent(facts, slot, TypeExpression("str", {})) for slot in facts.slots}
    assert (given["f", "x"], given["g", "x"], given["g", "y"]) == (False, False, True)
