import pytest

from workhorse_core.errors import UsageError
from workhorse_core.pipeline.task import Target, parse_target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("src/a.py", Target("src/a.py")),
        ("src/", Target("src")),
        (".", Target(".")),
        ("a.py::Parser.parse", Target("a.py", "Parser.parse")),
        ("a.py:10", Target("a.py", None, 10, 10)),
        ("a.py:10-40", Target("a.py", None, 10, 40)),
        ("odd:name.py:3", Target("odd:name.py", None, 3, 3)),
        ("a.py::größe", Target("a.py", "größe")),
    ],
)
def test_a_target_is_read_and_written_alike(text: str, target: Target) -> None:
    assert parse_target(text) == target
    assert str(target) == text.rstrip("/")


@pytest.mark.parametrize("text", ["", "::x", "a.py::", "a.py::1x", "a.py::a-b", "a.py:0", "a.py:5-3"])
def test_malformed_target_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_target(text)
