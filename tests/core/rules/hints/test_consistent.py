import pytest

from workhorse_core.rules.hints.consistent import is_consistent
from workhorse_core.rules.hints.modern import TypeText
from workhorse_core.rules.hints.scene import make_scene


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
    scene = make_scene({"a.py": f"def f(x):\n    {body}\n".encode()})
    slot = next(slot for slot in scene.slots if slot.name == "x")
    assert is_consistent(scene, slot, TypeText(expression, {})) is holds
