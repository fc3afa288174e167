import pytest

from support.symbols import facts_of
from workhorse_core.actions.hints.sources.call_sites import find_none
from workhorse_core.actions.hints.sources.optional import fit_default, fit_uses
from workhorse_core.languages.python.type_expression import TypeExpression

CODE = """
from typing import Union
class Unset: ...
UNSET = Unset()
MaybeTypes = Union[int, None]
def f(x=None): ...
def g(x=UNSET): ...
def h(x=1): ...
"""


@pytest.mark.parametrize(
    ("owner", "expression", "expected"),
    [
        ("f", "int", "int | None"),
        ("f", "int | None", "int | None"),
        ("f", "MaybeTypes", "MaybeTypes"),
        ("g", "int", "int | Unset"),
        ("g", "Unset", "Unset"),
        ("h", "float", "float"),
    ],
)
def test_a_type_is_widened_by_the_default_that_is_not_of_it(owner: str, expression: str, expected: str) -> None:
    facts = facts_of({"a.py": CODE.encode()})
    slot = next(slot for slot in facts.slots if slot.owner == owner and slot.name == "x")
    names = {expression: f"a:{expression}"} if expression[0].isupper() else {}
    assert fit_default(facts.index, slot, TypeExpression(expression, names)).text == expected


def test_a_parameter_for_which_a_call_passes_none_is_optional() -> None:
    facts = facts_of({"a.py": b"def f(x): ...\ndef g(x): ...\ndef h():\n    f(None)\n    g(1)\n"})
    facts.given_none.update(find_none(facts))
    slots = {slot.owner: slot for slot in facts.slots if slot.name == "x"}
    assert fit_uses(facts, slots["f"], TypeExpression("int", {})).text == "int | None"
    assert fit_uses(facts, slots["g"], TypeExpression("int", {})).text == "int"
