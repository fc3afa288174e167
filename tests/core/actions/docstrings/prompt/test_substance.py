import ast

import pytest

from workhorse_core.actions.docstrings.prompt.substance import has_substance


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return self.hours", False),
        ("if self.interval != 1:\n        raise ValueError\n    return self.hours", False),
        ('"""Doc."""\n    self.day = "friday"\n    return self.weeks', False),
        ("return self.hours * 60", True),
        ("return self.hours()", True),
        ("self.hours = hours\n    self.start()", True),
        ("if self.empty:\n        return None\n    return self.hours", True),
        ("return hours", True),
        ("pass", True),
    ],
)
def test_a_body_that_only_hands_out_attributes_has_no_substance(body: str, expected: bool) -> None:
    (node,) = ast.parse(f"def f(self, hours):\n    {body}\n").body
    assert isinstance(node, ast.FunctionDef)
    assert has_substance(node) is expected
