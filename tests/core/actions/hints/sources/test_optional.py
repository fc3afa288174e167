import pytest

from workhorse_core.actions.hints.sources.call_sites import find_none
from workhorse_core.actions.hints.sources.modern import TypeText
from workhorse_core.actions.hints.sources.optional import fit_default, fit_uses
from workhorse_core.actions.hints.sources.project_facts import make_scene

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
    scene = make_scene({"a.py": CODE.encode()})
    slot = next(slot for slot in scene.slots if slot.owner == owner and slot.name == "x")
    names = {expression: f"a:{expression}"} if expression[0].isupper() else {}
    assert fit_default(scene.index, slot, TypeText(expression, names)).expression == expected


def test_a_parameter_that_somebody_gives_none_may_be_none() -> None:
    scene = make_scene({"a.py": b"def f(x): ...\ndef g(x): ...\ndef h():\n    f(None)\n    g(1)\n"})
    scene.given_none.update(find_none(scene))
    slots = {slot.owner: slot for slot in scene.slots if slot.name == "x"}
    assert fit_uses(scene, slots["f"], TypeText("int", {})).expression == "int | None"
    assert fit_uses(scene, slots["g"], TypeText("int", {})).expression == "int"
